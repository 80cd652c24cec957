import type { Decision } from '../../src/core/decision.js';
import type { Session, Stamps } from '../../src/core/session.js';
import { evaluate } from '../../src/evaluate.js';
import type { Evaluate } from '../../src/testing/laws/scenario.js';
import { NEVER } from '../../src/time/instant.js';

/** An engine with one mistake, and the law that must find it. */
export interface BrokenEngine {
  readonly law: string;
  readonly mistake: string;
  readonly engine: Evaluate;
}

/** The decision with another session. */
function leaving(decision: Decision, session: Partial<Session>): Decision {
  return { ...decision, session: { ...decision.session, ...session } };
}

/** The decision with other stamps. */
function stamped(decision: Decision, stamps: Partial<Stamps>): Decision {
  return leaving(decision, { stamps: { ...decision.session.stamps, ...stamps } });
}

const NO_STAMPS: Stamps = { idle: NEVER, absolute: NEVER, reauthentication: NEVER, onIdle: 'lock' };
const NO_LIMITS = { idleTimeout: NEVER, absoluteTimeout: NEVER };
let calls = 0;

/** At least one for every law. */
export const BROKEN: readonly BrokenEngine[] = [
  {
    law: 'exact',
    mistake: 'takes `<=` for `<`',
    engine(policy, session, event) {
      const decision = evaluate(policy, session, event);
      const now = Math.max(event.at, session.recordedAt);
      const isJustOver =
        decision.effect !== 'permit' && decision.reasons[0]?.since === now && event.at > session.recordedAt;
      return isJustOver ? evaluate(policy, session, { ...event, at: event.at - 1 }) : decision;
    },
  },
  {
    law: 'exact',
    mistake: 'answers `until` one millisecond late',
    engine(policy, session, event) {
      const decision = evaluate(policy, session, event);
      return decision.effect === 'permit' ? { ...decision, until: Math.min(NEVER, decision.until + 1) } : decision;
    },
  },
  {
    law: 'exact',
    mistake: 'warns relative to now',
    engine(policy, session, event) {
      const decision = evaluate(policy, session, event);
      return decision.effect === 'permit' ? { ...decision, warnAt: decision.warnAt + 1 } : decision;
    },
  },
  {
    law: 'final',
    mistake: 'forgets that a session has ended',
    engine: (policy, session, event) =>
      evaluate(policy, session.ended === null ? session : { ...session, ended: null }, event),
  },
  {
    law: 'final',
    mistake: 'ends a session for an unknown operation',
    engine(policy, session, event) {
      const decision = evaluate(policy, session, event);
      const unknown = decision.reasons.find(({ code }) => code === 'operation_unknown');
      if (unknown === undefined || decision.session.ended !== null) return decision;
      const now = Math.max(event.at, session.recordedAt);
      return leaving(decision, { ended: { code: unknown.code, since: now, at: now } });
    },
  },
  {
    law: 'onlyPeopleExtend',
    mistake: 'lets background requests extend',
    engine: (policy, session, event) =>
      evaluate(policy, session, event.type === 'access' ? { ...event, activity: 'user' } : event),
  },
  {
    law: 'onlyPeopleExtend',
    mistake: 'believes a client that says `visible` is less than one that says `hidden`',
    engine(policy, session, event) {
      if (event.type !== 'access') return evaluate(policy, session, event);
      const { attention, ...rest } = event;
      return evaluate(policy, session, attention === 'visible' ? { ...rest, attention: 'hidden' } : rest);
    },
  },
  {
    law: 'absoluteIsAbsolute',
    mistake: 'moves the absolute deadline with activity',
    engine(policy, session, event) {
      const decision = evaluate(policy, session, event);
      const isUser = event.type === 'access' && event.activity === 'user';
      if (decision.effect !== 'permit' || !isUser) return decision;
      return stamped(decision, { absolute: event.at + policy.limits.absoluteTimeout });
    },
  },
  {
    law: 'timeCannotHelp',
    mistake: 'lets a late event overwrite lastActivityAt',
    engine(policy, session, event) {
      const decision = evaluate(policy, session, event);
      const isUser = event.type === 'access' && event.activity === 'user';
      return decision.effect === 'permit' && isUser ? leaving(decision, { lastActivityAt: event.at }) : decision;
    },
  },
  {
    law: 'timeCannotHelp',
    mistake: 'gives a verdict at the time that a late event claims',
    engine: (policy, session, event) =>
      evaluate(policy, { ...session, recordedAt: Math.min(session.recordedAt, event.at) }, event),
  },
  {
    law: 'tighteningIsMonotone',
    mistake: 'stops at the first reason',
    engine(policy, session, event) {
      const decision = evaluate(policy, session, event);
      return { ...decision, reasons: decision.reasons.slice(0, 1) };
    },
  },
  {
    law: 'tighteningIsMonotone',
    mistake: 'lets a matching condition replace the limit',
    engine: (policy, session, event) =>
      evaluate({ ...policy, conditions: policy.conditions.map((one) => ({ ...one, relax: true })) }, session, event),
  },
  {
    law: 'looseningNeverRevives',
    mistake: 'ignores the stamps',
    engine: (policy, session, event) => evaluate(policy, { ...session, stamps: NO_STAMPS }, event),
  },
  {
    law: 'looseningNeverRevives',
    mistake: 'goes by the stamps alone',
    engine(policy, session, event) {
      const decision = evaluate({ ...policy, limits: NO_LIMITS, requestable: NO_LIMITS }, session, event);
      const idle = decision.session.lastActivityAt + policy.limits.idleTimeout;
      return decision.session.stamps.idle === NEVER ? stamped(decision, { idle: Math.min(NEVER, idle) }) : decision;
    },
  },
  {
    law: 'brokenMeansClosed',
    mistake: 'skips a rule that throws',
    engine(policy, session, event) {
      const decision = evaluate(policy, session, event);
      const isFailed = decision.reasons.some(({ code }) => code === 'rule_failed');
      return isFailed ? evaluate({ ...policy, rules: [] }, session, event) : decision;
    },
  },
  {
    law: 'brokenMeansClosed',
    mistake: 'repairs a damaged session',
    engine(policy, session, event) {
      const decision = evaluate(policy, session, event);
      const isDamaged = decision.reasons[0]?.code === 'session_invalid';
      return isDamaged ? { ...decision, session: { ...session, ended: null } } : decision;
    },
  },
  {
    law: 'pure',
    mistake: 'changes the session that it was given',
    engine(policy, session, event) {
      const decision = evaluate(policy, session, event);
      (session as { subject: string }).subject += '!';
      return decision;
    },
  },
  {
    law: 'pure',
    mistake: 'depends on how often it was asked',
    engine(policy, session, event) {
      const decision = evaluate(policy, session, event);
      calls += 1;
      return decision.effect === 'permit' ? { ...decision, warnAt: decision.warnAt + (calls % 2) } : decision;
    },
  },
  {
    law: 'nothingChangedNothingWritten',
    mistake: 'copies a session that has not changed',
    engine: (policy, session, event) => leaving(evaluate(policy, session, event), {}),
  },
  {
    law: 'nothingChangedNothingWritten',
    mistake: 'records every request as seen',
    engine(policy, session, event) {
      const decision = evaluate(policy, session, event);
      const { recordedAt } = decision.session;
      return recordedAt < event.at ? leaving(decision, { recordedAt: event.at }) : decision;
    },
  },
];
