import fc from 'fast-check';
import type { SessionEvent } from '../../core/event.js';
import type { Policy } from '../../core/policy.js';
import type { AssuranceLevel, Attention, Context, RiskLevel } from '../../core/session.js';
import type { Instant } from '../../time/instant.js';
import { DETAILS, pick, poolsOf } from './pools.js';

/** When the sessions of the arbitraries start: long enough after the epoch that reports can be older. */
export const START: Instant = 600 * 60_000;

/**
 * An event before the policy is known: a few numbers, cheap to make and to shrink. 0 is the plainest choice in each.
 */
export type EventSketch = readonly [kind: number, name: number, address: number, detail: number, level: number];

/** How much time passes before an event, before the policy is known. */
export type StepSketch = readonly [unit: number, part: number, jitter: number];

export const anEventSketch: fc.Arbitrary<EventSketch> = fc.tuple(
  fc.nat({ max: 31 }),
  fc.nat({ max: 11 }),
  fc.nat({ max: 23 }),
  fc.nat({ max: 17 }),
  fc.nat({ max: 11 }),
);

export const aStepSketch: fc.Arbitrary<StepSketch> = fc.tuple(
  fc.nat({ max: 11 }),
  fc.nat({ max: 15 }),
  fc.nat({ max: 7 }),
);

const LEVELS: readonly AssuranceLevel[] = ['aal1', 'aal1', 'aal2', 'aal3'];
const RISKS: readonly (RiskLevel | undefined)[] = [undefined, 'low', 'medium', 'high'];
const ATTENTIONS: readonly (Attention | undefined)[] = [undefined, undefined, undefined, 'visible', 'hidden', 'locked'];
const PARTS = [0.25, 0.25, 0.25, 0.5, 0.5, 0.1, 0.1, 0.1, 0, 0, 1, 1, 0.75, 2, -0.1, -0.5];
const JITTERS = [0, 0, 0, 0, 0, 0, 1, -1];

/** The event that a sketch stands for under a policy. */
export function drawEvent(
  policy: Policy,
  [kind, name, address, detail, level]: EventSketch,
  at: Instant,
): SessionEvent {
  const pools = poolsOf(policy);
  const context = drawContext(policy, address, detail);
  const attention = pick(ATTENTIONS, level);
  const surroundings = { ...(context && { context }), ...(attention && { attention }) };
  const operation = pick(pools.operations, name);
  if (kind < 6) return { type: 'access', at, activity: 'user', ...surroundings };
  if (kind < 12) return { type: 'access', at, activity: 'background', ...surroundings };
  if (kind < 16) return { type: 'access', at, activity: 'user', operation, ...surroundings };
  if (kind < 17) return { type: 'access', at, activity: 'background', operation, ...surroundings };
  if (kind < 20)
    return { type: 'token_refreshed', at, generation: pick([0, 0, 1, 1, 2, 3], name), ...(context && { context }) };
  if (kind < 24) {
    return { type: 'reauthenticated', at, assuranceLevel: pick(LEVELS, level), ...(context && { context }) };
  }
  if (kind < 28) return drawSignal(policy, name, level, at);
  if (kind < 30) return { type: 'attributes_changed', at, attributes: { ...pick(pools.attributes, name) } };
  if (kind < 31 || name > 2) return { type: 'operation_finished', at, operation };
  return { type: 'revoked', at, code: pick(['logout', 'account_disabled'], name) };
}

function drawSignal(policy: Policy, name: number, number: number, at: Instant): SessionEvent {
  const level = pick(RISKS, number);
  return { type: 'signal', at, signal: pick(poolsOf(policy).signals, name), ...(level && { level }) };
}

/** The context that two numbers stand for; none for most small ones. */
export function drawContext(policy: Policy, address: number, detail: number): Context | undefined {
  if (address < 6 && detail < 9) return undefined;
  const details = pick(DETAILS, detail);
  return address % 3 === 2 ? details : { ip: pick(poolsOf(policy).addresses, address), ...details };
}

/** The instant that lies a sketched step after another. */
export function drawStep(policy: Policy, [unit, part, jitter]: StepSketch, from: Instant): Instant {
  const length = pick(poolsOf(policy).durations, unit);
  return Math.max(0, from + Math.round(length * pick(PARTS, part)) + pick(JITTERS, jitter));
}

/** The events that sketches stand for: mostly one after the other, sometimes late, tied or exactly at a deadline. */
export function drawTimeline(
  policy: Policy,
  sketches: readonly (readonly [EventSketch, StepSketch])[],
  from: Instant = START,
): readonly SessionEvent[] {
  let latest = from;
  return sketches.map(([event, step]) => {
    const at = drawStep(policy, step, latest);
    latest = Math.max(latest, at);
    return drawEvent(policy, event, at);
  });
}

/** Sketches of a timeline of at most `length` events. */
export function aTimelineSketch(length: number) {
  return fc.array(fc.tuple(anEventSketch, aStepSketch), { maxLength: length, size: 'max' });
}

/**
 * Events of a policy's sessions: with its operations, signals, networks and attributes, and some that it does not know.
 *
 * @example
 * fc.assert(fc.property(anEvent(policy), (event) => evaluate(policy, session, event).effect !== undefined));
 */
export function anEvent<Operation extends string>(policy: Policy<Operation>): fc.Arbitrary<SessionEvent<Operation>> {
  return fc
    .tuple(anEventSketch, aStepSketch)
    .map(([event, step]) => asEventOf(policy, drawEvent(policy, event, drawStep(policy, step, START))));
}

/** Some events name an operation that the policy does not know, on purpose; the type hides that from `evaluate`. */
function asEventOf<Operation extends string>(_policy: Policy<Operation>, event: SessionEvent): SessionEvent<Operation> {
  return event as SessionEvent<Operation>;
}

/** How long a timeline may be. */
export interface TimelineOptions {
  /** Events at most. Default 12. */
  readonly length?: number;
}

/**
 * Timelines: events with mostly increasing `at`, some late, some tied, many exactly a limit's length after another.
 *
 * @example
 * fc.property(aTimeline(policy, { length: 20 }), (events) => events.every(({ at }) => at >= 0));
 */
export function aTimeline<Operation extends string>(
  policy: Policy<Operation>,
  { length = 12 }: TimelineOptions = {},
): fc.Arbitrary<readonly SessionEvent<Operation>[]> {
  return aTimelineSketch(length).map((sketches) =>
    drawTimeline(policy, sketches).map((event) => asEventOf(policy, event)),
  );
}
