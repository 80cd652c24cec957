import type { Decision, Effect } from '../../src/core/decision.js';
import { type Duration, formatDuration } from '../../src/time/duration.js';
import { type Axis, exactClock, wallClock } from './axis.js';
import { type Lane, type State, standingAt } from './run.js';

export const EFFECTS: Readonly<Record<Effect, string>> = {
  permit: 'Permit',
  challenge: 'Challenge',
  deny: 'Deny',
  indeterminate: 'Undecided',
};

/** The codes of what a decision is grounded on; what bounds it, for one that is grounded on nothing. */
export function reasonsOf(decision: Decision): readonly string[] {
  if (decision.reasons.length > 0) return [...new Set(decision.reasons.map(({ code }) => code))];
  return [];
}

/** What becomes of the session under a policy, in one sentence. */
export function fateOf(axis: Axis, { ended, deadline }: Lane): string {
  if (ended !== null) return `Ends at ${exactClock(axis, ended.at)}: ${ended.code}.`;
  if (deadline === null) return 'No limit applies.';
  return `Lasts until ${exactClock(axis, deadline.at)} if nothing more happens: ${deadline.code}.`;
}

/** A lane for whoever does not see it. */
export function laneSummary(axis: Axis, letter: string, lane: Lane): string {
  const count = (effect: Effect) => lane.steps.filter(({ decision }) => decision.effect === effect).length;
  const told = (['permit', 'challenge', 'deny'] as const).map((effect) => `${count(effect)} ${effect}`).join(', ');
  return `Policy ${letter}: ${lane.steps.length} events, ${told}. ${fateOf(axis, lane)}`;
}

/** A length of time for people: whole minutes where it has some. */
export function lengthOf(duration: Duration): string {
  return formatDuration(duration >= 60_000 ? Math.floor(duration / 60_000) * 60_000 : duration);
}

const STATES: Readonly<Record<State, string>> = { open: 'open', warning: 'warned', challenge: 'asked', over: 'over' };

/** What the lanes say of an instant, for whoever points at it. */
export function cursorText(
  axis: Axis,
  lanes: readonly (readonly [letter: string, lane: Lane])[],
  at: Duration,
): string {
  const told = lanes.map(([letter, lane]) => {
    const { state, left } = standingAt(lane, at);
    const rest = left === null || state === 'over' ? '' : ` ${lengthOf(left)}`;
    return `${lanes.length > 1 ? `${letter} ` : ''}${STATES[state]}${rest}`;
  });
  return [wallClock(axis, at), ...told].join(' · ');
}
