import { exportJWK, generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { eventUri, type SeenEvents } from '../../src/signals/index.js';
import { BEGIN, HOUR, login, MINUTE, policyWith, SECOND, said, testStore, USER } from '../engine/support.js';
import {
  AUDIENCE,
  aReceiver,
  claimsOf,
  ISSUER,
  KEY_SET,
  pushOf,
  RISK_LEVEL,
  RISKS,
  RSA_PAIR,
  SESSION_REVOKED,
  signSet,
} from './support.js';

const at = (milliseconds: number) => Math.floor((BEGIN + milliseconds) / 1_000);
const TOKEN = 'a-token-of-more-than-32-characters-for-the-push';
const HIGH = { principal: 'USER', current_level: 'HIGH' };

describe('the time of an event', () => {
  it('is its own: a signal older than the last reauthentication raises nothing', async () => {
    const { engine, receiver, world, events } = aReceiver();
    const { session } = await login(engine);
    await world.advance(10 * MINUTE);
    await engine.reauthenticate(byId(session.id), { assuranceLevel: 'aal1' });
    await world.advance(MINUTE);
    const old = claimsOf(RISK_LEVEL, { ...HIGH, event_timestamp: at(5 * MINUTE) }, { iat: at(11 * MINUTE) });
    expect(await receiver.receive(await signSet(old))).toEqual({ outcome: 'accepted' });
    expect((await engine.peek(byId(session.id))).effect).toBe('permit');
    const fresh = claimsOf(RISK_LEVEL, { ...HIGH, event_timestamp: at(10 * MINUTE + SECOND) });
    await receiver.receive(await signSet(fresh));
    expect(said(await engine.peek(byId(session.id)))).toBe('challenge risk_level');
    // when it happened is what the policy sees; when it came is in the record
    expect(events()[0]).toMatchObject({ at: BEGIN + 5 * MINUTE + 999, receivedAt: BEGIN + 11 * MINUTE });
  });

  it.each([
    ['event_timestamp', { event_timestamp: at(0) }, {}],
    ['toe, where there is none', {}, { toe: at(0), iat: at(HOUR) }],
    ['iat, where there is neither', {}, { iat: at(0) }],
    ['a fraction of a second', { event_timestamp: BEGIN / 1_000 + 0.25 }, {}],
  ])('is %s', async (name, payload, part) => {
    const { receiver, events, engine } = aReceiver();
    await login(engine);
    await receiver.receive(await signSet(claimsOf(RISK_LEVEL, { ...HIGH, ...payload }, part)));
    expect(events()[0]?.at).toBe(BEGIN + (name.startsWith('a fraction') ? 250 : 999));
  });

  it('is of a login, not of what a job goes by', async () => {
    const { engine, receiver, events } = aReceiver();
    const { session } = await login(engine);
    const grant = await login(engine, { attributes: { grantOf: session.id, job: 'export' } });
    await receiver.receive(await signSet(claimsOf(RISK_LEVEL, HIGH)));
    expect(said(await engine.peek(byId(session.id)))).toBe('challenge risk_level');
    expect((await engine.peek(byId(grant.session.id))).effect).toBe('permit');
    expect(events()).toHaveLength(1);
  });

  it('within the second of the login is not taken to be before it', async () => {
    const { engine, receiver, world } = aReceiver();
    await world.advance(500);
    const { session } = await login(engine);
    await world.advance(400);
    await receiver.receive(await signSet(claimsOf(RISK_LEVEL, { ...HIGH, event_timestamp: at(0) })));
    expect(said(await engine.peek(byId(session.id)))).toBe('challenge risk_level');
  });

  it('in the future counts as now: so do milliseconds, which the specification does not have', async () => {
    const { engine, receiver } = aReceiver();
    const { session } = await login(engine);
    const set = await signSet(claimsOf(RISK_LEVEL, { ...HIGH, event_timestamp: BEGIN - HOUR }));
    await receiver.receive(set);
    const answer = await engine.peek(byId(session.id));
    expect(answer.session?.signals).toEqual({ risk_level: { high: BEGIN } });
  });

  it('spares newer sessions of an end where the mapping says so, and only there', async () => {
    const spareNewer = { 'caep/session-revoked': [{ do: 'end', code: 'session_revoked', spareNewer: true } as const] };
    const { engine, receiver, make, world } = aReceiver();
    const before = await login(engine);
    await world.advance(MINUTE);
    const after = await login(engine);
    const claims = () => claimsOf(SESSION_REVOKED, { event_timestamp: at(30 * SECOND) });
    await make({ mapping: spareNewer }).receive(await signSet(claims()));
    expect((await engine.access(before.handle, USER)).effect).toBe('deny');
    expect((await engine.access(after.handle, USER)).effect).toBe('permit');
    await receiver.receive(await signSet(claims()));
    expect((await engine.access(after.handle, USER)).effect).toBe('deny');
  });
});

describe('what cannot be told', () => {
  it('is answered 503, is not remembered, and is done when it comes again', async () => {
    const store = testStore();
    const { engine, receiver, events } = aReceiver({}, { store });
    const { session } = await login(engine);
    const set = await signSet(claimsOf(SESSION_REVOKED));
    store.intercept = (method, go) => (method === 'replace' ? Promise.reject(new Error('away')) : go());
    const response = await receiver.push(pushOf(set));
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([503, '5', '']);
    expect(events()[0]).toMatchObject({ outcome: 'indeterminate', code: 'store_unavailable' });
    store.intercept = (method, go) => (method === 'listBySubject' ? Promise.reject(new Error('away')) : go());
    expect((await receiver.push(pushOf(set))).status).toBe(503);
    store.intercept = null;
    expect((await engine.peek(byId(session.id))).effect).toBe('permit');
    expect((await receiver.push(pushOf(set))).status).toBe(202);
    expect((await engine.peek(byId(session.id))).effect).toBe('deny');
  });

  it.each<[string, Partial<SeenEvents>]>([
    ['has', { has: () => Promise.reject(new Error('away')) }],
    [
      'add',
      {
        add: () => {
          throw new Error('away');
        },
      },
    ],
  ])('includes a memory that fails to answer `%s`', async (_, broken) => {
    const { receiver } = aReceiver({ seen: { has: () => false, add: () => undefined, ...broken } });
    expect((await receiver.push(pushOf(await signSet(claimsOf(SESSION_REVOKED))))).status).toBe(503);
  });

  it('includes hooks that throw, and keys that cannot be got', async () => {
    const { make, events } = aReceiver();
    const broken = () => {
      throw new Error('secret-in-an-error');
    };
    const set = await signSet(claimsOf(SESSION_REVOKED));
    expect((await make({ subjects: broken }).push(pushOf(set))).status).toBe(503);
    expect((await make({ authenticate: broken }).push(pushOf(set))).status).toBe(503);
    const transmitter = { issuer: ISSUER, audience: AUDIENCE, keys: () => Promise.reject(new Error('no network')) };
    expect((await make({ transmitter }).push(pushOf(set))).status).toBe(503);
    expect(events().at(-1)?.code).toBe('keys_unavailable');
    expect(JSON.stringify(events())).not.toContain('secret-in-an-error');
  });

  it('does not let an observer that throws change anything', async () => {
    const { make, engine } = aReceiver();
    const { handle } = await login(engine);
    const receiver = make({
      observer: () => {
        throw new Error('no');
      },
    });
    expect((await receiver.push(pushOf(await signSet(claimsOf(SESSION_REVOKED))))).status).toBe(202);
    expect((await engine.access(handle, USER)).effect).toBe('deny');
  });
});

describe('a SET that comes twice at the same time', () => {
  it('is applied once', async () => {
    const { engine, receiver, events } = aReceiver();
    await login(engine);
    const set = await signSet(claimsOf(SESSION_REVOKED));
    const answers = await Promise.all(Array.from({ length: 20 }, () => receiver.push(pushOf(set))));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
    expect(events().filter(({ outcome }) => outcome === 'applied').length).toBe(1);
  });
});

describe('whom it is about', () => {
  const complex = (members: object) => ({ sub_id: { format: 'complex', ...members } });
  const alice = { format: 'iss_sub', iss: ISSUER, sub: 'alice' };
  const opaque = (id: string) => ({ format: 'opaque', id });

  it('is one session by its `sid`, and one without a `sid` matches everything', async () => {
    const { engine, receiver } = aReceiver();
    const one = await login(engine, { attributes: { sid: 'one' } });
    const two = await login(engine, { attributes: { sid: 'two' } });
    const unnamed = await login(engine);
    await receiver.receive(
      await signSet(claimsOf(SESSION_REVOKED, {}, complex({ user: alice, session: opaque('one') }))),
    );
    const effects = await Promise.all(
      [one, two, unnamed].map(async ({ handle }) => (await engine.access(handle, USER)).effect),
    );
    expect(effects).toEqual(['deny', 'permit', 'deny']);
  });

  it('is nobody, if nobody is found: 202, and the observer is told', async () => {
    const { engine, receiver, events } = aReceiver();
    const { handle } = await login(engine);
    const subjects = [
      { format: 'iss_sub', iss: 'https://elsewhere.example.com', sub: 'alice' },
      { format: 'email', email: 'alice@example.com' },
      { format: 'complex', device: opaque('laptop') },
    ];
    for (const sub_id of subjects) {
      const response = await receiver.push(pushOf(await signSet(claimsOf(SESSION_REVOKED, {}, { sub_id }))));
      expect(response.status).toBe(202);
    }
    expect(events().map(({ outcome }) => outcome)).toEqual(Array(3).fill('subject_unknown'));
    expect((await engine.access(handle, USER)).effect).toBe('permit');
  });

  it('is whoever one of the aliases means', async () => {
    const { engine, receiver, events } = aReceiver();
    const { handle } = await login(engine);
    const identifiers = [{ format: 'email', email: 'alice@example.com' }, alice];
    await receiver.receive(
      await signSet(claimsOf(SESSION_REVOKED, {}, { sub_id: { format: 'aliases', identifiers } })),
    );
    expect((await engine.access(handle, USER)).effect).toBe('deny');
    expect(events()[0]).toMatchObject({ subjectFormat: 'aliases', subjects: ['alice'] });
  });

  it('is what a hook of the team says, sessions included', async () => {
    const { engine, make } = aReceiver();
    const one = await login(engine);
    const two = await login(engine);
    const receiver = make({ subjects: async () => ({ subject: 'alice', sessionIds: [two.session.id] }) });
    await receiver.receive(
      await signSet(claimsOf(SESSION_REVOKED, {}, { sub_id: { format: 'email', email: 'a@b.c' } })),
    );
    expect((await engine.access(one.handle, USER)).effect).toBe('permit');
    expect((await engine.access(two.handle, USER)).effect).toBe('deny');
  });

  it('spares the named session where the mapping ends the others', async () => {
    const { engine, make } = aReceiver();
    const [one, two] = [
      await login(engine, { attributes: { sid: 'one' } }),
      await login(engine, { attributes: { sid: 'two' } }),
    ];
    const mapping = {
      'caep/credential-change': [{ do: 'end', sessions: 'others', code: 'password_changed' } as const],
    };
    const payload = { credential_type: 'password', change_type: 'update' };
    const claims = claimsOf(
      eventUri('caep/credential-change'),
      payload,
      complex({ user: alice, session: opaque('one') }),
    );
    await make({ mapping }).receive(await signSet(claims));
    expect((await engine.access(one.handle, USER)).effect).toBe('permit');
    expect(said(await engine.access(two.handle, USER))).toBe('deny password_changed');
  });

  it('is refused where a critical member cannot be processed, and only there', async () => {
    const { make } = aReceiver();
    const transmitter = {
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: KEY_SET,
      criticalSubjectMembers: ['device', 'badge'],
    };
    const receiver = make({ transmitter });
    const statusOf = async (members: object, one = receiver) =>
      (await one.push(pushOf(await signSet(claimsOf(SESSION_REVOKED, {}, complex({ user: alice, ...members }))))))
        .status;
    expect(await statusOf({ tenant: opaque('t') })).toBe(202);
    expect(await statusOf({ device: opaque('d') })).toBe(400);
    expect(await statusOf({ badge: opaque('b') })).toBe(400);
    expect(await statusOf({ device: { format: 'face', id: 'd' } })).toBe(400);
    const knowing = make({ transmitter, members: ['user', 'session', 'device'] });
    expect(await statusOf({ device: opaque('d') }, knowing)).toBe(202);
    expect(await statusOf({ device: { format: 'face', id: 'd' } }, knowing)).toBe(400);
    expect(await statusOf({ shoe: opaque('s') }, knowing)).toBe(202);
  });
});

describe('attributes', () => {
  const change = (claims: object, seconds = 0) =>
    claimsOf(eventUri('caep/token-claims-change'), { claims, event_timestamp: at(0) + seconds });

  it('change where the session has them, and policies decide anew', async () => {
    const { engine, receiver, world } = aReceiver();
    const { session } = await login(engine, { attributes: { role: 'admin', plan: 'gold' } });
    await world.advance(MINUTE);
    await receiver.receive(await signSet(change({ role: 'ro-admin', other: 'x', plan: { a: 1 } }, 30)));
    const answer = await engine.peek(byId(session.id));
    expect(answer.session?.attributes).toEqual({ role: 'ro-admin', plan: 'gold' });
    expect(answer.effect === 'permit' && answer.until).toBe(BEGIN + 5 * MINUTE);
    await receiver.receive(await signSet(change({ plan: null }, 3_600)));
    expect((await engine.peek(byId(session.id))).session?.attributes).toEqual({ role: 'ro-admin' });
  });

  it('that were stated later than the event stay', async () => {
    const { engine, receiver, world } = aReceiver();
    const { session } = await login(engine, { attributes: { role: 'admin' } });
    await world.advance(5 * MINUTE);
    await engine.changeAttributes(byId(session.id), { role: 'owner' });
    await receiver.receive(await signSet(change({ role: 'ro-admin' }, 60)));
    expect((await engine.peek(byId(session.id))).session?.attributes).toEqual({ role: 'owner' });
  });
});

describe('the push endpoint', () => {
  it('takes nothing but one POST of one SET', async () => {
    const { receiver } = aReceiver();
    const set = await signSet(claimsOf(SESSION_REVOKED));
    const get = await receiver.push(new Request(`${AUDIENCE}/events`));
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    for (const type of ['application/json', 'application/jwt', '']) {
      expect((await receiver.push(pushOf(set, { 'content-type': type }))).status).toBe(400);
    }
    expect(
      (await receiver.push(pushOf(set, { 'content-type': 'Application/SecEvent+JWT; charset=utf-8' }))).status,
    ).toBe(202);
  });

  it('lets in who shows a token that is accepted, whatever is in the SET', async () => {
    const { make } = aReceiver();
    const receiver = make({ authenticate: ['old-token', 'new-token'] });
    const outcome = async (authorization?: string) => {
      const headers = authorization === undefined ? {} : { authorization };
      const response = await receiver.push(pushOf(await signSet(claimsOf(SESSION_REVOKED)), headers));
      return response.status === 202 ? 202 : (await response.json()).err;
    };
    expect(await outcome('Bearer new-token')).toBe(202);
    expect(await outcome('bearer old-token')).toBe(202);
    for (const wrong of [undefined, 'Bearer', 'Bearer new-toke', 'Bearer new-tokens', 'Basic new-token', 'new-token']) {
      expect(await outcome(wrong)).toBe('authentication_failed');
    }
  });

  it('reads no more of a body than a SET can have', async () => {
    const { receiver } = aReceiver();
    let given = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 1;
        controller.enqueue(new Uint8Array(16_384).fill(97));
      },
    });
    const headers = { 'content-type': 'application/secevent+jwt' };
    const request = new Request(AUDIENCE, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
    expect((await receiver.push(request)).status).toBe(400);
    expect(given).toBeLessThan(10);
  });
});

