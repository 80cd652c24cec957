import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/core/policy.js';
import type { Rule } from '../../src/core/rule.js';
import { evaluate } from '../../src/evaluate.js';
import { limitsFor } from '../../src/limits-for.js';
import { definePolicy } from '../../src/policy/define.js';
import type { PolicyDocument } from '../../src/policy/document.js';
import { tighten } from '../../src/policy/tighten/tighten.js';
import { startSession } from '../../src/start-session.js';
import { NEVER } from '../../src/time/instant.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const layer = (id: string, part: Partial<PolicyDocument> = {}, rules: readonly Rule[] = []): Policy =>
  definePolicy({ id, absoluteTimeout: '8h', ...part } as PolicyDocument, { rules }) as Policy;
const both = (org: Partial<PolicyDocument>, app: Partial<PolicyDocument>) =>
  tighten(layer('org', org), layer('app', app));
const originAt = (path: string, { origins }: ReturnType<typeof both>) => origins.find((one) => one.path === path);

describe('one value of each', () => {
  it('is the strictest, whoever says it', () => {
    const { policy } = both(
      {
        idleTimeout: '30m',
        absoluteTimeout: '4h',
        onIdle: 'lock',
        clockLeeway: '10s',
        staleFor: '1m',
        reauthentication: { after: '2h', resets: ['idle', 'absolute'] },
        tokens: { accessLifetime: '5m', refreshGrace: '20s' },
        concurrency: { maxSessions: 3, onExceed: 'refuse' },
      },
      { idleTimeout: '15m', tokens: { refreshGrace: '5s' }, concurrency: { maxSessions: 5 } },
    );
    expect(policy).toMatchObject({
      id: 'app',
      limits: { idleTimeout: 15 * MINUTE, absoluteTimeout: 4 * HOUR },
      onIdle: 'end',
      clockLeeway: 5_000,
      staleFor: 0,
      reauthentication: { after: 2 * HOUR, resetsIdle: true, resetsAbsolute: false },
      tokens: { accessLifetime: 5 * MINUTE, refreshGrace: 5_000 },
      concurrency: { maxSessions: 3, onExceed: 'refuse' },
    });
  });

  it('keeps alive what all layers let keep it alive, and looks for what any of them looks for', () => {
    const { policy, origins } = both(
      {
        singleSignOn: { activityFrom: ['mail', 'wiki'] },
        detection: { reuse: { atLeast: 5, within: '10m' }, useAfterEnd: { atLeast: 9, within: '1m' } },
      },
      {
        singleSignOn: { activityFrom: ['wiki', 'shop'] },
        detection: { reuse: { atLeast: 3, within: '5m' }, sharedDevice: { atLeast: 4, within: '1h' } },
      },
    );
    expect(policy.activityFrom).toEqual(['wiki']);
    expect(policy.detection).toEqual({
      reuse: { atLeast: 3, within: 10 * MINUTE },
      sharedDevice: { atLeast: 4, within: HOUR },
      useAfterEnd: { atLeast: 9, within: MINUTE },
    });
    expect(origins.find(({ path }) => path === '/detection/reuse/within')?.bindingIs).toEqual(['org']);
    expect(both({}, { singleSignOn: { activityFrom: ['mail'] } }).policy.activityFrom).toEqual([]);
  });

  it('is the same policy where the ceiling changes nothing', () => {
    const app = layer('app', {
      idleTimeout: '10m',
      warnBefore: '1m',
      networks: { office: ['203.0.113.0/24'] },
      conditions: [{ when: { network: 'office' }, idleTimeout: '5m' }],
      operations: { pay: { assuranceLevel: 'aal2' } },
      risk: [{ signal: 'ip_changed', then: 'end' }],
    });
    const org = layer('org', {
      idleTimeout: '30m',
      absoluteTimeout: 'unlimited',
      conditions: [{ when: { attention: 'hidden' }, idleTimeout: '10m' }],
      risk: [{ signal: 'ip_changed', then: 'challenge' }],
    });
    const { policy } = tighten(org, app);
    expect(policy).toEqual(app);
    expect(policy.fingerprint).toBe(app.fingerprint);
    expect(tighten(app, app).policy).toEqual(app);
  });

  it('is frozen through and through, and has a fingerprint of its own', () => {
    const { policy } = both(
      { idleTimeout: '5m', conditions: [{ when: { attention: 'hidden' }, idleTimeout: '1m' }] },
      { idleTimeout: '9m' },
    );
    const parts = [policy, policy.limits, policy.conditions, policy.conditions[0]?.when, policy.rules];
    expect(parts.every(Object.isFrozen)).toBe(true);
    expect(policy.fingerprint).toMatch(/^[0-9a-f]{24}$/);
    expect(policy.fingerprint).not.toBe(layer('app', { idleTimeout: '9m' }).fingerprint);
  });

  it('cuts the warning to fit, and leaves what is recorded to the engine where it does not fit', () => {
    const { policy } = both(
      { idleTimeout: '30m', warnBefore: '10m', recordEvery: '2m' },
      { conditions: [{ when: { attention: 'locked' }, idleTimeout: '90s' }] },
    );
    expect([policy.warnBefore, policy.recordEvery]).toEqual([90_000, null]);
    expect(both({ recordEvery: '30s' }, { recordEvery: '20s' }).policy.recordEvery).toBe(20_000);
    expect(both({ warnBefore: '2m' }, { warnBefore: '1m' }).policy.warnBefore).toBe(60_000);
  });
});

