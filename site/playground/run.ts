import type { Decision } from '../../src/core/decision.js';
import type { Policy } from '../../src/core/policy.js';
import type { ReasonCode } from '../../src/core/reason.js';
import type { Session } from '../../src/core/session.js';
import { deadlines } from '../../src/deadlines.js';
import { evaluate } from '../../src/evaluate.js';
import { explain } from '../../src/explain.js';
import { startSession } from '../../src/start-session.js';
import type { Duration } from '../../src/time/duration.js';
import { type Instant, NEVER } from '../../src/time/instant.js';
import { eventOf, inOrder, type Mark, type Scenario } from './scenario.js';

/** What one event got. */
export interface Step {
  readonly mark: Mark;
  readonly decision: Decision;
  readonly sentence: string;
}

/** How a person who came back then would find the session. */
export type State = 'open' | 'warning' | 'challenge' | 'over';

/** A stretch of one state; milliseconds since the login. */
export interface Band {
  readonly from: Duration;
  readonly to: Duration;
  readonly state: State;
}

/** What is left of a limit, falling from one height to another. */
export interface Fall {
  readonly from: Duration;
  readonly to: Duration;
  readonly left: Duration;
  readonly leftAtEnd: Duration;
}

/** A deadline that was met or would be. */
export interface Deadline {
  readonly at: Duration;
  readonly code: ReasonCode;
}

/** What one policy makes of a scenario. */
export interface Lane {
  readonly steps: readonly Step[];
  readonly bands: readonly Band[];
  readonly idle: readonly Fall[];
  readonly absolute: readonly Fall[];
  /** Where the session stops being usable as it is, after the last event that moved it. */
  readonly deadline: Deadline | null;
  readonly ended: Deadline | null;
}

/** Runs the events through the engine. Nothing here decides: every answer is `explain`'s or `deadlines`'. */
export function runLane(policy: Policy, scenario: Scenario): Lane {
  const { start, span, ip, assuranceLevel, attributes } = scenario;
  const login = { id: 'playground', subject: 'alice', at: start, assuranceLevel, attributes, context: { ip } };
  let session = startSession(policy, login);
  const steps: Step[] = [];
  const stretches: Stretch[] = [{ session, from: 0, to: span }];
  for (const mark of inOrder(scenario.marks)) {
    const {
      sentence,
      rules: _,
      limits: __,
      ...decision
    } = explain(policy, session, eventOf(scenario, mark, session.refresh.generation));
    steps.push({ mark, decision: decision as Decision, sentence });
    session = decision.session;
    const last = stretches.pop() as Stretch;
    stretches.push({ ...last, to: mark.at }, { session, from: mark.at, to: span });
  }
  const drawn = stretches.filter(({ from, to }) => to > from);
  const bands = joined(drawn.flatMap((stretch) => bandsOf(policy, start, stretch)));
  return {
    steps,
    bands,
    idle: drawn.flatMap((stretch) => fallOf(policy, start, bands, stretch, 'idle')),
    absolute: drawn.flatMap((stretch) => fallOf(policy, start, bands, stretch, 'absolute')),
    ...ends(policy, start, session),
  };
}

/** The time between two events. */
interface Stretch {
  readonly session: Session;
  readonly from: Duration;
  readonly to: Duration;
}

function bandsOf(policy: Policy, start: Instant, { session, from, to }: Stretch): Band[] {
  const { idle, absolute, reauthentication, warnAt } = deadlines(policy, session);
  const within = (instant: Instant) => Math.min(to, Math.max(from, instant - start));
  const cuts = [...new Set([from, ...[warnAt, idle, absolute, reauthentication].map(within), to])];
  cuts.sort((one, other) => one - other);
  return cuts.slice(0, -1).map((cut, index) => {
    const state = stateAt(policy, session, start + cut);
    return { from: cut, to: cuts[index + 1] as Duration, state };
  });
}

/** What a person gets who comes back now, from where they were. */
export function stateAt(policy: Policy, session: Session, at: Instant): State {
  const { ip } = session.context;
  const context = ip === null ? {} : { ip };
  const { effect, session: next } = evaluate(policy, session, { type: 'access', at, activity: 'user', context });
  if (effect === 'permit') return at < deadlines(policy, session).warnAt ? 'open' : 'warning';
  return next.ended === null ? 'challenge' : 'over';
}

/** How a lane stands at an instant: its state there, and how much is left of the idle limit. */
export function standingAt({ bands, idle }: Lane, at: Duration): { state: State; left: Duration | null } {
  const state = bands.find(({ from, to }) => at >= from && at < to)?.state ?? bands.at(-1)?.state ?? 'open';
  const fall = idle.find(({ from, to }) => at >= from && at < to);
  return { state, left: fall === undefined ? null : fall.left - (at - fall.from) };
}

/** Neighbours of one state are one band. */
function joined(bands: readonly Band[]): Band[] {
  const result: Band[] = [];
  for (const band of bands) {
    const last = result.at(-1);
    if (last?.state === band.state && last.to === band.from) result[result.length - 1] = { ...last, to: band.to };
    else result.push(band);
  }
  return result;
}

/** How a limit runs down between two events; no further than to where the session is over. */
function fallOf(
  policy: Policy,
  start: Instant,
  bands: readonly Band[],
  stretch: Stretch,
  limit: 'idle' | 'absolute',
): Fall[] {
  const { session, from } = stretch;
  if (session.ended !== null) return [];
  const told = deadlines(policy, session);
  if (told[limit] === NEVER) return [];
  const isOver = ({ from: at, state }: Band) => state === 'over' && at >= from;
  const over = bands.find(isOver)?.from ?? stretch.to;
  const to = Math.min(stretch.to, told[limit] - start, over);
  const leftAt = (at: Duration) => told[limit] - start - at;
  return to > from ? [{ from, to, left: leftAt(from), leftAtEnd: leftAt(to) }] : [];
}

function ends(policy: Policy, start: Instant, session: Session): Pick<Lane, 'deadline' | 'ended'> {
  const { ended } = session;
  if (ended !== null) return { deadline: null, ended: { at: Math.max(0, ended.since - start), code: ended.code } };
  const { until, boundBy } = deadlines(policy, session);
  return { deadline: boundBy === null ? null : { at: until - start, code: boundBy }, ended: null };
}
