import { generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/index.js';
import { backChannelLogout, type LogoutSenderOptions, logoutSender } from '../../src/oidc/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { aWorld, login, policyWith } from '../engine/support.js';
import { until } from '../servers/until.js';
import { served } from '../tokens/http-server.js';
import { aKey } from '../tokens/support.js';

const KEY = await aKey('s1');
const { alg: _, ...header } = KEY;
const KEYS = { keys: [{ ...KEY.publicKey, kid: header.kid, alg: 'ES256', use: 'sig' }] };
const ISSUER = 'https://organisation.example.com';

/** An application elsewhere: its own store, its own server. */
async function anApplication(clientId: string) {
  const engine = createEngine({ policy: policyWith(), store: memoryStore(), purgeEvery: 0 });
  const server = await served(backChannelLogout({ engine, issuer: ISSUER, audience: clientId, keys: KEYS }));
  return { engine, clientId, uri: `${server.base}/backchannel`, close: server.close };
}

const senderWith = (options: Partial<LogoutSenderOptions>) =>
  logoutSender({ issuer: ISSUER, signingKey: KEY, applications: [], fetch, ...options });

describe('a logout that is told to applications elsewhere', () => {
  it('ends the sessions of the subject, or of the one session, in all of them', async () => {
    const [crm, shop] = [await anApplication('crm'), await anApplication('shop')];
    const send = senderWith({ applications: [crm, shop] });
    const attributes = (sid: string) => ({ iss: ISSUER, sid });
    const here = await login(crm.engine, { attributes: attributes('a') });
    const there = await login(crm.engine, { attributes: attributes('b') });
    const deliveries = await send({ subject: 'alice', sid: 'a' });
    expect(deliveries).toEqual([
      { clientId: 'crm', outcome: 'done', status: 200 },
      { clientId: 'shop', outcome: 'done', status: 200 },
    ]);
    expect((await crm.engine.peek(here.handle)).effect).toBe('deny');
    expect((await crm.engine.peek(there.handle)).effect).toBe('permit');
    await send({ subject: 'alice' });
    expect((await crm.engine.peek(there.handle)).effect).toBe('deny');
    await Promise.all([crm.close(), shop.close()]);
  });

  it('is told by the observer of the organisation’s engine', async () => {
    const crm = await anApplication('crm');
    const send = senderWith({ applications: [crm] });
    const sent: Promise<unknown>[] = [];
    const organisation = createEngine({
      policy: policyWith(),
      store: memoryStore(),
      purgeEvery: 0,
      observer(record) {
        if (record.kind !== 'decision' || !record.endedNow || record.subject === null) return;
        sent.push(send({ subject: record.subject, sid: record.sessionId ?? '' }));
      },
    });
    const { session, handle } = await login(organisation);
    const other = await login(crm.engine, { attributes: { iss: ISSUER, sid: session.id } });
    await organisation.end(handle);
    await organisation.end(handle);
    expect(sent).toHaveLength(1);
    await Promise.all(sent);
    expect((await crm.engine.peek(other.handle)).effect).toBe('deny');
    await crm.close();
  });
});

describe('a delivery', () => {
  const answers = (...statuses: (number | 'nothing' | 'never')[]) => {
    const world = aWorld();
    const tokens: string[] = [];
    const send = senderWith({
      applications: [{ clientId: 'crm', uri: 'https://crm.example.com/' }],
      clock: world.clock(),
      timers: world.timers,
      async fetch(_url, { body, redirect }) {
        tokens.push(String(body));
        expect(redirect).toBe('manual');
        const status = statuses.shift() ?? 200;
        if (status === 'never') return new Promise(() => undefined);
        if (status === 'nothing') throw new Error('no connection');
        return { status };
      },
    });
    // signing takes a moment that no clock of ours knows of
    const delivered = async (within: number) => {
      const sent = send({ subject: 'alice' });
      let isOver = false;
      void sent.finally(() => {
        isOver = true;
      });
      await until('it is over', async () => {
        if (!isOver && world.elapsed() < within) await world.advance(250);
        return isOver;
      });
      return sent;
    };
    return { world, tokens, send, delivered };
  };

  it('is tried again where nobody knows, with another token', async () => {
    const { world, tokens, delivered } = answers(503, 'nothing', 200);
    expect(await delivered(6_000)).toMatchObject([{ outcome: 'done' }]);
    expect(new Set(tokens).size).toBe(3);
    expect(world.timersPending()).toBe(0);
  });

  it('is tried again where the application has too much to do', async () => {
    const { tokens, delivered } = answers(429, 408, 200);
    expect(await delivered(6_000)).toMatchObject([{ outcome: 'done' }]);
    expect(tokens).toHaveLength(3);
  });

  it('lets go of the answer, whose body nobody reads', async () => {
    const signals: AbortSignal[] = [];
    const send = senderWith({
      applications: [{ clientId: 'crm', uri: 'https://crm.example.com/' }],
      fetch: async (_url, { signal }) => {
        if (signal) signals.push(signal);
        return { status: 200 };
      },
    });
    await send({ subject: 'alice' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('fails after three attempts, and after five seconds each', async () => {
    const { tokens, delivered } = answers('never', 'never', 'never', 200);
    expect(await delivered(25_000)).toEqual([{ clientId: 'crm', outcome: 'failed', status: null }]);
    expect(tokens).toHaveLength(3);
  });

  it('is over where the application refuses it, or sends it elsewhere', async () => {
    const refused = answers(400);
    expect(await refused.send({ subject: 'alice' })).toMatchObject([{ outcome: 'refused', status: 400 }]);
    const moved = answers(302);
    expect(await moved.send({ subject: 'alice' })).toMatchObject([{ outcome: 'refused', status: 302 }]);
    expect(moved.tokens).toHaveLength(1);
  });

  it('takes a key of the host’s too, and no key that is shared', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const signingKey = { kid: 'k', alg: 'ES256', privateKey };
    const applications = [{ clientId: 'crm', uri: 'https://crm.example.com/' }];
    const send = senderWith({ signingKey, applications, fetch: async () => ({ status: 204 }) });
    expect(await send({ subject: 'alice' })).toMatchObject([{ outcome: 'done' }]);
    const wrong = { code: 'oidc_options_invalid' };
    const shared = () => senderWith({ signingKey: { ...signingKey, alg: 'HS256' } });
    expect(shared).toThrow(expect.objectContaining(wrong));
    expect(() => senderWith({ applications: [{ clientId: '', uri: 'x' }] })).toThrow(expect.objectContaining(wrong));
    expect(() => senderWith({ attempts: 0 })).toThrow(expect.objectContaining(wrong));
  });
});