describe('the interoperability profile', () => {
  const rs256 = { alg: 'RS256', kid: 'r1' };
  const why = { reason_admin: { en: 'a reason' } };

  it('wants RS256, and a reason where it asks for one', async () => {
    const { make } = aReceiver({ profile: 'interop' });
    const receiver = make();
    const outcome = async (payload: object, header: object = rs256, key = RSA_PAIR.privateKey) => {
      const response = await receiver.push(
        pushOf(await signSet(claimsOf(SESSION_REVOKED, payload), { ...header }, key)),
      );
      return response.status === 202 ? 202 : (await response.json()).err;
    };
    expect(await outcome(why)).toBe(202);
    expect(await outcome({})).toBe('invalid_request');
    expect(await outcome({ reason_admin: { en: '' } })).toBe('invalid_request');
    const { PRIVATE_KEY } = await import('./support.js');
    expect(await outcome(why, { alg: 'ES256', kid: 'k1' }, PRIVATE_KEY)).toBe('invalid_key');
  });

  it('and no profile takes a short RSA key', async () => {
    const { webcrypto } = await import('node:crypto');
    const algorithm = {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 1_024,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
    };
    const short = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const part = [{ alg: 'RS256', kid: 's1', typ: 'secevent+jwt' }, claimsOf(SESSION_REVOKED, why)]
      .map((one) => Buffer.from(JSON.stringify(one)).toString('base64url'))
      .join('.');
    const signature = await webcrypto.subtle.sign(algorithm.name, short.privateKey, Buffer.from(part));
    const keys = { keys: [{ ...(await exportJWK(short.publicKey)), kid: 's1', alg: 'RS256' }] };
    const { make } = aReceiver({ transmitter: { issuer: ISSUER, audience: AUDIENCE, keys } });
    const response = await make().push(pushOf(`${part}.${Buffer.from(signature).toString('base64url')}`));
    expect([response.status, (await response.json()).err]).toEqual([400, 'invalid_key']);
  });
});

