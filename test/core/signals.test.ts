import { describe, expect, it } from 'vitest';
import { knownContext, laidOver } from '../../src/core/context.js';
import { activeRisks, withRaised, withSignal } from '../../src/core/signals.js';
import type { AccessEvent, Context, PolicyDocument, Signals } from '../../src/index.js';
import { policyWith, sessionOf, user } from '../evaluate/support.js';

type Risk = NonNullable<PolicyDocument['risk']>[number];

const BERLIN = { latitude: 52.52, longitude: 13.405 };
const BOUND: Context = { ip: '203.0.113.7', deviceId: 'd1', userAgent: 'Firefox', country: 'DE', location: BERLIN };
const HOUR = 3_600_000;

/** The signals that a request raises on a session that is bound to a context. */
function raised(risk: Risk, stated: Context | undefined, bound: Context | null = BOUND, at = HOUR): string[] {
  const policy = policyWith({ risk: [risk], networks: { office: ['203.0.113.0/24', '198.51.100.0/24'] } });
  const session = sessionOf(policy, bound === null ? {} : { context: bound });
  const event: AccessEvent = user(at, stated === undefined ? {} : { context: stated });
  const context = stated === undefined ? session.context : laidOver(policy, session.context, event, stated);
  return Object.keys(withRaised(policy, session, event, context) ?? {});
}

describe('a comparison with the login', () => {
  it.each<[Risk['signal'], Context, Context]>([
    ['device_changed', { deviceId: 'd1' }, { deviceId: 'd2' }],
    ['user_agent_changed', { userAgent: 'Firefox' }, { userAgent: 'Safari' }],
    ['country_changed', { country: 'DE' }, { country: 'FR' }],
    ['ip_changed', { ip: '203.0.113.7' }, { ip: '203.0.113.8' }],
    ['network_changed', { ip: '203.0.113.7' }, { ip: '192.0.2.1' }],
  ])('%s: %j is no news, %j is', (signal, same, other) => {
    const risk: Risk = { signal, then: 'end' };
    expect(raised(risk, same)).toEqual([]);
    expect(raised(risk, other)).toEqual([signal]);
    // a field that either side lacks is no mismatch, unless the policy says so
    expect(raised(risk, undefined)).toEqual([]);
    expect(raised(risk, other, null)).toEqual([]);
    const strict: Risk = { ...risk, missing: 'changed' };
    expect(raised(strict, undefined)).toEqual([signal]);
    expect(raised(strict, {})).toEqual([signal]);
    expect(raised(strict, same)).toEqual([]);
    expect(raised(strict, undefined, null)).toEqual([]);
  });

  it.each<[string, string, boolean, boolean]>([
    ['203.0.113.7', '::ffff:203.0.113.7', false, false],
    ['::FFFF:cb00:7107', '203.0.113.7', false, false],
    ['2001:db8::1', '2001:DB8:0::1', false, false],
    ['192.0.2.1', '192.0.2.254', true, false],
    ['192.0.2.1', '192.0.3.1', true, true],
    ['2001:db8:1:2::1', '2001:db8:1:ffff::1', true, false],
    ['2001:db8:1::1', '2001:db8:2::1', true, true],
    ['192.0.2.1', '2001:db8::1', true, true],
    ['203.0.113.7', '198.51.100.9', true, false],
    ['203.0.113.7', 'no address', true, false],
    ['no address', '203.0.113.7', true, false],
    ['no:address', '203.0.113.7', true, false],
    ['203.0.113.7', 'no:address', true, false],
  ])('of %s with %s: another address %j, another network %j', (one, other, isOther, isAway) => {
    const said = (signal: string) => raised({ signal, then: 'end' }, { ip: other }, { ip: one }).length === 1;
    expect([said('ip_changed'), said('network_changed')]).toEqual([isOther, isAway]);
  });

  it('takes what is no address for none, where a missing one counts', () => {
    const strict: Risk = { signal: 'network_changed', then: 'end', missing: 'changed' };
    expect(raised(strict, { ip: 'no address' })).toEqual(['network_changed']);
    expect(raised(strict, { ip: 'same' }, { ip: 'same' })).toEqual([]);
    expect(raised(strict, { ip: '203.0.113.9' })).toEqual([]);
    expect(raised(strict, { ip: 'no address' }, { deviceId: 'd1' })).toEqual([]);
  });

  it('raises nothing for a signal that only you report', () => {
    expect(raised({ signal: 'risk_level', then: 'end' }, { ip: '192.0.2.1', deviceId: 'd2' })).toEqual([]);
  });
});

