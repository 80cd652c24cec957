import fc from 'fast-check';
import type { Decision, Effect } from '../../core/decision.js';
import type { SessionEvent } from '../../core/event.js';
import type { Policy } from '../../core/policy.js';
import type { Session } from '../../core/session.js';
import { definePolicy } from '../../policy/define.js';
import { type Login, startSession } from '../../start-session.js';
import { type Instant, NEVER } from '../../time/instant.js';
import { aPolicyDocument } from '../arbitraries/document.js';
import { aTimelineSketch, drawTimeline } from '../arbitraries/events.js';
import { aLoginSketch, drawLogin } from '../arbitraries/sessions.js';

/** What is put to the test: an `evaluate`, or something that claims to be one. */
export type Evaluate = (policy: Policy, session: Session, event: SessionEvent) => Decision;

/** One session's life under a policy, and what else a law may want to compare it with. */
export interface Scenario {
  readonly policy: Policy;
  /** Any other policy; made when it is asked for, because that is dear. */
  readonly other: () => Policy;
  readonly login: Login;
  readonly events: readonly SessionEvent[];
  /** Numbers for a law's own choices. */
  readonly choices: readonly number[];
}

/** One decision in a scenario. */
export interface Step {
  readonly index: number;
  readonly session: Session;
  readonly event: SessionEvent;
  readonly decision: Decision;
  readonly now: Instant;
  /** A number for this step's own choices. */
  readonly choice: number;
}

/** What is wrong, as a sentence; `null` where nothing is; `undefined` where the law had nothing to say. */
export type Complaint = string | null | undefined;

/** A law as it is checked. */
export interface LawDefinition {
  readonly name: string;
  readonly statement: string;
  /** Looks for a violation in one scenario. */
  complain(engine: Evaluate, scenario: Scenario): Complaint;
}

/** Scenarios under the policies of one arbitrary, with any others to swap to. */
export function aScenario(policies: fc.Arbitrary<Policy>): fc.Arbitrary<Scenario> {
  const choices = fc.array(fc.nat({ max: 9_999 }), { minLength: 10, maxLength: 10 });
  return fc
    .tuple(policies, aPolicyDocument(), aLoginSketch, aTimelineSketch(10), choices)
    .map(([policy, document, login, sketches, numbers]) => ({
      policy,
      other: once(() => definePolicy(document) as Policy),
      login: drawLogin(policy, login),
      events: drawTimeline(policy, sketches),
      choices: numbers,
    }));
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Lives through a scenario under its policy and asks about every decision, until something is wrong. */
export function eachStep(engine: Evaluate, scenario: Scenario, complain: (step: Step) => Complaint): Complaint {
  return eachStepUnder(engine, scenario, () => scenario.policy, complain);
}

/** As {@link eachStep}, under a policy that may change with every event. */
export function eachStepUnder(
  engine: Evaluate,
  scenario: Scenario,
  policyOf: (index: number) => Policy,
  complain: (step: Step) => Complaint,
): Complaint {
  let session = startSession(scenario.policy, scenario.login);
  let result: Complaint;
  for (const [index, event] of scenario.events.entries()) {
    const decision = engine(policyOf(index), session, event);
    const choice = scenario.choices[index % scenario.choices.length] ?? 0;
    const now = Math.max(event.at, session.recordedAt);
    const complaint = complain({ index, session, event, decision, now, choice });
    if (typeof complaint === 'string') return `event ${index}: ${complaint}`;
    if (complaint === null) result = null;
    session = decision.session;
  }
  return result;
}

/** The first complaint of several; `undefined` only if none had anything to say. */
export function firstOf(...complaints: readonly Complaint[]): Complaint {
  const wrong = complaints.find((complaint) => typeof complaint === 'string');
  return wrong ?? (complaints.includes(null) ? null : undefined);
}

const SEVERITY: Readonly<Record<Effect, number>> = { permit: 0, challenge: 1, deny: 2, indeterminate: 3 };

/** How strict an effect is. */
export function severity({ effect }: Decision): number {
  return SEVERITY[effect];
}

/** Whether an event is a reauthentication later than any before. */
export function isNewer(session: Session, event: SessionEvent): boolean {
  return event.type === 'reauthenticated' && event.at > session.authenticatedAt;
}

/** An instant as a person reads it. */
export function show(instant: Instant): string {
  return instant === NEVER ? 'NEVER' : String(instant);
}