describe('what a client may ask for', () => {
  it('is the smaller of what each lets it have', () => {
    const { policy } = both(
      { absoluteTimeout: '12h' },
      { absoluteTimeout: '8h', requestable: { absoluteTimeout: '30d' } },
    );
    expect(policy.requestable.absoluteTimeout).toBe(12 * HOUR);
    const session = startSession(policy, { id: 's', subject: 'a', at: 0, requested: { absoluteTimeout: 720 * HOUR } });
    expect(session.stamps.absolute).toBe(12 * HOUR);
  });
});

describe('operations', () => {
  const result = both(
    { operations: { pay: { assuranceLevel: 'aal2', authenticatedWithin: '10m' }, wire: { assuranceLevel: 'aal3' } } },
    { operations: { pay: { authenticatedWithin: '5m', lease: '20m' }, 'report:export': { lease: '10m' } } },
  );

  it('are those of all layers, each with the strictest demands', () => {
    expect(result.policy.operations).toEqual({
      pay: { assuranceLevel: 'aal2', authenticatedWithin: 5 * MINUTE, lease: 0 },
      'report:export': { assuranceLevel: null, authenticatedWithin: NEVER, lease: 0 },
      wire: { assuranceLevel: 'aal3', authenticatedWithin: NEVER, lease: 0 },
    });
  });

  it('have a lease only where every layer gives one, and say who gives none', () => {
    expect(originAt('/operations/pay/lease', result)).toEqual({
      path: '/operations/pay/lease',
      value: 0,
      stated: [
        { by: 'org', value: 0 },
        { by: 'app', value: 20 * MINUTE },
      ],
      bindingIs: ['org'],
    });
  });

  it('that nobody knows stay denied', () => {
    const session = startSession(result.policy, { id: 's', subject: 'a', at: 0 });
    const decision = evaluate(result.policy, session, { type: 'access', at: 1, activity: 'user', operation: 'pya' });
    expect(decision.reasons).toMatchObject([{ code: 'operation_unknown' }]);
  });
});

