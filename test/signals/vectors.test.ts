import { describe, expect, it } from 'vitest';
import { byId, createEngine } from '../../src/engine/index.js';
import type { Session } from '../../src/index.js';
import { createReceiver, type SecurityEventRecord, type StreamRecord } from '../../src/signals/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { manualClock } from '../../src/testing/index.js';
import { login, MINUTE, policyWith } from '../engine/support.js';
import {
  type Claims,
  findAny,
  KEY_SET,
  OTHER_PAIR,
  pushOf,
  RISKS,
  type SetVector,
  signSet,
  VECTORS,
} from './support.js';

const describeSession = ({ attributes: { sid, device } }: Session) => ({
  ...(typeof sid === 'string' && { session: { format: 'opaque', id: sid } as const }),
  ...(typeof device === 'string' && {
    device: { format: 'iss_sub', iss: 'https://idp.example.com/123456789/', sub: device } as const,
  }),
});

/** How long before the SET was made the session logged in: the event itself lies in between. */
const BEFORE = 4 * MINUTE;

/** A session, and a receiver of just this stream. */
async function aStage({ claims, login: part, bystander }: SetVector) {
  const clock = manualClock(claims.iat * 1_000 - BEFORE);
  const engine = createEngine({ policy: policyWith(RISKS), store: memoryStore(), clock, purgeEvery: 0 });
  const told: (SecurityEventRecord | StreamRecord)[] = [];
  const { session } = await login(engine, part);
  const other = bystander === undefined ? null : (await login(engine, bystander)).session;
  clock.set(claims.iat * 1_000 + 1_500);
  const receiver = createReceiver({
    engine,
    transmitter: { issuer: claims.iss, audience: String([claims.aud].flat().at(-1)), keys: KEY_SET },
    subjects: findAny,
    mapping: {
      'caep/token-claims-change': [
        {
          do: 'attributes',
          from: 'claims',
          names: { 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/role': 'role' },
        },
      ],
    },
    describe: describeSession,
    members: ['user', 'session', 'device', 'tenant'],
    observer: (record) => told.push(record),
  });
  const state = Object.values(claims.events)[0]?.['state'];
  return { engine, receiver, session, other, told, state: typeof state === 'string' ? state : null };
}

describe.each(VECTORS.map((one) => [`${one.name} (${one.source})`, one] as const))('%s', (_, vector) => {
  it('is answered 202, and leads to what its specification implies', async () => {
    const { engine, receiver, session, other, told, state } = await aStage(vector);
    if (state !== null) await receiver.expect(state);
    const response = await receiver.push(pushOf(await signSet(vector.claims)));
    expect([response.status, await response.text()]).toEqual([202, '']);

    const answer = await engine.peek(byId(session.id));
    const [effect, code = null] = vector.expect.split(' ');
    expect(answer.effect).toBe(effect);
    if (answer.effect !== 'permit') expect(answer.reasons.map((one) => one.code)).toContain(code);
    const minutes = /until (\d+)m/.exec(vector.expect)?.[1] ?? '15';
    if (answer.effect === 'permit') expect(answer.until).toBe(session.createdAt + Number(minutes) * MINUTE);
    if (vector.attributes !== undefined) expect(answer.session?.attributes).toMatchObject(vector.attributes);
    const raised = Object.entries(answer.session?.signals ?? {});
    const names = raised.map(([name, levels]) => `${name} ${Object.keys(levels)}`);
    if (vector.signal !== undefined) expect(names).toEqual([vector.signal]);
    if (other !== null) expect((await engine.peek(byId(other.id))).effect).toBe('permit');
    expect(told.flatMap((one) => (one.kind === 'stream' ? [one.code] : []))).toEqual(
      vector.stream === undefined ? [] : [vector.stream],
    );
  });

  it('is applied once, however often it comes', async () => {
    const { engine, receiver, state, told } = await aStage(vector);
    if (state !== null) await receiver.expect(state);
    const set = await signSet(vector.claims);
    await receiver.push(pushOf(set));
    const before = await engine.list(vector.login.subject);
    expect((await receiver.push(pushOf(set))).status).toBe(202);
    expect(await engine.list(vector.login.subject)).toEqual(before);
    expect(told.at(-1)).toMatchObject({ kind: 'security_event', outcome: 'repeated' });
  });
});

type Spoil = (claims: Claims) => Promise<string> | string;

const without = (name: string) => (claims: Claims) =>
  signSet(Object.fromEntries(Object.entries(claims).filter(([one]) => one !== name)));
const withClaim = (part: object) => (claims: Claims) => signSet({ ...claims, ...part });
/** The same with another payload of its event. */
const withPayload = (change: (payload: Record<string, unknown>) => unknown) => (claims: Claims) => {
  const events = Object.entries(claims.events).map(([type, payload]) => [type, change({ ...payload })]);
  return signSet({ ...claims, events: Object.fromEntries(events) });
};
const unsigned = (header: object, claims: Claims, signature = '') =>
  [...[header, claims].map((one) => Buffer.from(JSON.stringify(one)).toString('base64url')), signature].join('.');

/** What may be wrong with any of them, and the code of RFC 8935 section 2.4 for it. */
const SPOILED: readonly (readonly [string, string, Spoil])[] = [
  ['is of another type', 'invalid_request', (claims) => signSet(claims, { typ: 'logout+jwt' })],
  ['is of no type', 'invalid_request', (claims) => signSet(claims, { typ: undefined })],
  ['is not signed', 'invalid_key', (claims) => unsigned({ typ: 'secevent+jwt', alg: 'none' }, claims)],
  [
    'is signed with a shared secret',
    'invalid_key',
    (claims) => signSet(claims, { alg: 'HS256' }, new TextEncoder().encode(JSON.stringify(KEY_SET.keys[0]))),
  ],
  ['is signed with an unknown key', 'invalid_key', (claims) => signSet(claims, { kid: 'k9' })],
  ['is signed by somebody else', 'authentication_failed', (claims) => signSet(claims, {}, OTHER_PAIR.privateKey)],
  ['is of another issuer', 'invalid_issuer', withClaim({ iss: 'https://elsewhere.example.com' })],
  ['has no issuer', 'invalid_issuer', without('iss')],
  ['is for another receiver', 'invalid_audience', withClaim({ aud: ['https://elsewhere.example.com'] })],
  ['is for nobody', 'invalid_audience', without('aud')],
  ['has no jti', 'invalid_request', without('jti')],
  ['has no iat', 'invalid_request', without('iat')],
  ['has an iat that is a text', 'invalid_request', withClaim({ iat: '1615305159' })],
  ['has sub', 'invalid_request', withClaim({ sub: 'alice' })],
  ['has exp', 'invalid_request', withClaim({ exp: 4_102_444_800 })],
  ['has no subject', 'invalid_request', without('sub_id')],
  ['has a subject of no format', 'invalid_request', withClaim({ sub_id: { id: 'alice' } })],
  ['has a subject of an unknown format', 'invalid_request', withClaim({ sub_id: { format: 'face', id: 'alice' } })],
  ['has half a subject', 'invalid_request', withClaim({ sub_id: { format: 'iss_sub', sub: 'alice' } })],
  ['has no events', 'invalid_request', without('events')],
  ['has none in events', 'invalid_request', withClaim({ events: {} })],
  ['has two events', 'invalid_request', (claims) => signSet({ ...claims, events: { ...claims.events, 'urn:x': {} } })],
  ['has an event that is a list', 'invalid_request', withPayload(() => [])],
  ['has a time that is a text', 'invalid_request', withPayload((one) => ({ ...one, event_timestamp: '2021' }))],
  ['has a time before all times', 'invalid_request', withPayload((one) => ({ ...one, event_timestamp: -1 }))],
  ['is twice in one body', 'invalid_request', async (claims) => `${await signSet(claims)}\n${await signSet(claims)}`],
  ['is in a list', 'invalid_request', async (claims) => JSON.stringify([await signSet(claims)])],
  ['is cut short', 'invalid_request', async (claims) => (await signSet(claims)).split('.').slice(0, 2).join('.')],
];

describe.each(SPOILED)('a SET that %s is refused as %s', (_, code, spoil) => {
  it.each(VECTORS.map((one) => [one.name, one] as const))('%s', async (_name, vector) => {
    const { engine, receiver, told, state } = await aStage(vector);
    if (state !== null) await receiver.expect(state);
    const before = await engine.list(vector.login.subject);
    const response = await receiver.push(pushOf(await spoil(vector.claims)));
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('content-language')).toBe('en');
    expect(await response.json()).toEqual({ err: code, description: expect.any(String) });
    expect(await engine.list(vector.login.subject)).toEqual(before);
    // nothing of what was not valid is believed
    expect(told).toMatchObject([{ outcome: 'refused', err: code, jti: null, type: null, subjects: [] }]);
  });
});

