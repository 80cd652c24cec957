import { createLocalJWKSet, exportJWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import {
  createReceiver,
  createTransmitter,
  type Fetch,
  type StreamRecord,
  ssfConfiguration,
  ssfKeySet,
  type TransmitterOptions,
} from '../../src/signals/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { aWorld, BEGIN, HOUR, login, MINUTE, policyWith, SECOND, USER } from '../engine/support.js';
import { until } from '../servers/until.js';
import { served } from '../tokens/http-server.js';
import { AUDIENCE, ISSUER, KEY_SET, PRIVATE_KEY } from './support.js';

const TOKEN = 'poll-token';
const PUSH = { id: 'app', audience: AUDIENCE, delivery: { method: 'push', endpoint: `${AUDIENCE}/events` } } as const;
const POLL = { id: 'app', audience: AUDIENCE, delivery: { method: 'poll', authenticate: TOKEN } } as const;

/** A transmitter, an engine that tells it, and what was pushed; `answer` is the other side. */
function aStage(
  options: Partial<TransmitterOptions> = {},
  answer: Fetch = async () => new Response(null, { status: 202 }),
) {
  const world = aWorld();
  const told: StreamRecord[] = [];
  const pushed: { set: string; headers: Headers }[] = [];
  const transmitter = createTransmitter({
    issuer: ISSUER,
    signingKey: { kid: 'k1', alg: 'ES256', privateKey: PRIVATE_KEY },
    streams: [POLL],
    clock: world.clock(),
    timers: world.timers,
    fetch: (url, init) => {
      pushed.push({ set: String(init.body), headers: new Headers(init.headers) });
      return answer(url, init);
    },
    observer: (record) => record.kind === 'stream' && told.push(record),
    ...options,
  });
  const engine = world.engine({ store: memoryStore(), observer: transmitter.observer });
  const poll = async (body: object, authorization = `Bearer ${TOKEN}`) => {
    const headers = { 'content-type': 'application/json', authorization };
    return transmitter.poll(
      'app',
      new Request(`${ISSUER}/poll`, { method: 'POST', headers, body: JSON.stringify(body) }),
    );
  };
  const sets = async (body: object = {}) => {
    const { sets, moreAvailable } = await (await poll({ returnImmediately: true, ...body })).json();
    return { jtis: Object.keys(sets), tokens: Object.values(sets) as string[], moreAvailable };
  };
  /** A signature takes no time of this world, and still has to be waited for. */
  const pushedFor = (count: number) =>
    until(`push ${count} was sent`, async () => {
      await world.settle();
      return pushed.length >= count;
    });
  return { world, told, pushed, transmitter, engine, poll, sets, pushedFor };
}

async function read(set: string) {
  const { payload, protectedHeader } = await jwtVerify(set, createLocalJWKSet(KEY_SET), {
    issuer: ISSUER,
    audience: AUDIENCE,
  });
  return { payload, header: protectedHeader, events: payload['events'] as Record<string, Record<string, unknown>> };
}

describe('what is told', () => {
  it('is a login and an end, signed as a SET has to be', async () => {
    const { engine, sets, world } = aStage();
    const { session } = await login(engine);
    await world.advance(MINUTE);
    await engine.end(byId(session.id));
    const [established, revoked] = await Promise.all((await sets()).tokens.map(read));
    expect(established?.header).toEqual({ alg: 'ES256', kid: 'k1', typ: 'secevent+jwt' });
    expect(established?.payload).toEqual({
      iss: ISSUER,
      aud: AUDIENCE,
      iat: BEGIN / 1_000,
      jti: expect.stringMatching(/^[\w-]{22}$/),
      txn: expect.any(String),
      sub_id: {
        format: 'complex',
        user: { format: 'iss_sub', iss: ISSUER, sub: 'alice' },
        session: { format: 'opaque', id: session.id },
      },
      events: {
        'https://schemas.openid.net/secevent/caep/event-type/session-established': { event_timestamp: BEGIN / 1_000 },
      },
    });
    expect(revoked?.events).toEqual({
      'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {
        event_timestamp: (BEGIN + MINUTE) / 1_000,
        initiating_entity: 'user',
        reason_admin: { en: 'session ended: logout' },
      },
    });
  });

  it.each([
    ['an idle session, when somebody asks', 'policy', 'idle_timeout'],
    ['an account that was locked', 'admin', 'account_locked'],
    ['one session too many', 'policy', 'concurrency_limit'],
  ])('names who ended %s: %s', async (_, entity, code) => {
    const { sets, transmitter, world } = aStage();
    const policy = policyWith({ concurrency: { maxSessions: 1, onExceed: 'endOldest' } });
    const engine = world.engine({ store: memoryStore(), observer: transmitter.observer, policy });
    const { handle, session } = await login(engine);
    await world.advance(SECOND);
    if (code === 'idle_timeout') await world.advance(HOUR);
    if (code === 'account_locked') await engine.end(byId(session.id), { code });
    if (code === 'concurrency_limit') await login(engine);
    await engine.access(handle, USER);
    const found = await Promise.all((await sets()).tokens.map(read));
    const revoked = found
      .flatMap(({ events }) => Object.entries(events))
      .filter(([type]) => type.endsWith('/session-revoked'));
    expect(revoked.map(([, payload]) => payload)).toMatchObject([
      { initiating_entity: entity, reason_admin: { en: `session ended: ${code}` } },
    ]);
  });

  it('is a request of a person at most once in a while, if at all', async () => {
    const { engine, sets } = aStage();
    const { handle } = await login(engine);
    await engine.access(handle, USER);
    expect((await sets()).jtis.length).toBe(1);
    const often = aStage({ presentedEvery: '1m' });
    const one = await login(often.engine);
    for (let second = 0; second < 90; second++) {
      await often.engine.access(one.handle, { activity: second % 2 === 0 ? 'user' : 'background' });
      await often.world.advance(SECOND);
    }
    expect((await often.sets()).jtis.length).toBe(1 + 2);
  });

  it('is what a receiver of ours takes: an end there is an end here', async () => {
    const { engine, sets, world } = aStage({ presentedEvery: '1s' });
    const app = world.engine({ store: memoryStore() });
    const receiver = createReceiver({
      engine: app,
      transmitter: { issuer: ISSUER, audience: AUDIENCE, keys: KEY_SET },
    });
    const there = await login(engine);
    const here = await login(app, { attributes: { sid: there.session.id } });
    await engine.access(there.handle, USER);
    await engine.end(byId(there.session.id));
    for (const set of (await sets()).tokens) expect(await receiver.receive(set)).toEqual({ outcome: 'accepted' });
    expect((await app.access(here.handle, USER)).effect).toBe('deny');
  });
});