describe('risk rules', () => {
  it('are those of all layers, but for those that another makes needless', () => {
    const { policy } = both(
      {
        risk: [
          { signal: 'ip_changed', then: 'challenge' },
          { signal: 'device_changed', then: { challenge: { assuranceLevel: 'aal2' } } },
          { signal: 'risk_level', atLeast: 'medium', then: { tighten: { idleTimeout: '5m' } } },
        ],
      },
      {
        risk: [
          { signal: 'ip_changed', then: 'end' },
          { signal: 'device_changed', then: 'end' },
          { signal: 'risk_level', atLeast: 'high', then: { tighten: { idleTimeout: '2m' } } },
        ],
      },
    );
    const told = policy.risk.map(({ signal, response, source }) => `${signal} ${response} ${source}`).sort();
    expect(told).toEqual([
      'device_changed challenge org#/risk/1',
      'device_changed end /risk/1',
      'ip_changed end /risk/0',
      'risk_level tighten /risk/2',
      'risk_level tighten org#/risk/2',
    ]);
  });

  it('on one comparison mean the strictest by it', () => {
    const { policy } = both(
      {
        risk: [
          { signal: 'impossible_travel', then: 'observe', fasterThan: 500 },
          { signal: 'ip_changed', then: 'observe', missing: 'changed' },
        ],
      },
      {
        risk: [
          { signal: 'impossible_travel', then: 'challenge' },
          { signal: 'ip_changed', then: 'challenge' },
        ],
      },
    );
    expect(policy.risk.map(({ signal, response }) => `${signal} ${response}`).sort()).toEqual([
      'impossible_travel challenge',
      'ip_changed challenge',
    ]);
    expect(policy.risk.find(({ signal }) => signal === 'impossible_travel')?.fasterThan).toBe(500);
    expect(policy.risk.find(({ signal }) => signal === 'ip_changed')?.missingIsChanged).toBe(true);
  });
});

describe('conditions', () => {
  it('say in limitsFor which document they come from', () => {
    const { policy } = both(
      { conditions: [{ when: { attention: 'hidden' }, idleTimeout: '2m' }] },
      { idleTimeout: '20m', conditions: [{ when: { attributes: { role: ['admin'] } }, idleTimeout: '5m' }] },
    );
    const source = (question: object) => limitsFor(policy, question).idleTimeout.source;
    expect(source({ attention: 'hidden' })).toBe('org#/conditions/0/idleTimeout');
    expect(source({ attributes: { role: 'admin' } })).toBe('/conditions/0/idleTimeout');
  });
});

describe('rules of your own', () => {
  const closes = (hour: number): Rule => ({
    id: 'opening_hours',
    version: 1,
    settings: { hour },
    limit: 'closing_time',
    evaluate: ({ now }) => (now < hour * HOUR ? hour * HOUR : { effect: 'deny', code: 'closed' }),
  });

  it('all run, those of one id under ids of their own', () => {
    const { policy, origins } = tighten(layer('org', {}, [closes(2)]), layer('app', {}, [closes(3)]));
    expect(policy.rules.map(({ id }) => id)).toEqual(['opening_hours', 'opening_hours_2']);
    const session = startSession(policy, { id: 's', subject: 'a', at: 0 });
    const decision = evaluate(policy, session, { type: 'access', at: 1, activity: 'user' });
    expect(decision).toMatchObject({ effect: 'permit', until: 2 * HOUR, boundBy: 'closing_time' });
    expect(origins.find(({ path }) => path === '/rules/1')?.bindingIs).toEqual(['org']);
  });

  it('that are one object run once', () => {
    const shared = closes(2);
    const { policy } = tighten(layer('org', {}, [shared]), layer('app', {}, [shared]));
    expect(policy.rules).toEqual([shared]);
  });
});

describe('origins', () => {
  it('tell what each layer says, and whose word it is', () => {
    const result = tighten(
      layer('org', { idleTimeout: '30m', absoluteTimeout: '4h' }),
      layer('app', { idleTimeout: '15m', absoluteTimeout: '4h' }),
      layer('route'),
    );
    expect(result.policy.id).toBe('route');
    expect(originAt('/idleTimeout', result)).toEqual({
      path: '/idleTimeout',
      value: 15 * MINUTE,
      stated: [
        { by: 'org', value: 30 * MINUTE },
        { by: 'app', value: 15 * MINUTE },
        { by: 'route', value: null },
      ],
      bindingIs: ['app'],
    });
    expect(originAt('/absoluteTimeout', result)?.bindingIs).toEqual(['org', 'app']);
    expect(originAt('/reauthentication/after', result)).toBeUndefined();
  });

  it('tell policies of one id apart', () => {
    const { origins } = tighten(layer('app', { idleTimeout: '9m' }), layer('app', { idleTimeout: '5m' }));
    expect(origins[0]).toMatchObject({ path: '/idleTimeout', bindingIs: ['app/2'] });
  });
});
