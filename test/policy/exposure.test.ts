import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CurfewError, definePolicy, evaluate, NEVER, type PolicyDocument, startSession } from '../../src/index.js';
import { exposure } from '../../src/policy/exposure.js';
import type { Deployment, ExposureBudget } from '../../src/policy/exposure-input.js';
import { aLogin, aPolicyDocument } from '../../src/testing/index.js';

const MINIMAL = { id: 'web', idleTimeout: '15m', absoluteTimeout: '8h', clockLeeway: '0s' };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const expose = (part: Partial<PolicyDocument> = {}, deployment?: Deployment, budget?: ExposureBudget) =>
  exposure(definePolicy({ ...MINIMAL, ...part }), deployment, budget);
const sum = (parts: readonly number[]) => parts.reduce((all, one) => all + one, 0);

describe('a stolen session', () => {
  it('is good until the absolute limit, the longest that can be had', () => {
    expect(expose().stolenSession).toMatchObject({ total: 8 * HOUR, dominating: { source: '/absoluteTimeout' } });
    const requestable = { absoluteTimeout: '30d' };
    expect(expose({ requestable }).stolenSession).toMatchObject({
      total: 30 * 24 * HOUR,
      dominating: { name: 'absolute limit', source: '/requestable/absoluteTimeout' },
    });
  });

  it('or until the owner has to reauthenticate, which takes the handle away after its grace', () => {
    const { stolenSession } = expose({ reauthentication: { after: '4h' } }, { handleGrace: '30s' });
    expect(stolenSession.total).toBe(4 * HOUR + 30 * SECOND);
    expect(stolenSession.terms.map(({ source }) => source)).toEqual([
      '/reauthentication/after',
      'deployment.handleGrace',
    ]);
  });

  it('and for as much longer as the clock may be behind', () => {
    expect(expose({ clockLeeway: '5s' }).stolenSession.total).toBe(8 * HOUR + 5 * SECOND);
  });

  it('is good for ever where nothing ends it', () => {
    expect(expose({ absoluteTimeout: 'unlimited' }, {}, { stolenSession: '1d' })).toMatchObject({
      stolenSession: { total: NEVER, isWithin: false },
      isWithin: false,
    });
  });
});

describe('a stolen access token', () => {
  it('is nothing where nobody accepts one unasked', () => {
    expect(expose().stolenAccessToken).toEqual({ total: 0, terms: [], dominating: null, budget: null, isWithin: true });
  });

  it('is good for its life, and what verifiers add', () => {
    const { stolenAccessToken } = expose(
      { tokens: { accessLifetime: '5m' } },
      { accessTokens: true, verifierLeeway: '30s' },
    );
    expect(stolenAccessToken.total).toBe(5 * MINUTE + 30 * SECOND);
  });

  it('never outlives its session', () => {
    const { stolenAccessToken } = expose({ tokens: { accessLifetime: '10h' } }, { accessTokens: true });
    expect(stolenAccessToken).toMatchObject({ total: 8 * HOUR, dominating: { source: '/absoluteTimeout' } });
  });
});

describe('a revoked session', () => {
  it('is over at once where every request asks the store', () => {
    expect(expose().revokedSession.total).toBe(0);
  });

  it('lasts for the cache, the token made last, what verifiers add, and the connection opened last', () => {
    const deployment = { accessTokens: true, verifierLeeway: '1m', cacheTrustedFor: '3s', pushSilence: '45s' };
    const { revokedSession } = expose({}, deployment);
    expect(revokedSession.total).toBe(sum([10 * MINUTE, MINUTE, 45 * SECOND, 3 * SECOND]));
    expect(revokedSession.dominating).toMatchObject({ name: 'access token', source: '/tokens/accessLifetime' });
    expect(revokedSession.terms.map(({ source }) => source)).toEqual([
      '/tokens/accessLifetime',
      'deployment.verifierLeeway',
      'deployment.pushSilence',
      'deployment.cacheTrustedFor',
    ]);
  });

  it('counts an outage or the cache, whichever is longer', () => {
    const memory = (staleFor: string, cacheTrustedFor: string) =>
      expose({ staleFor }, { cacheTrustedFor }).revokedSession.terms.map(({ source }) => source);
    expect(memory('30s', '3s')).toEqual(['/staleFor']);
    expect(memory('2s', '3s')).toEqual(['deployment.cacheTrustedFor']);
  });
});

