import fc from 'fast-check';
import type {
  ConditionDocument,
  DurationText,
  OperationDocument,
  PolicyDocument,
  RiskDocument,
  RiskResponse,
} from '../../policy/document.js';
import { parseDuration } from '../../time/duration.js';
import { agreeing } from './agreeing.js';

/**
 * Documents that are at least as strict as the given one: shorter limits, more conditions, stronger responses to risk,
 * stricter operations, less to ask for, no lock, shorter leases, less relaxing. The clock leeway stays.
 *
 * Responses are only strengthened where that is monotone in each single decision: `observe` to anything, a plain
 * `challenge` to one for a level or to `end`, `tighten` to a shorter one.
 *
 * @example
 * aPolicyDocument().chain((document) => fc.tuple(fc.constant(document), aTighterDocument(document)));
 */
export function aTighterDocument(document: PolicyDocument): fc.Arbitrary<PolicyDocument> {
  const choices = fc.infiniteStream(fc.nat({ max: 3 }));
  return choices.map((stream) => tighten(document, () => stream.next().value as number));
}

/** Answers a number from 0 to 3; 0 leaves a thing as it is. */
type Choose = () => number;

function tighten(document: PolicyDocument, choose: Choose): PolicyDocument {
  const { idleTimeout, onIdle, reauthentication, requestable, tokens, ...rest } = document;
  const idle = idleTimeout === undefined ? (choose() > 1 ? '9m' : undefined) : shorter(idleTimeout, choose());
  const ends = onIdle !== 'lock' || choose() > 1;
  const next: PolicyDocument = {
    ...rest,
    ...(idle !== undefined && { idleTimeout: idle }),
    ...(onIdle !== undefined && { onIdle: ends ? 'end' : 'lock' }),
    ...(reauthentication && { reauthentication: tightenReauthentication(reauthentication, ends, choose) }),
    conditions: tightenConditions(document, choose),
    operations: Object.fromEntries(
      Object.entries(document.operations ?? {}).map(([name, operation]) => [name, tightenOperation(operation, choose)]),
    ),
    risk: agreeing((document.risk ?? []).map((rule) => tightenRisk(rule, choose))),
    // to leave it out altogether would allow as much as the policy's own limits
    ...(requestable && { requestable: shortened(requestable, choose) }),
    ...(tokens && { tokens: shortened(tokens, choose) }),
  };
  const idles = idlesOf(next).map((limit) => parseDuration(limit) ?? 0);
  // no idle limit may be longer than the absolute one
  const absolute = Math.max(...idles, parseDuration(shorter(document.absoluteTimeout, choose())) ?? 0);
  return { ...next, absoluteTimeout: document.absoluteTimeout === 'unlimited' ? 'unlimited' : absolute };
}

function idlesOf({ idleTimeout, conditions = [], risk = [], requestable }: PolicyDocument): readonly DurationText[] {
  return [
    idleTimeout ?? 0,
    requestable?.idleTimeout ?? 0,
    ...conditions.map((condition) => condition.idleTimeout ?? 0),
    ...risk.map(({ then }) => (typeof then === 'object' && 'tighten' in then ? (then.tighten.idleTimeout ?? 0) : 0)),
  ];
}

/** At least two minutes, so that the limit stays longer than any warning; leaves what is shorter. */
function shorter(duration: DurationText, choice: number): DurationText {
  if (duration === 'unlimited') return choice > 1 ? '15m' : duration;
  const length = parseDuration(duration) ?? 0;
  const least = Math.min(length, 120_000);
  return choice === 0 ? duration : Math.max(least, Math.floor((length * choice) / 4));
}

function shortened<Limits extends object>(limits: Limits, choose: Choose): Limits {
  const entries = Object.entries(limits).map(([name, limit]) => [name, shorter(limit as DurationText, choose())]);
  return Object.fromEntries(entries) as Limits;
}

type Reauthentication = NonNullable<PolicyDocument['reauthentication']>;

function tightenReauthentication({ after, resets }: Reauthentication, ends: boolean, choose: Choose): Reauthentication {
  const kept = resets?.filter((clock) => (clock === 'idle' && !ends) || choose() > 0);
  return {
    ...(after !== undefined && { after: shorter(after, choose()) }),
    ...(kept && { resets: kept }),
  };
}

function tightenConditions(document: PolicyDocument, choose: Choose): readonly ConditionDocument[] {
  const { idleTimeout: base, conditions = [] } = document;
  const [network] = Object.keys(document.networks ?? {});
  const length = (limit: DurationText | undefined) => parseDuration(limit ?? 'unlimited') ?? Number.POSITIVE_INFINITY;
  // a relaxation shorter than the base, or than another relaxation, is strict: to drop that one alone would loosen
  const isDroppable = conditions.every(({ relax, idleTimeout }) => !relax || length(idleTimeout) >= length(base));
  const isDropped = isDroppable && choose() > 1;
  const kept = conditions
    .filter(({ relax }) => !relax || !isDropped)
    .map((condition) => {
      const { idleTimeout, absoluteTimeout } = condition;
      return {
        ...condition,
        ...(idleTimeout !== undefined && { idleTimeout: shorter(idleTimeout, choose()) }),
        ...(absoluteTimeout !== undefined && { absoluteTimeout: shorter(absoluteTimeout, choose()) }),
      };
    });
  const more: readonly ConditionDocument[] = [
    { when: { attention: 'hidden' }, idleTimeout: '3m' },
    ...(network === undefined ? [] : [{ when: { network }, idleTimeout: '4m', absoluteTimeout: '12m' }]),
    { when: { attributes: { role: ['admin'] } }, absoluteTimeout: '11m' },
  ];
  return [...kept, ...more.filter(() => choose() > 2)];
}

const LEVELS = ['aal1', 'aal2', 'aal3'] as const;

function tightenOperation(
  { assuranceLevel, authenticatedWithin, lease }: OperationDocument,
  choose: Choose,
): OperationDocument {
  const rank = assuranceLevel === undefined ? -1 : LEVELS.indexOf(assuranceLevel);
  const level = LEVELS[Math.min(2, rank + (choose() > 1 ? 1 : 0))];
  return {
    authenticatedWithin: authenticatedWithin === undefined ? '9m' : shorter(authenticatedWithin, choose()),
    ...(level !== undefined && { assuranceLevel: level }),
    ...(lease !== undefined && choose() < 3 && { lease: shorter(lease, choose()) }),
  };
}

function tightenRisk(rule: RiskDocument, choose: Choose): RiskDocument {
  const { atLeast, then, fasterThan } = rule;
  const choice = choose();
  return {
    ...rule,
    ...(atLeast !== undefined && choose() > 1 && { atLeast: 'low' }),
    ...(fasterThan !== undefined && { fasterThan: Math.ceil(fasterThan / (choose() + 1)) }),
    then: choice === 0 ? then : tightenResponse(then, choice, choose),
  };
}

function tightenResponse(response: RiskResponse, choice: number, choose: Choose): RiskResponse {
  if (response === 'observe')
    return ([{ tighten: { idleTimeout: '3m' } }, 'challenge', 'end'] as const)[choice - 1] ?? 'end';
  if (response === 'challenge') return choice === 1 ? { challenge: { assuranceLevel: 'aal2' } } : 'end';
  if (response === 'end') return 'end';
  if ('challenge' in response)
    return { challenge: { assuranceLevel: choice === 1 ? response.challenge.assuranceLevel : 'aal3' } };
  return { tighten: shortened(response.tighten, choose) };
}
