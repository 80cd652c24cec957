import { describe, expectTypeOf, it } from 'vitest';
import {
  type Decision,
  definePolicy,
  evaluate,
  evaluateWithCandidate,
  type Instant,
  type Permit,
  type Policy,
  type PolicyDocument,
  type ReasonCode,
  type Rule,
  type Session,
  type SessionEvent,
  withRules,
} from '../../src/index.js';

const policy = definePolicy({
  id: 'web',
  absoluteTimeout: '8h',
  operations: { 'payment:create': { authenticatedWithin: '5m' }, 'report:export': { lease: '20m' } },
});
declare const session: Session;

describe('operations', () => {
  it('keep their names, so that a misspelt one does not compile', () => {
    expectTypeOf(policy).toEqualTypeOf<Policy<'payment:create' | 'report:export'>>();
    evaluate(policy, session, { type: 'access', at: 0, activity: 'user', operation: 'payment:create' });
    // @ts-expect-error there is no such operation
    evaluate(policy, session, { type: 'access', at: 0, activity: 'user', operation: 'paymnt:create' });
    // @ts-expect-error nor here
    evaluate(policy, session, { type: 'operation_finished', at: 0, operation: 'report:exprt' });
  });

  it('are any text where the document comes from outside', () => {
    const loaded = definePolicy({} as PolicyDocument);
    expectTypeOf(loaded).toEqualTypeOf<Policy<string>>();
    evaluate(loaded, session, { type: 'access', at: 0, activity: 'user', operation: 'anything' });
  });

  it('are checked for a candidate too', () => {
    // @ts-expect-error there is no such operation
    evaluateWithCandidate(policy, policy, session, { type: 'access', at: 0, activity: 'user', operation: 'x' });
  });

  it('do not stand in the way of a function that takes any policy', () => {
    const takesAny = (one: Policy): string => one.fingerprint;
    expectTypeOf(takesAny(policy)).toBeString();
  });
});

describe('documents', () => {
  it('must say how long a session lives at most', () => {
    // @ts-expect-error absoluteTimeout is required
    definePolicy({ id: 'web' });
  });

  it('know their words', () => {
    // @ts-expect-error the word is `lock`
    definePolicy({ id: 'web', absoluteTimeout: '8h', onIdle: 'locked' });
    const visible = { attention: 'visible' } as const;
    // @ts-expect-error what a client says of its screen can only tighten
    definePolicy({ id: 'web', absoluteTimeout: '8h', conditions: [{ when: visible, idleTimeout: '5m' }] });
  });
});

describe('a misspelt key of a literal document does not compile', () => {
  it('at the top, or deep inside', () => {
    // @ts-expect-error the key is idleTimeout
    definePolicy({ id: 'web', absoluteTimeout: '8h', idelTimeout: '15m' });
    // @ts-expect-error the key is resets
    definePolicy({ id: 'web', absoluteTimeout: '8h', reauthentication: { reset: ['idle'] } });
    const condition = { attributes: { role: ['admin'] } };
    // @ts-expect-error the key is idleTimeout
    definePolicy({ id: 'web', absoluteTimeout: '8h', conditions: [{ when: condition, idle: '5m' }] });
    // @ts-expect-error the key is lease
    definePolicy({ id: 'web', absoluteTimeout: '8h', operations: { 'report:export': { leese: '20m' } } });
    // @ts-expect-error the key is then
    definePolicy({ id: 'web', absoluteTimeout: '8h', risk: [{ signal: 'ip_changed', than: 'end' }] });
  });

  it('beside operations whose names are kept', () => {
    const named = { 'report:export': { lease: '20m' } } as const;
    expectTypeOf(definePolicy({ id: 'web', absoluteTimeout: '8h', operations: named })).toEqualTypeOf<
      Policy<'report:export'>
    >();
    const document = { id: 'web', absoluteTimeout: '8h', operations: named } as const satisfies PolicyDocument;
    expectTypeOf(definePolicy(document)).toEqualTypeOf<Policy<'report:export'>>();
    expectTypeOf(definePolicy({ id: 'web', absoluteTimeout: '8h' })).toEqualTypeOf<Policy<string>>();
    expectTypeOf(definePolicy({ id: 'web', absoluteTimeout: '8h', operations: {} })).toEqualTypeOf<Policy<never>>();
  });
});

describe('rules', () => {
  it('take settings of a type alias, and keep the operations of the policy', () => {
    type Hours = { readonly from: number; readonly to: number };
    const hours: Rule<Hours> = { id: 'hours', version: 1, settings: { from: 8, to: 18 }, evaluate: () => 0 };
    expectTypeOf(withRules(policy, [hours])).toEqualTypeOf<Policy<'payment:create' | 'report:export'>>();
    definePolicy({ id: 'web', absoluteTimeout: '8h' }, { rules: [hours] });
  });

  it('do not take settings of an interface, which another file could give a member that is not JSON', () => {
    interface Hours {
      readonly from: number;
    }
    // @ts-expect-error an interface has no index signature
    type Refused = Rule<Hours>;
    expectTypeOf<Refused>().not.toBeNever();
  });
});

describe('events and decisions', () => {
  it('are told apart by their tag', () => {
    expectTypeOf<Extract<Decision, { effect: 'permit' }>>().toEqualTypeOf<Permit>();
    expectTypeOf<Permit['until']>().toEqualTypeOf<Instant>();
    expectTypeOf<SessionEvent['type']>().toEqualTypeOf<
      | 'access'
      | 'operation_finished'
      | 'signal'
      | 'reauthenticated'
      | 'token_refreshed'
      | 'attributes_changed'
      | 'revoked'
    >();
    const decision = evaluate(policy, session, { type: 'access', at: 0, activity: 'user' });
    // @ts-expect-error only a permit says until when
    decision.until;
  });

  it('must say whether a person did it', () => {
    // @ts-expect-error activity is required
    evaluate(policy, session, { type: 'access', at: 0 });
  });

  it('complete the codes that Curfew gives, and take any other', () => {
    expectTypeOf<'idle_timeout'>().toExtend<ReasonCode>();
    expectTypeOf<string>().toExtend<ReasonCode>();
  });

  it('cannot be changed', () => {
    // @ts-expect-error facts are read-only
    session.lastActivityAt = 0;
  });
});
