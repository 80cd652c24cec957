import type { AccessEvent, RevokedEvent } from '../../core/event.js';
import type { Rule } from '../../core/rule.js';
import type { AssuranceLevel, Proofs } from '../../core/session.js';
import type { Instant } from '../../time/instant.js';
import { earliest, LAST, plus } from './arithmetic.js';
import { layOver } from './context.js';
import { operationOf } from './deadlines.js';
import { type Contribution, finding, finds, fine, readAnswer } from './findings.js';
import { limitsOf } from './limits.js';
import { deadlinesAround, isNewerAuthentication, type Moment } from './moment.js';
import { refreshRule } from './refresh.js';
import { activeRules, withComparisons } from './risk.js';

/** What every rule has to say, in the order of the rules. */
export function contributions(moment: Moment): readonly Contribution[] {
  return [
    absoluteRule(moment),
    idleRule(moment),
    reauthenticationRule(moment),
    riskRule(moment),
    operationRule(moment),
    requestRule(moment),
    refreshRule(moment),
    revokedRule(moment),
    ...moment.policy.rules.map((rule) => customRule(moment, rule)),
  ];
}

function absoluteRule(moment: Moment): Contribution {
  const { found, left } = deadlinesAround(moment);
  if (moment.now < found.absolute) return fine('absolute', 'absolute_timeout', left.absolute);
  const details = { since: found.absolute, ends: true };
  return finds('absolute', [finding('absolute', 'deny', 'absolute_timeout', details)]);
}

function idleRule(moment: Moment): Contribution {
  const { policy, before, event, now } = moment;
  const { found, left } = deadlinesAround(moment);
  const [since, then] = [found.idleWithLease, left.idleWithLease];
  if (now < since && now < then) return fine('idle', 'idle_timeout', then);
  const passed = now < since ? then : since;
  if (before.stamps.onIdle === 'end' || policy.onIdle === 'end') {
    return finds('idle', [finding('idle', 'deny', 'idle_timeout', { since: passed, ends: true })]);
  }
  if (isNewerAuthentication(before, event) && now < then) return fine('idle', 'idle_timeout', then);
  return finds('idle', [finding('idle', 'challenge', 'idle_timeout', { since: passed, maxAge: 0 })]);
}

function reauthenticationRule(moment: Moment): Contribution {
  const { reauthentication } = deadlinesAround(moment).left;
  if (moment.now < reauthentication) return fine('reauthentication', 'reauthentication_due', reauthentication);
  const { after } = moment.policy.reauthentication;
  const details = { since: reauthentication, maxAge: after === LAST ? 0 : after };
  return finds('reauthentication', [finding('reauthentication', 'challenge', 'reauthentication_due', details)]);
}

function riskRule({ policy, before, after, event }: Moment): Contribution {
  // A reauthentication from a place that ends sessions must not rebind it, so `end` looks at what was before.
  const suspected = event.type === 'reauthenticated' ? withComparisons(policy, before, event) : before;
  const ending = activeRules(policy, suspected).filter(({ rule }) => rule.response === 'end');
  const others = activeRules(policy, after).filter(({ rule }) => rule.response !== 'end');
  const found = policy.risk.flatMap((rule) =>
    [...ending, ...others]
      .filter((active) => active.rule === rule)
      .map(({ since }) => {
        const { signal, response, assuranceLevel } = rule;
        if (response === 'end') return finding('risk', 'deny', signal, { since, ends: true });
        if (response === 'challenge') return finding('risk', 'challenge', signal, { since, maxAge: 0, assuranceLevel });
        return finding('risk', 'permit', signal, { since });
      }),
  );
  return finds('risk', found);
}

function operationRule(moment: Moment): Contribution {
  const { event } = moment;
  if (event.type !== 'access' || event.operation === undefined) return fine('operation', 'authentication_too_old');
  return judgeOperation(moment, event);
}

function judgeOperation({ policy, after, now }: Moment, event: AccessEvent): Contribution {
  const operation = operationOf(policy, event.operation as string);
  if (operation === undefined)
    return finds('operation', [finding('operation', 'deny', 'operation_unknown', { since: now })]);
  const { assuranceLevel, authenticatedWithin } = operation;
  const asked = { maxAge: authenticatedWithin === LAST ? null : authenticatedWithin, assuranceLevel };
  const proofs = assuranceLevel === null ? [after.authenticatedAt] : proofsUpTo(assuranceLevel, after.proofs);
  const isMissing = assuranceLevel !== null && after.proofs[assuranceLevel] === null;
  const until = plus(proofs[0] ?? LAST, authenticatedWithin);
  const found = [
    ...(isMissing ? [finding('operation', 'challenge', 'assurance_too_low', { since: now, ...asked })] : []),
    ...(now < until ? [] : [finding('operation', 'challenge', 'authentication_too_old', { since: until, ...asked })]),
  ];
  return found.length > 0 ? finds('operation', found) : fine('operation', 'authentication_too_old', until);
}

/** The proofs at a level and below, strongest first. */
function proofsUpTo(level: AssuranceLevel, proofs: Proofs): readonly Instant[] {
  const levels = (['aal3', 'aal2', 'aal1'] as const).filter((one) => one <= level);
  return levels.flatMap((one) => proofs[one] ?? []);
}

function requestRule({ policy, after, surroundings }: Moment): Contribution {
  const { isClamped } = limitsOf(policy, after, surroundings);
  const notice = finding('request', 'permit', 'request_clamped', { since: after.createdAt });
  return finds('request', isClamped ? [notice] : []);
}

function revokedRule({ event, now }: Moment): Contribution {
  const found = (revoked: RevokedEvent) =>
    finding('revoked', 'deny', revoked.code, { since: earliest([revoked.at, now]), ends: true });
  return finds('revoked', event.type === 'revoked' ? [found(event)] : []);
}

function customRule(moment: Moment, rule: Rule): Contribution {
  const { now } = moment;
  const answer = askCustom(moment, rule);
  if (answer === null) {
    return { ...finds(rule.id, [finding(rule.id, 'deny', 'rule_failed', { since: now })]), isCustom: true };
  }
  if (typeof answer === 'number') return { ...fine(rule.id, rule.limit ?? rule.id, answer), isCustom: true };
  const found = answer.map(({ effect, code, since = now, maxAge = 0, assuranceLevel = null }) =>
    finding(rule.id, effect, code, { since, maxAge, assuranceLevel, ends: effect === 'deny' && rule.ends === true }),
  );
  return { ...finds(rule.id, found), isCustom: true };
}

function askCustom({ policy, session, after, event, now }: Moment, rule: Rule) {
  const context = layOver(policy, session, event);
  const attention = ('attention' in event ? event.attention : undefined) ?? 'visible';
  const { authenticatedAt, proofs } = after;
  try {
    const facts = { session, event, now, context, attention, authenticatedAt, proofs };
    return readAnswer(rule.evaluate(facts, rule.settings), now);
  } catch {
    return null;
  }
}
