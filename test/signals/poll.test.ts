import { expect, it } from 'vitest';
import type { Fetch, PollOptions } from '../../src/signals/index.js';
import { login, SECOND, testStore, USER } from '../engine/support.js';
import { until } from '../servers/until.js';
import { aReceiver, claimsOf, SESSION_REVOKED, signSet } from './support.js';

interface Asked {
  readonly ack: string[];
  readonly setErrs: Record<string, { err: string; description: string }>;
  readonly maxEvents: number;
  readonly returnImmediately: boolean;
}

/** A transmitter that answers what it is told to; beyond that it holds back. */
function aTransmitter(answers: (object | number | (() => Promise<Response>))[]) {
  const asked: Asked[] = [];
  const headers: Headers[] = [];
  const fetch: Fetch = (_url, init) => {
    asked.push(JSON.parse(String(init.body)));
    headers.push(new Headers(init.headers));
    if (asked.at(-1)?.maxEvents === 0) return Promise.resolve(Response.json({ sets: {} }));
    const answer = answers.shift();
    if (typeof answer === 'function') return answer();
    if (typeof answer === 'number') return Promise.resolve(new Response('busy', { status: answer }));
    if (answer !== undefined) return Promise.resolve(Response.json(answer));
    return new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
  };
  return { asked, headers, fetch };
}

function aPoll(answers: Parameters<typeof aTransmitter>[0], options: Partial<PollOptions> = {}, base = {}) {
  const stage = aReceiver({}, base);
  const transmitter = aTransmitter(answers);
  const start = () =>
    stage.receiver.poll({
      endpoint: 'https://idp.example.com/poll',
      fetch: transmitter.fetch,
      authorization: 'Bearer abc',
      timers: stage.world.timers,
      ...options,
    });
  /** Signatures are checked on threads of their own: they take no time of this world, and still have to be waited for. */
  const askedFor = (count: number) =>
    until(`request ${count} is under way`, async () => {
      await stage.world.settle();
      return transmitter.asked.length >= count;
    });
  return { ...stage, ...transmitter, start, askedFor };
}

it('acknowledges what was applied, reports what was refused, and asks for more at once', async () => {
  const good = claimsOf(SESSION_REVOKED);
  const sets = {
    [String(good.jti)]: await signSet(good),
    bad: await signSet(claimsOf(SESSION_REVOKED), { kid: 'k9' }),
    odd: 7,
  };
  const { engine, start, asked, headers, world, askedFor } = aPoll([{ sets, moreAvailable: true }]);
  const { handle } = await login(engine);
  const poller = start();
  await askedFor(2);
  expect(asked[0]).toEqual({ ack: [], setErrs: {}, maxEvents: 25, returnImmediately: false });
  expect(headers[0]?.get('authorization')).toBe('Bearer abc');
  expect((await engine.access(handle, USER)).effect).toBe('deny');
  expect(asked[1]).toMatchObject({
    ack: [good.jti],
    setErrs: { bad: { err: 'invalid_key', description: expect.any(String) }, odd: { err: 'invalid_request' } },
  });
  await poller.stop();
  expect(world.timersPending()).toBe(0);
});

it('neither acknowledges nor reports what could not be told: it comes again, after a while', async () => {
  const store = testStore();
  const claims = claimsOf(SESSION_REVOKED);
  const answer = { sets: { [String(claims.jti)]: await signSet(claims) } };
  const { engine, start, asked, world, askedFor, events } = aPoll([answer, answer, answer], {}, { store });
  const { handle } = await login(engine);
  store.intercept = (method, go) => (method === 'replace' ? Promise.reject(new Error('away')) : go());
  const poller = start();
  await until('it could not be told', () => events().length === 1);
  await world.settle();
  expect(asked.length).toBe(1);
  await world.advance(SECOND);
  expect(asked[1]).toMatchObject({ ack: [], setErrs: {} });
  await until('again', () => events().length === 2);
  store.intercept = null;
  await world.advance(2 * SECOND);
  await askedFor(4);
  expect((await engine.access(handle, USER)).effect).toBe('deny');
  expect(asked.at(-1)?.ack).toEqual([claims.jti]);
  await poller.stop();
});

it('keeps its acknowledgements over a request that fails, and waits longer each time', async () => {
  const claims = claimsOf(SESSION_REVOKED);
  const answer = { sets: { [String(claims.jti)]: await signSet(claims) } };
  const broken = () => Promise.reject(new Error('getaddrinfo failed for user:password@host'));
  const answers = [answer, 503, broken, 401, { sets: 5 }, async () => new Response('[')];
  const { start, asked, world, streams, askedFor } = aPoll(answers);
  const poller = start();
  await askedFor(2);
  await world.settle();
  for (const wait of [1, 2, 4, 8, 16]) await world.advance(wait * SECOND);
  expect(asked.map(({ ack }) => ack)).toEqual([[], ...Array(6).fill([claims.jti])]);
  expect(streams().map(({ code, reason }) => `${code} ${reason}`)).toEqual([
    'poll_failed status 503',
    'poll_failed no answer',
    'poll_failed status 401',
    'poll_failed answer invalid',
    'poll_failed answer invalid',
  ]);
  await poller.stop();
});

it('says what it still owes when it is stopped, and leaves no timer behind', async () => {
  const claims = claimsOf(SESSION_REVOKED);
  const { start, asked, world, streams, askedFor } = aPoll([{ sets: { [String(claims.jti)]: await signSet(claims) } }]);
  const poller = start();
  await askedFor(2);
  const stopped = poller.stop();
  await world.advance(10 * SECOND);
  await stopped;
  expect(asked.at(-1)).toMatchObject({ ack: [claims.jti], maxEvents: 0, returnImmediately: true });
  expect(world.timersPending()).toBe(0);
  expect(streams()).toEqual([]);
  const count = asked.length;
  await world.advance(600 * SECOND);
  expect(asked.length).toBe(count);
});

it('does not ask without pause where the transmitter does not hold back', async () => {
  const empty = Array.from({ length: 1_000 }, () => ({ sets: {} }));
  const long = aPoll([...empty]);
  const one = long.start();
  await long.world.advance(10 * SECOND);
  expect(long.asked.length).toBeLessThanOrEqual(11);
  await one.stop();
  const short = aPoll([...empty], { longPoll: false });
  const two = short.start();
  await short.world.advance(60 * SECOND);
  expect(short.asked.length).toBeLessThanOrEqual(3);
  expect(short.asked[0]?.returnImmediately).toBe(true);
  await two.stop();
});

it('gives up on an answer that does not come, and does not follow a redirect', async () => {
  const { start, world, streams } = aPoll([], { timeout: '10s' });
  const poller = start();
  await world.advance(10 * SECOND);
  expect(streams()).toMatchObject([{ code: 'poll_failed', reason: 'no answer' }]);
  await poller.stop();
});
