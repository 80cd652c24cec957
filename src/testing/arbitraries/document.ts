import fc from 'fast-check';
import type {
  ConditionDocument,
  DurationText,
  OperationDocument,
  PolicyDocument,
  RiskDocument,
  RiskResponse,
} from '../../policy/document.js';
import { agreeing } from './agreeing.js';

/** A plain object with some of the keys. */
function someOf<Value>(model: { [Key in keyof Value]: fc.Arbitrary<Value[Key]> }): fc.Arbitrary<Partial<Value>> {
  return fc.record(model, { noNullPrototype: true, requiredKeys: [] }) as unknown as fc.Arbitrary<Partial<Value>>;
}

const aLevel = fc.constantFrom('aal1' as const, 'aal2' as const, 'aal3' as const);

/** Whole minutes, in one of the three spellings. */
function minutes(min: number, max: number): fc.Arbitrary<DurationText> {
  return fc.tuple(fc.integer({ min, max }), fc.nat({ max: 2 })).map(([count, spelling]) => {
    return [`${count}m`, `PT${count}M`, count * 60_000][spelling] as DurationText;
  });
}

const aReauthentication = someOf({
  after: minutes(4, 20),
  resets: fc.subarray<'idle' | 'absolute'>(['idle', 'absolute']),
});

const NETWORKS = {
  office: ['203.0.113.0/24', '2001:db8::/32'],
  lab: ['203.0.113.0/29'],
  vpn: ['::ffff:10.0.0.0/104', '198.51.100.128/25'],
};

const someAttributes = fc.constantFrom<NonNullable<ConditionDocument['when']['attributes']>>(
  { role: ['admin'] },
  { role: ['admin', 'auditor'] },
  { trusted: [true] },
  { role: ['user'], plan: ['pro', 'free'] },
);

const aTighteningCondition: fc.Arbitrary<ConditionDocument> = fc
  .tuple(
    fc.record({
      attributes: fc.option(someAttributes, { nil: undefined, freq: 2 }),
      network: fc.option(fc.constantFrom('office', 'lab', 'vpn'), { nil: undefined, freq: 2 }),
      attention: fc.constantFrom('hidden' as const, 'locked' as const),
    }),
    fc.nat({ max: 3 }),
    minutes(2, 8),
    minutes(6, 20),
  )
  .map(([{ attributes, network, attention }, choice, idleTimeout, absoluteTimeout]) => ({
    when: {
      ...(attributes && { attributes }),
      ...(network && { network }),
      ...((choice % 2 === 1 || (!attributes && !network)) && { attention }),
    },
    ...(choice === 0 ? { absoluteTimeout } : choice === 1 ? { idleTimeout, absoluteTimeout } : { idleTimeout }),
  }));

const aRelaxingCondition: fc.Arbitrary<ConditionDocument> = fc
  .tuple(fc.constantFrom('office', 'lab', 'vpn'), someAttributes, fc.nat({ max: 2 }), minutes(6, 20))
  .map(([network, attributes, choice, idleTimeout]) => ({
    when: { ...(choice !== 1 && { network }), ...(choice !== 0 && { attributes }) },
    idleTimeout,
    relax: true,
  }));

const anOperation: fc.Arbitrary<OperationDocument> = fc
  .tuple(minutes(1, 10), aLevel, minutes(3, 20), fc.integer({ min: 1, max: 7 }))
  .map(([authenticatedWithin, assuranceLevel, lease, choice]) => ({
    ...(choice & 1 && { authenticatedWithin }),
    ...(choice & 2 && { assuranceLevel }),
    ...(choice & 4 && { lease }),
  }));

const aResponse: fc.Arbitrary<RiskResponse> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('observe' as const, 'challenge' as const) },
  { weight: 1, arbitrary: fc.constant('end' as const) },
  { weight: 1, arbitrary: aLevel.map((assuranceLevel) => ({ challenge: { assuranceLevel } })) },
  { weight: 2, arbitrary: minutes(2, 6).map((idleTimeout) => ({ tighten: { idleTimeout } })) },
  { weight: 1, arbitrary: minutes(5, 15).map((absoluteTimeout) => ({ tighten: { absoluteTimeout } })) },
);