describe('a stream that is polled', () => {
  it('offers what is not acknowledged, and does not let it stand in the way', async () => {
    const { engine, sets } = aStage();
    for (let count = 0; count < 5; count++) await login(engine, { subject: `user-${count}` });
    const first = await sets({ maxEvents: 2 });
    expect(first.moreAvailable).toBe(true);
    const second = await sets({ maxEvents: 2 });
    expect(second.jtis.filter((one) => first.jtis.includes(one))).toEqual([]);
    const third = await sets({ maxEvents: 10, ack: first.jtis });
    expect(third.jtis.sort()).toEqual(
      [...second.jtis, ...third.jtis.filter((one) => !second.jtis.includes(one))].sort(),
    );
    expect(third.jtis.length).toBe(3);
    expect(third.moreAvailable).toBe(false);
    expect((await sets({ maxEvents: 0, ack: third.jtis })).jtis).toEqual([]);
    expect((await sets()).jtis).toEqual([]);
  });

  it('holds its answer back until there is something to say, or for as long as it may', async () => {
    const { engine, poll, world } = aStage({ longPoll: '20s' });
    const waiting = poll({});
    let isDone = false;
    void waiting.then(() => {
      isDone = true;
    });
    await world.advance(19 * SECOND);
    expect(isDone).toBe(false);
    await login(engine);
    expect(Object.keys((await (await waiting).json()).sets).length).toBe(1);
    const [jti] = Object.keys((await (await poll({})).json()).sets);
    const empty = poll({ ack: [jti] });
    await world.advance(20 * SECOND);
    expect(await (await empty).json()).toEqual({ sets: {}, moreAvailable: false });
    expect(world.timersPending()).toBe(0);
  });

  it('forgets a receiver that has gone, and ends when it is closed', async () => {
    const { transmitter, poll, world } = aStage();
    const gone = new AbortController();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` };
    const request = new Request(ISSUER, { method: 'POST', headers, body: '{}', signal: gone.signal });
    const lost = transmitter.poll('app', request);
    const held = poll({});
    await world.settle();
    gone.abort();
    await lost;
    await transmitter.close();
    expect((await held).status).toBe(200);
    expect(world.timersPending()).toBe(0);
  });

  it('is only for who may poll it, and for what is a poll', async () => {
    const { transmitter, poll, engine, told } = aStage();
    await login(engine);
    expect((await poll({ ack: Object.keys({}) }, 'Bearer wrong')).status).toBe(401);
    expect((await transmitter.poll('other', new Request(ISSUER))).status).toBe(404);
    expect((await transmitter.poll('app', new Request(ISSUER))).status).toBe(405);
    for (const body of [{ maxEvents: -1 }, { ack: 'all' }, { setErrs: { a: 'no' } }, { maxEvents: 1.5 }, []]) {
      expect((await poll(body)).status).toBe(400);
    }
    expect(transmitter.waiting()).toEqual({ app: 1 });
    const { sets } = await (await poll({ returnImmediately: true })).json();
    const [jti] = Object.keys(sets) as [string];
    await poll({
      returnImmediately: true,
      setErrs: { [jti]: { err: 'invalid_key', description: 'x' }, unknown: { err: 'y' } },
    });
    expect(transmitter.waiting()).toEqual({ app: 0 });
    expect(told).toMatchObject([{ code: 'set_refused', reason: 'invalid_key', stream: 'app' }]);
  });
});

describe('a stream that is pushed', () => {
  it('is told one SET after the other, with the header that was agreed on', async () => {
    const delivery = { ...PUSH.delivery, authorization: async () => 'Bearer fresh' };
    const { engine, pushed, world, transmitter, pushedFor } = aStage({ streams: [{ ...PUSH, delivery }] });
    await login(engine);
    await login(engine, { subject: 'bob' });
    await pushedFor(2);
    await world.settle();
    expect(pushed.length).toBe(2);
    expect(pushed[0]?.headers.get('content-type')).toBe('application/secevent+jwt');
    expect(pushed[0]?.headers.get('authorization')).toBe('Bearer fresh');
    expect(transmitter.waiting()).toEqual({ app: 0 });
  });

  it('is tried again for as long as it takes, later each time, and as late as it is asked to', async () => {
    const answers = [
      () => new Response(null, { status: 500 }),
      () => new Response(null, { status: 503, headers: { 'retry-after': '30' } }),
      () => new Response('<html>', { status: 400 }),
      () => Response.json({ err: 'authentication_failed', description: 'x' }, { status: 400 }),
      () => new Response(null, { status: 202 }),
    ];
    const { engine, pushed, world, told, transmitter, pushedFor } = aStage({ streams: [PUSH] }, async () => {
      const answer = answers.shift();
      if (answer === undefined) throw new Error('too often');
      return answer();
    });
    await login(engine);
    await pushedFor(1);
    const counts: number[] = [];
    for (const wait of [0, 1, 29, 1, 4, 8]) {
      await world.advance(wait * SECOND);
      counts.push(pushed.length);
    }
    expect(counts).toEqual([1, 2, 2, 3, 4, 5]);
    expect(new Set(pushed.map(({ set }) => set)).size).toBe(1);
    expect(told.map(({ code, reason }) => `${code} ${reason}`)).toEqual(
      ['500', '503', '400', '400'].map((status) => `push_failed status ${status}`),
    );
    expect(transmitter.waiting()).toEqual({ app: 0 });
  });

  it('is not tried again once the receiver has refused the SET, by a code', async () => {
    const { engine, pushed, world, told, pushedFor } = aStage({ streams: [PUSH] }, async () =>
      Response.json({ err: 'invalid_audience', description: 'x' }, { status: 400 }),
    );
    await login(engine);
    await pushedFor(1);
    await world.advance(HOUR);
    expect(pushed.length).toBe(1);
    expect(told).toMatchObject([{ code: 'set_refused', reason: 'invalid_audience' }]);
  });

  it('stops when it is closed, whatever is under way', async () => {
    const { engine, world, transmitter } = aStage({ streams: [PUSH] }, (_, { signal }) => {
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    });
    await login(engine);
    await world.settle();
    await transmitter.close();
    expect(world.timersPending()).toBe(0);
    await login(engine);
    expect(transmitter.waiting()).toEqual({ app: 1 });
  });

  it('goes over HTTP as a receiver wants it', async () => {
    const world = aWorld();
    const app = world.engine({ store: memoryStore() });
    const keys = await ssfKeySet([{ kid: 'k1', alg: 'ES256', key: PRIVATE_KEY }]);
    expect(keys.keys[0]).not.toHaveProperty('d');
    expect(keys.keys[0]).toMatchObject({ kid: 'k1', x: (await exportJWK(PRIVATE_KEY)).x });
    const receiver = createReceiver({ engine: app, transmitter: { issuer: ISSUER, audience: AUDIENCE, keys } });
    const server = await served(receiver.push);
    const delivery = { method: 'push', endpoint: server.base } as const;
    const { engine, transmitter } = aStage({ streams: [{ ...PUSH, delivery }], fetch });
    await login(engine);
    await until('it was delivered', () => transmitter.waiting()['app'] === 0);
    expect(receiver.lastHeardAt()).toBe(BEGIN);
    await transmitter.close();
    await server.close();
  });
});

it('a queue that is full gives up what matters least, and says so', async () => {
  const { engine, told, sets, world } = aStage({ queueSize: 3, presentedEvery: '1s' });
  const one = await login(engine);
  await engine.access(one.handle, USER);
  await engine.end(byId(one.session.id));
  const two = await login(engine);
  await engine.end(byId(two.session.id));
  const three = await login(engine);
  await engine.end(byId(three.session.id));
  const four = await login(engine);
  await engine.end(byId(four.session.id));
  await world.settle();
  const names = (await Promise.all((await sets()).tokens.map(read))).map(({ events }) =>
    Object.keys(events)[0]?.split('/').at(-1),
  );
  expect(names).toEqual(Array(3).fill('session-revoked'));
  expect(told.map(({ code, reason }) => `${code} ${reason}`)).toEqual([
    'set_dropped caep/session-presented',
    ...Array(4).fill('set_dropped caep/session-established'),
    'set_dropped caep/session-revoked',
  ]);
});

it('says of itself what a receiver needs to know', () => {
  const document = ssfConfiguration({
    issuer: ISSUER,
    jwksUri: `${ISSUER}/jwks.json`,
    delivery: ['poll'],
    verificationEndpoint: `${ISSUER}/verify`,
    criticalSubjectMembers: ['session'],
  });
  expect(document).toMatchObject({
    issuer: ISSUER,
    jwks_uri: `${ISSUER}/jwks.json`,
    delivery_methods_supported: ['urn:ietf:rfc:8936'],
    verification_endpoint: `${ISSUER}/verify`,
    critical_subject_members: ['session'],
  });
});

it('options that make no transmitter are named, all of them', () => {
  const streams = [
    { id: '', audience: [], delivery: { method: 'push', endpoint: 'ftp://x' } },
    { id: 'b', audience: 'b', delivery: { method: 'poll' } },
    { id: 'b', audience: 'b', delivery: { method: 'mail' } },
  ] as never;
  const signingKey = { kid: '', alg: 'none', privateKey: null as never };
  let problems: { path: string }[] = [];
  try {
    createTransmitter({ issuer: '', signingKey, streams, queueSize: 0, longPoll: 'long' as never });
  } catch (error) {
    problems = (error as { problems: { path: string }[] }).problems;
  }
  expect(problems.map(({ path }) => path)).toEqual([
    '/issuer',
    '/signingKey/kid',
    '/signingKey/alg',
    '/signingKey/privateKey',
    '/streams',
    '/queueSize',
    '/streams/0/id',
    '/streams/0/audience',
    '/streams/0/delivery/endpoint',
    '/fetch',
    '/streams/1/delivery/authenticate',
    '/streams/2/delivery/method',
    '/streams/2/delivery/authenticate',
    '/longPoll',
  ]);
});