describe('options', () => {
  it('that make no receiver are named, all of them', async () => {
    const { make } = aReceiver();
    const wrong = {
      engine: {} as never,
      transmitter: { issuer: '', audience: [], keys: 'x' as never, algorithms: ['HS256'] },
      mapping: { 'caep/x': [{ do: 'end', code: 'Not Snake' }], 'urn:y': {} as never } as never,
      subjects: 'x' as never,
      authenticate: [] as string[],
    };
    const code = (() => {
      try {
        make(wrong);
        return null;
      } catch (error) {
        return error as { code: string; problems: { path: string }[] };
      }
    })();
    expect(code?.code).toBe('receiver_options_invalid');
    expect(code?.problems.map(({ path }) => path)).toEqual([
      '/engine',
      '/transmitter/issuer',
      '/transmitter/audience',
      '/transmitter/keys',
      '/transmitter/algorithms',
      '/subjects',
      '/authenticate',
      '/mapping/caep~1x/0',
      '/mapping/urn:y',
    ]);
  });

  it('with a token that is not there are refused: it must not let everybody in', () => {
    const { make } = aReceiver();
    expect(() => make({ authenticate: undefined as never })).toThrow('/authenticate');
  });

  it('let a key be replaced by the transmitter', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const keys = { keys: [...KEY_SET.keys, { ...(await exportJWK(publicKey)), kid: 'k2', alg: 'ES256' }] };
    const { make } = aReceiver({ transmitter: { issuer: ISSUER, audience: AUDIENCE, keys } });
    expect(
      (await make().push(pushOf(await signSet(claimsOf(SESSION_REVOKED), { kid: 'k2' }, privateKey)))).status,
    ).toBe(202);
  });

  it('take a policy without rules for what it is: signals lead to nothing', async () => {
    const { engine, receiver } = aReceiver({}, { policy: policyWith() });
    const { handle } = await login(engine);
    await receiver.receive(await signSet(claimsOf(RISK_LEVEL, HIGH)));
    expect((await engine.access(handle, USER)).effect).toBe('permit');
    engine.use({ policy: policyWith(RISKS) });
    // the fact was kept: a policy that minds it sees it
    expect((await engine.access(handle, USER)).effect).toBe('challenge');
  });
});

describe('a push that brings no SET', () => {
  it.each([
    ['another bearer token', { authorization: 'Bearer rotated' }, 'authentication_failed'],
    ['another type', { authorization: `Bearer ${TOKEN}`, 'content-type': 'text/plain' }, 'invalid_request'],
  ])(
    'with %s is told to the observer: a token that was rotated on one side loses every event',
    async (_, part, err) => {
      const { receiver, events } = aReceiver({ authenticate: TOKEN });
      const headers = { 'content-type': 'application/secevent+jwt', ...part };
      const request = new Request('https://app.example.com/events', { method: 'POST', headers, body: 'x' });
      expect((await receiver.push(request)).status).toBe(400);
      expect(events()).toMatchObject([{ outcome: 'refused', err, description: expect.any(String), issuer: null }]);
    },
  );
});