const REPORTED = ['risk_level', 'credential_change'];
const COMPARED = ['ip_changed', 'network_changed', 'device_changed', 'user_agent_changed', 'country_changed'];

const aRisk: fc.Arbitrary<RiskDocument> = fc
  .tuple(
    fc.constantFrom(...REPORTED, ...REPORTED, ...COMPARED, 'impossible_travel'),
    aResponse,
    fc.constantFrom(undefined, 'low' as const, 'medium' as const, 'high' as const),
    fc.nat({ max: 3 }),
  )
  .map(([signal, response, atLeast, choice]) => ({
    signal,
    then: response,
    ...(atLeast !== undefined && REPORTED.includes(signal) && { atLeast }),
    ...(choice === 0 && COMPARED.includes(signal) && { missing: 'changed' as const }),
    ...(choice < 2 && signal === 'impossible_travel' && { fasterThan: 2_000 * (choice + 1) }),
  }));

// A leeway must be below every idle limit, and no idle limit may be longer than the absolute one.
const aDocument = fc.record(
  {
    idleTimeout: fc.oneof({ weight: 12, arbitrary: minutes(2, 15) }, fc.constant('unlimited')),
    absoluteTimeout: minutes(20, 40),
    onIdle: fc.constantFrom('end' as const, 'lock' as const),
    warnBefore: fc.constantFrom('30s', 60_000, '0s'),
    clockLeeway: fc.constantFrom('0s', '5s', 60_000, '110s'),
    reauthentication: aReauthentication,
    conditions: fc.array(fc.oneof(aTighteningCondition, aTighteningCondition, aRelaxingCondition), { maxLength: 3 }),
    operations: someOf({ pay: anOperation, 'report:export': anOperation, view: anOperation }),
    risk: fc.array(aRisk, { maxLength: 3 }).map(agreeing),
    requestable: someOf({ idleTimeout: minutes(5, 20), absoluteTimeout: minutes(10, 60) }),
    tokens: someOf({ accessLifetime: minutes(1, 5), refreshGrace: minutes(0, 3) }),
    concurrency: fc.record(
      {
        maxSessions: fc.integer({ min: 1, max: 3 }),
        onExceed: fc.constantFrom('endOldest' as const, 'refuse' as const),
      },
      { noNullPrototype: true },
    ),
    singleSignOn: fc.record({ activityFrom: fc.subarray(['mail', 'wiki']) }, { noNullPrototype: true }),
  },
  { noNullPrototype: true, requiredKeys: ['absoluteTimeout'] },
);

/**
 * Valid policy documents. Limits are a few minutes long, so that deadlines of different rules often fall together.
 *
 * @example
 * fc.assert(fc.property(aPolicyDocument(), (document) => definePolicy(document).id === 'generated'));
 */
export function aPolicyDocument(): fc.Arbitrary<PolicyDocument> {
  return aDocument.map((document) => {
    const isNetworkUsed = (document.conditions ?? []).some(({ when }) => when.network !== undefined);
    const networks = isNetworkUsed || document.clockLeeway !== '0s' ? { networks: NETWORKS } : {};
    return { id: 'generated', ...document, ...networks, ...lockable(document) };
  });
}

/** A lock that reauthentication does not open again would be a trap, and no policy may be one. */
function lockable({ onIdle, reauthentication }: Omit<PolicyDocument, 'id'>): Partial<PolicyDocument> {
  if (onIdle !== 'lock') return {};
  const resets = new Set<'idle' | 'absolute'>([...(reauthentication?.resets ?? []), 'idle']);
  return { reauthentication: { ...reauthentication, resets: [...resets] } };
}
