import type { Decision } from '../../core/decision.js';
import type { SessionEvent } from '../../core/event.js';
import type { Policy } from '../../core/policy.js';
import type { Session } from '../../core/session.js';
import { same } from '../reference/arithmetic.js';
import {
  type Complaint,
  type Evaluate,
  eachStep,
  firstOf,
  isNewer,
  type LawDefinition,
  type Scenario,
  type Step,
  severity,
} from './scenario.js';

/** Law 5. */
export const timeCannotHelp: LawDefinition = {
  name: 'timeCannotHelp',
  statement:
    'A verdict is given at `max(at, recordedAt)`. A late event moves idle at most to its own `at` plus the length ' +
    'that was recorded, and absolute never. A clock further behind than `clockLeeway` gets no verdict. Facts merge ' +
    'by `max`, so events that are all permitted commute.',
  complain(engine, scenario) {
    return eachStep(engine, scenario, (step) => {
      if (step.session.ended !== null) return undefined;
      return firstOf(
        behindIsUndecided(scenario.policy, step),
        lateIsNotMilder(engine, scenario.policy, step),
        lateMovesLittle(scenario.policy, step),
        commutes(engine, scenario, step),
      );
    });
  },
};

function behindIsUndecided({ clockLeeway }: Policy, { session, event, decision }: Step): Complaint {
  const needsTime = event.type === 'access' || event.type === 'token_refreshed' || event.type === 'reauthenticated';
  if (!needsTime || event.at >= session.recordedAt - clockLeeway) return undefined;
  if (decision.effect !== 'indeterminate') return `${session.recordedAt - event.at} ms behind, but ${decision.effect}`;
  return decision.session === session ? null : 'a clock that is behind changed the session';
}

function lateIsNotMilder(engine: Evaluate, policy: Policy, { session, event }: Step): Complaint {
  // a signal from before the last authentication is lifted by it, so a late comparison may rightly find less
  if (event.type !== 'access' || event.at >= session.recordedAt) return undefined;
  const { type, at, activity, operation } = event;
  const plain: SessionEvent = { type, at, activity, ...(operation !== undefined && { operation }) };
  const late = engine(policy, session, plain);
  const onTime = engine(policy, session, { ...plain, at: session.recordedAt });
  return severity(late) < severity(onTime) ? `late it is ${late.effect}, on time ${onTime.effect}` : null;
}

function lateMovesLittle({ reauthentication }: Policy, { session, event, decision }: Step): Complaint {
  if (event.at > session.recordedAt) return undefined;
  const { stamps, lastActivityAt } = decision.session;
  const length = session.stamps.idle - session.lastActivityAt;
  if (stamps.idle > Math.max(session.stamps.idle, event.at + length))
    return 'a late event moved idle past its own time';
  if (lastActivityAt > Math.max(session.lastActivityAt, event.at))
    return 'a late event moved lastActivityAt past its own time';
  if (lastActivityAt < session.lastActivityAt) return 'a late event moved lastActivityAt back';
  if (isNewer(session, event) && reauthentication.resetsAbsolute) return null;
  return stamps.absolute > session.stamps.absolute ? 'a late event moved absolute' : null;
}

function commutes(
  engine: Evaluate,
  { policy, events }: Scenario,
  { session, event: first, decision, index }: Step,
): Complaint {
  const second = events[index + 1];
  if (second === undefined || decision.effect !== 'permit') return undefined;
  const inOrder = [decision, engine(policy, decision.session, second)];
  const early = engine(policy, session, second);
  const swapped = [early, engine(policy, early.session, first)];
  const all = [...inOrder, ...swapped];
  if (all.some(({ effect }) => effect !== 'permit')) return undefined;
  const [left, right] = [inOrder, swapped].map((decisions) => (decisions[1] as Decision).session) as [Session, Session];
  if (!same(mergedFacts(left), mergedFacts(right))) return `${first.type} and ${second.type} do not commute`;
  // a late event is held to the length that was recorded, so where the length changes the order may matter
  const isSteady = idleLength(session) === idleLength(left);
  const isPlain = isSteady && [first, second].every(isUndisturbing) && all.every(({ reasons }) => reasons.length === 0);
  return isPlain && !same(left, right) ? `plain ${first.type} and ${second.type} do not commute in full` : null;
}

function idleLength({ stamps, lastActivityAt }: Session): number {
  return stamps.idle - lastActivityAt;
}

const COMPARED = /^(ip|network|device|user_agent|country)_changed$|^impossible_travel$/;

/** Comparisons are left out: one that was raised since the authentication is not raised again, so the first counts. */
function mergedFacts({ lastActivityAt, authenticatedAt, proofs, signals }: Session) {
  const reported = Object.entries(signals ?? {}).filter(([name]) => !COMPARED.test(name));
  return { lastActivityAt, authenticatedAt, proofs, signals: Object.fromEntries(reported) };
}

/** Says nothing of its surroundings, and replaces nothing. */
function isUndisturbing(event: SessionEvent): boolean {
  if (event.type === 'access') return event.context === undefined && event.attention === undefined;
  if (event.type === 'reauthenticated') return event.context === undefined;
  return event.type === 'signal';
}