describe('an unattended device', () => {
  it('is open for the longest idle limit, a lease among them', () => {
    expect(expose().unattendedDevice).toMatchObject({ total: 15 * MINUTE, dominating: { source: '/idleTimeout' } });
    const operations = { export: { lease: '1h' } };
    expect(expose({ operations }).unattendedDevice).toMatchObject({
      total: HOUR,
      dominating: { name: 'lease', source: '/operations/export/lease' },
    });
  });

  it('is open until the absolute limit where no idle limit is shorter', () => {
    expect(expose({ idleTimeout: 'unlimited' }).unattendedDevice).toMatchObject({
      total: 8 * HOUR,
      dominating: { source: '/absoluteTimeout' },
    });
    const reauthentication = { after: '1h' };
    expect(expose({ idleTimeout: 'unlimited', reauthentication }).unattendedDevice).toMatchObject({
      total: HOUR,
      dominating: { source: '/reauthentication/after' },
    });
  });

  it('is not open for longer because of a cache, an outage or activity written late', () => {
    const { unattendedDevice, lostActivity } = expose({ staleFor: '1m', recordEvery: '1m' }, { cacheTrustedFor: '3s' });
    expect([unattendedDevice.total, lostActivity]).toEqual([15 * MINUTE, 2 * MINUTE]);
  });

  it('lostActivity is what an engine would take where nobody says', () => {
    expect([expose().lostActivity, expose({ idleTimeout: '5m' }).lostActivity]).toEqual([MINUTE, 30 * SECOND]);
  });
});

describe('a budget', () => {
  it('is kept to the millisecond', () => {
    const at = (unattendedDevice: number) => expose({}, {}, { unattendedDevice });
    expect([at(15 * MINUTE).isWithin, at(15 * MINUTE - 1).isWithin]).toEqual([true, false]);
    expect(at(15 * MINUTE - 1).stolenSession).toMatchObject({ budget: null, isWithin: true });
  });

  it('and a deployment are refused where they say something unknown', () => {
    const wrong = () =>
      expose({}, { cache: '3s', pushSilence: 'soon' } as Deployment, { stolen: '1h' } as ExposureBudget);
    try {
      wrong();
      expect.unreachable();
    } catch (error) {
      const { code, problems } = error as CurfewError;
      expect(code).toBe('exposure_invalid');
      expect(problems.map(({ path }) => path)).toEqual([
        '/deployment/cache',
        '/budget/stolen',
        '/deployment/pushSilence',
      ]);
    }
  });
});

describe('what evaluate permits', () => {
  const scenario = aPolicyDocument().chain((document) => {
    const policy = definePolicy({ ...document, operations: { ...document.operations, export: { lease: '12m' } } });
    return fc.tuple(fc.constant(policy), aLogin(policy), fc.array(fc.nat({ max: 10 * MINUTE }), { maxLength: 12 }));
  });

  it('is never longer than the exposure of an unattended device', () => {
    fc.assert(
      fc.property(scenario, fc.boolean(), ([policy, login, gaps], isExport) => {
        const most = exposure(policy).unattendedDevice.total;
        let session = startSession(policy, login);
        let { at } = login;
        for (const gap of gaps) {
          at += gap;
          const operation = isExport ? { operation: 'export' as const } : {};
          const decision = evaluate(policy, session, { type: 'access', at, activity: 'user', ...operation });
          if (decision.effect === 'permit') expect(decision.until - at).toBeLessThanOrEqual(most);
          session = decision.session;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never longer than the exposure of a stolen session', () => {
    fc.assert(
      fc.property(scenario, ([policy, login, gaps]) => {
        const most = exposure(policy).stolenSession.total;
        let session = startSession(policy, login);
        let { at } = login;
        for (const gap of gaps) {
          at += gap;
          const decision = evaluate(policy, session, { type: 'access', at, activity: 'user' });
          if (decision.effect === 'permit') expect(decision.until - login.at).toBeLessThanOrEqual(most);
          session = decision.session;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
