import type { Duration } from '../../time/duration.js';
import type { Follower } from './follower.js';

/** A visitor whose traffic nobody makes: a tab that was forgotten, a program. */
export interface PassiveVisitor {
  readonly visitor: string;
  readonly requests: number;
  /** Requests that are not user activity. */
  readonly background: number;
  /** Requests that count as a person's and come like clockwork: a poll that `--background` does not name, a robot. */
  readonly clockwork: number;
  /** Time that only background traffic filled, after the last activity of a person. */
  readonly passiveTime: Duration;
}

/** Keeps the worst. */
export interface PassiveCounter {
  add(follower: Follower): void;
  /** The worst, at most twenty. */
  top(): readonly PassiveVisitor[];
}

const SHOWN = 20;
/** A visitor may be forgotten and come back: so many are kept apart, and only the worst half where there are more. */
const KEPT = 20_000;
/** Fewer equal pauses in a row are chance. */
const FEWEST_CLOCKWORK = 5;

/** Collects visitors by their passive traffic. */
export function createPassiveCounter(): PassiveCounter {
  let known = new Map<string, PassiveVisitor>();
  return {
    add(follower) {
      if (follower.background === 0 && follower.clockwork < FEWEST_CLOCKWORK) return;
      known.set(follower.visitor, merged(known.get(follower.visitor), follower));
      if (known.size > KEPT) known = new Map(worst(known, KEPT / 2).map((one) => [one.visitor, one]));
    },
    top: () => worst(known, SHOWN),
  };
}

function merged(known: PassiveVisitor | undefined, follower: Follower): PassiveVisitor {
  const { visitor, requests, background, clockwork, passiveTime } = follower;
  if (known === undefined) return { visitor, requests, background, clockwork, passiveTime };
  return {
    visitor,
    requests: known.requests + requests,
    background: known.background + background,
    clockwork: known.clockwork + clockwork,
    passiveTime: known.passiveTime + passiveTime,
  };
}

function worst(known: ReadonlyMap<string, PassiveVisitor>, most: number): PassiveVisitor[] {
  const weight = ({ background, clockwork }: PassiveVisitor) => background + clockwork;
  return [...known.values()].sort((a, b) => weight(b) - weight(a) || (a.visitor < b.visitor ? -1 : 1)).slice(0, most);
}