/** What each kind of event needs of its own. */
const NEEDED: readonly (readonly [string, string, (payload: Record<string, unknown>) => unknown])[] = [
  ['token-claims-change', 'claims', ({ claims: _, ...rest }) => rest],
  ['token-claims-change', 'claims that are an object', (one) => ({ ...one, claims: 'admin' })],
  ['credential-change', 'credential_type', ({ credential_type: _, ...rest }) => rest],
  ['credential-change', 'a change_type that is one', (one) => ({ ...one, change_type: 'stolen' })],
  ['assurance-level-change', 'namespace', ({ namespace: _, ...rest }) => rest],
  ['assurance-level-change', 'current_level', ({ current_level: _, ...rest }) => rest],
  ['device-compliance-change', 'previous_status', ({ previous_status: _, ...rest }) => rest],
  ['device-compliance-change', 'a current_status that is one', (one) => ({ ...one, current_status: 'maybe' })],
  ['risk-level-change', 'principal', ({ principal: _, ...rest }) => rest],
  ['risk-level-change', 'a current_level that is one', (one) => ({ ...one, current_level: 'extreme' })],
  ['risc-credential-compromise', 'credential_type', ({ credential_type: _, ...rest }) => rest],
  ['ssf-stream-updated', 'a status that is one', (one) => ({ ...one, status: 'asleep' })],
  ['session-revoked', 'an event_timestamp that is a number', (one) => ({ ...one, event_timestamp: null })],
];

it.each(NEEDED)('%s needs %s', async (name, _, change) => {
  const vector = VECTORS.find((one) => one.name === name) as SetVector;
  const { receiver } = await aStage(vector);
  const response = await receiver.push(pushOf(await withPayload(change)(vector.claims)));
  expect([response.status, (await response.json()).err]).toEqual([400, 'invalid_request']);
});

it.each(['ssf-verification', 'ssf-verification.array-aud'])(
  '%s with a state that nobody sent: invalid_state',
  async (name) => {
    const vector = VECTORS.find((one) => one.name === name) as SetVector;
    const { receiver, told } = await aStage(vector);
    await receiver.expect('another one');
    const response = await receiver.push(pushOf(await signSet(vector.claims)));
    expect([response.status, (await response.json()).err]).toEqual([400, 'invalid_state']);
    expect(told.map(({ kind }) => kind)).toEqual(['security_event']);
  },
);

it('there are 21 of them, of every kind that the specifications print', () => {
  expect(VECTORS.length).toBe(21);
});