describe('travel', () => {
  const risk: Risk = { signal: 'impossible_travel', then: 'end' };
  const to = (latitude: number, longitude: number): Context => ({ location: { latitude, longitude } });
  const PARIS = to(48.8566, 2.3522);
  const KM = 1 / 111.195;

  it.each<[string, Context | undefined, number, boolean]>([
    ['Paris, 877 km, in an hour', PARIS, HOUR, false],
    ['Paris at 1000 km/h', PARIS, 3_157_200, false],
    ['Paris a millisecond faster', PARIS, 3_157_199, true],
    ['99 km north at once', to(BERLIN.latitude + 99 * KM, BERLIN.longitude), 1, false],
    ['100 km north at once', to(BERLIN.latitude + 100 * KM, BERLIN.longitude), 1, true],
    ['101 km north at once', to(BERLIN.latitude + 101 * KM, BERLIN.longitude), 1, true],
    ['101 km south at once', to(BERLIN.latitude - 101 * KM, BERLIN.longitude), 1, true],
    ['Sydney, 16 090 km, in 16 hours', to(-33.8688, 151.2093), 16 * HOUR, true],
    ['Sydney in 17 hours', to(-33.8688, 151.2093), 17 * HOUR, false],
    ['the other end of the world in 20 hours', to(-52.52, -166.595), 20 * HOUR, true],
    ['the other end of the world in 21 hours', to(-52.52, -166.595), 21 * HOUR, false],
    ['nowhere', to(91, 0), 1, false],
    ['no place', {}, 1, false],
    ['no context', undefined, 1, false],
  ])('to %s', (_, stated, at, isImpossible) => {
    expect(raised(risk, stated, BOUND, at)).toEqual(isImpossible ? ['impossible_travel'] : []);
  });

  it('is as fast as the policy says', () => {
    expect(raised({ ...risk, fasterThan: 900 }, PARIS, BOUND, HOUR)).toEqual([]);
    expect(raised({ ...risk, fasterThan: 870 }, PARIS, BOUND, HOUR)).toEqual(['impossible_travel']);
  });

  it('starts somewhere', () => {
    expect(raised(risk, PARIS, { ip: '203.0.113.7' }, 1)).toEqual([]);
  });
});

describe('a raised signal', () => {
  const policy = policyWith({ risk: [{ signal: 'device_changed', then: 'challenge' }] });
  const session = { ...sessionOf(policy, { context: { deviceId: 'd1' } }), authenticatedAt: 100 };
  const other = { deviceId: 'd2' };
  const at = (instant: number, signals: Signals | null) =>
    withRaised(policy, { ...session, signals }, user(instant, { context: other }), knownContext(policy, other, 0));

  it('lies at the request, or at the login if that is later', () => {
    expect(at(200, null)).toEqual({ device_changed: { high: 200 } });
    expect(at(50, null)).toEqual({ device_changed: { high: 100 } });
  });

  it('is none where the request tells nothing of the field', () => {
    expect(withRaised(policy, session, user(200), knownContext(policy, undefined, 0))).toBeNull();
  });

  it('is not raised again until somebody authenticates', () => {
    for (const high of [100, 150, 300]) {
      const signals = { device_changed: { high } };
      expect(at(200, signals)).toBe(signals);
    }
    expect(at(200, { device_changed: { high: 99 } })).toEqual({ device_changed: { high: 200 } });
    expect(at(200, { device_changed: { low: 150 } })).toEqual({ device_changed: { low: 150, high: 200 } });
  });
});

describe('signals', () => {
  it('are merged by the latest instant of each level', () => {
    const first = withSignal(null, 'risk_level', 'low', 5);
    expect(first).toEqual({ risk_level: { low: 5 } });
    expect(withSignal(first, 'risk_level', 'low', 5)).toBe(first);
    expect(withSignal(first, 'risk_level', 'low', 4)).toBe(first);
    expect(withSignal(first, 'risk_level', 'low', 6)).toEqual({ risk_level: { low: 6 } });
    expect(withSignal(first, 'risk_level', 'high', 4)).toEqual({ risk_level: { low: 5, high: 4 } });
    expect(withSignal(first, 'constructor', 'low', 1)).toEqual({ risk_level: { low: 5 }, constructor: { low: 1 } });
  });
});

describe('a risk rule applies', () => {
  const active = (risk: Risk, signals: Signals | null, authenticatedAt = 0, aal2: number | null = null) =>
    activeRisks(policyWith({ risk: [risk] }), signals, authenticatedAt, {
      aal1: authenticatedAt,
      aal2,
      aal3: null,
    }).map(({ since }) => since);
  const levels: Signals = { risk_level: { low: 30, medium: 20, high: 10 } };

  it.each<[NonNullable<Risk['atLeast']>, number]>([
    ['low', 30],
    ['medium', 20],
    ['high', 10],
  ])('from the latest report of at least %s', (atLeast, since) => {
    expect(active({ signal: 'risk_level', atLeast, then: 'end' }, levels)).toEqual([since]);
  });

  it('also if a higher level was reported later than a lower one', () => {
    expect(active({ signal: 'risk_level', then: 'end' }, { risk_level: { low: 5, high: 9 } })).toEqual([9]);
    expect(active({ signal: 'risk_level', then: 'end' }, { risk_level: { medium: 9 } })).toEqual([9]);
    expect(active({ signal: 'risk_level', atLeast: 'high', then: 'end' }, { risk_level: { medium: 9 } })).toEqual([]);
  });

  it('from the first instant that there is', () => {
    expect(active({ signal: 'risk_level', then: 'end' }, { risk_level: { low: 0 } })).toEqual([0]);
  });

  it('until an authentication that is newer than the signal', () => {
    const rule: Risk = { signal: 'risk_level', then: 'challenge' };
    expect(active(rule, levels, 30)).toEqual([30]);
    expect(active(rule, levels, 31)).toEqual([]);
    const strong: Risk = { signal: 'risk_level', then: { challenge: { assuranceLevel: 'aal2' } } };
    expect(active(strong, levels, 31)).toEqual([30]);
    expect(active(strong, levels, 31, 30)).toEqual([30]);
    expect(active(strong, levels, 31, 31)).toEqual([]);
  });

  it('to no other signal, and to none at all', () => {
    expect(active({ signal: 'constructor', then: 'end' }, levels)).toEqual([]);
    expect(active({ signal: 'other', then: 'end' }, levels)).toEqual([]);
    expect(active({ signal: 'risk_level', then: 'end' }, null)).toEqual([]);
  });
});
