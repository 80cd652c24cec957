import { describe, expect, it } from 'vitest';
import { isAsKnown, isSamePolicy, knownContext, laidOver, located, ownContext, text } from '../../src/core/context.js';
import type { SessionEvent } from '../../src/core/event.js';
import { networksOf, sharesName } from '../../src/core/networks.js';
import type { Context } from '../../src/core/session.js';
import { policyWith, sessionOf } from '../evaluate/support.js';

const policy = policyWith({ networks: { office: ['203.0.113.0/24', '::1'], site: ['203.0.113.0/28'] } });
const plain = policyWith();

const BERLIN = { latitude: 52.5, longitude: 13.4 };
const STATED: Context = { ip: '203.0.113.7', deviceId: 'd1', userAgent: 'Firefox', country: 'DE', location: BERLIN };
const known = knownContext(policy, STATED, 5);

const event = (activity: 'user' | 'background', at = 10): SessionEvent => ({ type: 'access', at, activity });
const proof: SessionEvent = { type: 'reauthenticated', at: 10, assuranceLevel: 'aal1' };
const refresh: SessionEvent = { type: 'token_refreshed', at: 10, generation: 0 };

describe('a stated context', () => {
  it('is known field by field, with the networks that its address lies in', () => {
    expect(known).toEqual({ ...STATED, location: { ...BERLIN, at: 5 }, networks: ['office', 'site'] });
  });

  it('is known as not stated where it says nothing, or what is of another type', () => {
    const nothing = { ip: null, deviceId: null, userAgent: null, country: null, location: null, networks: [] };
    expect(knownContext(policy, undefined, 5)).toEqual(nothing);
    const wrong = { ip: 1, deviceId: {}, userAgent: [], country: true, location: 'Berlin' } as never;
    expect(knownContext(policy, wrong, 5)).toEqual(nothing);
    expect([text('x'), text(5), text(null), text(undefined)]).toEqual(['x', null, null, null]);
  });
});

describe('a location', () => {
  it.each<[unknown, boolean]>([
    [{ latitude: 90, longitude: 180 }, true],
    [{ latitude: -90, longitude: -180 }, true],
    [{ latitude: 0, longitude: 0 }, true],
    [{ latitude: 90.1, longitude: 0 }, false],
    [{ latitude: 0, longitude: -180.1 }, false],
    [{ latitude: '1', longitude: 1 }, false],
    [{ latitude: 1, longitude: '1' }, false],
    [{ latitude: Number.NaN, longitude: 0 }, false],
    [{ latitude: 1 }, false],
    ['Berlin', false],
    [null, false],
    [undefined, false],
  ])('of %o is one: %j', (value, isOne) => {
    expect(located(value as never, 7)).toEqual(isOne ? { ...(value as object), at: 7 } : null);
  });
});

describe('a context laid over what is known', () => {
  it('is the same reference where it says nothing new', () => {
    for (const stated of [{}, { ip: STATED.ip }, { deviceId: 'd1', userAgent: 'Firefox', country: 'DE' }, { ip: 5 }]) {
      expect(laidOver(policy, known, event('user'), stated as Context)).toBe(known);
      expect(isAsKnown(known, event('user'), stated as Context)).toBe(true);
    }
  });

  it.each<[keyof Context, string]>([
    ['ip', '198.51.100.1'],
    ['deviceId', 'd2'],
    ['userAgent', 'Safari'],
    ['country', 'FR'],
  ])('has another %s and all else as it was', (field, value) => {
    const networks = field === 'ip' ? [] : known.networks;
    expect(laidOver(policy, known, event('background'), { [field]: value })).toEqual({
      ...known,
      [field]: value,
      networks,
    });
    expect(isAsKnown(known, event('background'), { [field]: value })).toBe(false);
  });

  it('looks the networks up for another address only', () => {
    expect(laidOver(policy, known, event('user'), { deviceId: 'd2' }).networks).toBe(known.networks);
    expect(laidOver(policy, known, event('user'), { ip: '203.0.113.77' }).networks).toEqual(['office']);
  });

  it.each<[string, SessionEvent, Context['location'], boolean]>([
    ['a person who is still there', event('user'), BERLIN, true],
    ['a person who reauthenticates there', proof, BERLIN, true],
    ['a person who says so late', event('user', 5), BERLIN, false],
    ['a poll that is still there', event('background'), BERLIN, false],
    ['a refresh that is still there', refresh, BERLIN, false],
    ['a poll further north', event('background'), { ...BERLIN, latitude: 53 }, true],
    ['a poll further east', event('background'), { ...BERLIN, longitude: 14 }, true],
    ['a poll from nowhere', event('background'), { latitude: 91, longitude: 0 }, false],
    ['a poll that does not say', event('background'), undefined, false],
  ])('has a new place for %s', (_, at, location, isNew) => {
    const next = laidOver(policy, known, at, { location } as Context);
    if (isNew) expect(next).toEqual({ ...known, location: { ...location, at: at.at } });
    else expect(next).toBe(known);
  });

  it('is as known without a place, and with one only where nothing is to be kept up to date', () => {
    expect(isAsKnown(known, event('user'), {})).toBe(true);
    expect(isAsKnown(known, event('background'), { location: BERLIN })).toBe(true);
    expect(isAsKnown(known, event('user'), { location: BERLIN })).toBe(false);
    expect(isAsKnown({ ...known, location: null }, event('background'), { location: BERLIN })).toBe(false);
  });
});

describe('the networks beside the address', () => {
  const session = sessionOf(policy, { context: STATED });

  it('are kept under the same policy, and looked up again under another', () => {
    expect(isSamePolicy(policy, session)).toBe(true);
    expect(ownContext(policy, session)).toBe(session.context);
    const other = policyWith({ networks: { office: ['203.0.113.0/24'] } });
    expect(isSamePolicy(other, session)).toBe(false);
    expect(ownContext(other, session)).toEqual({ ...session.context, networks: ['office'] });
    const swapped = policyWith({ networks: { office: ['203.0.113.0/28'], zone: ['203.0.113.0/24'] } });
    expect(ownContext(swapped, session).networks).toEqual(['office', 'zone']);
    const same = policyWith({ networks: { office: ['203.0.113.7'], site: ['203.0.113.7'] } });
    expect(ownContext(same, session)).toBe(session.context);
  });

  it('are none where the policy names none', () => {
    expect(isSamePolicy(plain, session)).toBe(false);
    expect(ownContext(plain, session).networks).toEqual([]);
    expect(isSamePolicy(plain, { ...sessionOf(plain), policy: 'another' })).toBe(true);
  });

  it.each<[string | null, readonly string[]]>([
    ['203.0.113.7', ['office', 'site']],
    ['203.0.113.77', ['office']],
    ['::1', ['office']],
    ['198.51.100.1', []],
    ['no address', []],
    [null, []],
  ])('of %j are %j', (ip, names) => {
    expect(networksOf(policy, ip)).toEqual(names);
    expect(networksOf(plain, ip)).toEqual([]);
  });

  it('share a name or not', () => {
    expect(sharesName(['a', 'b'], ['c', 'b'])).toBe(true);
    expect(sharesName(['a'], ['c', 'b'])).toBe(false);
    expect(sharesName([], ['c'])).toBe(false);
    expect(sharesName(['a'], [])).toBe(false);
  });
});
