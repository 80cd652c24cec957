import { createRemoteJWKSet } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createReceiver, type Fetch, watchStream } from '../../src/signals/index.js';
import { aWorld, login, MINUTE, SECOND } from '../engine/support.js';
import { until } from '../servers/until.js';
import { served } from '../tokens/http-server.js';
import { AUDIENCE, aReceiver, claimsOf, ISSUER, KEY_SET, OTHER_PAIR, SESSION_REVOKED, signSet } from './support.js';

describe('keys that have just been got, and a new one since', () => {
  it.each(['an address', 'a function of jose’s'])('lose no revocation: %s', async (name) => {
    let keys: unknown = { keys: [] };
    const server = await served(async () => Response.json(keys));
    onTestFinished(server.close);
    const url = new URL(server.base);
    const remote = createRemoteJWKSet(url);
    const { engine } = aReceiver();
    await login(engine);
    const transmitter = { issuer: ISSUER, audience: AUDIENCE, keys: name === 'an address' ? url : remote };
    const receiver = createReceiver({ engine, transmitter });
    const forged = await signSet(claimsOf(SESSION_REVOKED), { kid: 'nobody' }, OTHER_PAIR.privateKey);
    // anybody can make us ask for the keys; then nobody asks again for a while
    expect(await receiver.receive(forged)).toMatchObject({ outcome: 'refused', error: { err: 'invalid_key' } });
    keys = KEY_SET;
    const set = await signSet(claimsOf(SESSION_REVOKED));
    expect(await receiver.receive(set)).toEqual({ outcome: 'indeterminate', code: 'keys_unavailable' });
    if (name === 'an address') return;
    await remote.reload();
    expect(await receiver.receive(set)).toEqual({ outcome: 'accepted' });
  });
});

/** Polls that are answered with the same again and again; how many there were in ten seconds of nobody's time. */
async function polled(text: string, seconds = 10) {
  const { receiver, world } = aReceiver();
  const bodies: string[] = [];
  const fetch: Fetch = async (_url, { body }) => {
    bodies.push(String(body));
    // one that asks at once, for ever, would never let this test go on
    if (bodies.length > 50) return new Promise(() => undefined);
    return new Response(text);
  };
  const poller = receiver.poll({ endpoint: 'https://idp.example.com/poll', fetch, timers: world.timers });
  for (let second = 0; second < seconds; second++) await world.advance(SECOND);
  void poller.stop();
  return bodies;
}

describe('a transmitter that makes no sense', () => {
  it('is not asked in a circle: more is promised, and nothing comes', async () => {
    expect((await polled('{"sets":{},"moreAvailable":true}')).length).toBeLessThan(15);
  });

  it('is not asked in a circle: what was refused is sent again and again', async () => {
    expect((await polled('{"sets":{"a":"none"},"moreAvailable":true}')).length).toBeLessThan(15);
  });

  it('is told of what is wrong by whatever name it calls it', async () => {
    const bodies = await polled('{"sets":{"__proto__":"none"}}');
    expect(bodies.some((body) => body.includes('"setErrs":{"__proto__":{"err":"invalid_request"'))).toBe(true);
  });
});

describe('whoever never answers', () => {
  it('does not keep a poller from stopping, and from trying again', async () => {
    const { receiver, world, streams } = aReceiver();
    let asked = 0;
    const authorization = () => {
      asked += 1;
      return new Promise<string>(() => undefined);
    };
    const poller = receiver.poll({
      endpoint: 'https://idp.example.com/poll',
      fetch: async () => new Response('{"sets":{}}'),
      authorization,
      timeout: '5s',
      timers: world.timers,
    });
    for (let second = 0; second < 20; second++) await world.advance(SECOND);
    expect(asked).toBeGreaterThan(1);
    expect(streams()).toContainEqual(expect.objectContaining({ code: 'poll_failed', reason: 'no answer' }));
    let isStopped = false;
    void poller.stop().then(() => {
      isStopped = true;
    });
    await until('it has stopped', async () => {
      await world.advance(SECOND);
      return isStopped;
    });
    expect(world.timersPending()).toBe(0);
  });

  it('does not keep the silence of a stream from being told', async () => {
    const world = aWorld();
    const clock = world.clock();
    const codes: string[] = [];
    let verified = 0;
    const stop = watchStream({
      receiver: { expect: async () => undefined, lastHeardAt: () => null },
      verify: () => {
        verified += 1;
        return new Promise(() => undefined);
      },
      now: clock.now,
      timers: world.timers,
      observer: (record) => record.kind === 'stream' && codes.push(record.code),
    });
    await world.advance(31 * MINUTE);
    expect(codes).toEqual(['stream_silent']);
    // they do not pile up
    expect(verified).toBe(1);
    stop();
    expect(world.timersPending()).toBe(0);
  });
});
