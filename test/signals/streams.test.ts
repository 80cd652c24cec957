import { describe, expect, it } from 'vitest';
import {
  createReceiver,
  createTransmitter,
  eventUri,
  type Fetch,
  type StreamCode,
  streamClient,
  watchStream,
} from '../../src/signals/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { aWorld, MINUTE } from '../engine/support.js';
import { until } from '../servers/until.js';
import { served } from '../tokens/http-server.js';
import { AUDIENCE, aReceiver, claimsOf, ISSUER, KEY_SET, PRIVATE_KEY, signSet } from './support.js';

const STREAM = {
  stream_id: 's1',
  iss: ISSUER,
  aud: AUDIENCE,
  delivery: { method: 'urn:ietf:rfc:8935', endpoint_url: `${AUDIENCE}/events` },
  events_delivered: [eventUri('caep/session-revoked')],
};

/** A transmitter's management endpoints, over HTTP: what was asked, and what is said. */
async function aManagement() {
  const asked: string[] = [];
  const answers = { override: null as Response | null };
  const server = await served(async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = await request.text();
    asked.push(`${request.method} ${pathname}${search} ${request.headers.get('authorization')} ${body}`.trim());
    if (pathname === '/.well-known/ssf-configuration/tenant') {
      const base = `${server.base}/ssf`;
      return Response.json({
        issuer: `${server.base}/tenant`,
        jwks_uri: `${base}/jwks`,
        configuration_endpoint: `${base}/stream?v=1`,
        status_endpoint: `${base}/status`,
        add_subject_endpoint: `${base}/add`,
        verification_endpoint: `${base}/verify`,
      });
    }
    if (answers.override !== null) return answers.override;
    if (pathname === '/ssf/stream') {
      return request.method === 'DELETE' ? new Response(null, { status: 204 }) : Response.json(STREAM, { status: 201 });
    }
    if (pathname === '/ssf/status') return Response.json({ stream_id: 's1', status: 'enabled' });
    return new Response(null, { status: pathname === '/ssf/verify' ? 204 : 200 });
  });
  return {
    server,
    asked,
    answers,
    client: streamClient({ issuer: `${server.base}/tenant`, fetch, authorization: 'Bearer m' }),
  };
}

describe('a stream is managed', () => {
  it('by the requests that the specification has for it', async () => {
    const { server, asked, client } = await aManagement();
    const delivery = { method: 'urn:ietf:rfc:8935', endpoint_url: `${AUDIENCE}/events` };
    expect((await client.create({ delivery, events_requested: ['urn:x'] })).stream_id).toBe('s1');
    expect((await client.read('s1')).events_delivered).toEqual(STREAM.events_delivered);
    await client.update('s1', { description: 'new' });
    expect((await client.status('s1')).status).toBe('enabled');
    await client.setStatus('s1', 'paused', 'a reason');
    await client.addSubject('s1', { format: 'email', email: 'a@example.com' }, true);
    await client.verify('s1', 'a state');
    await client.remove('s1');
    expect(asked.map((one) => one.replace(' Bearer m', ''))).toEqual([
      'GET /.well-known/ssf-configuration/tenant',
      `POST /ssf/stream?v=1 ${JSON.stringify({ delivery, events_requested: ['urn:x'] })}`,
      'GET /ssf/stream?v=1&stream_id=s1',
      'PATCH /ssf/stream?v=1 {"stream_id":"s1","description":"new"}',
      'GET /ssf/status?stream_id=s1',
      'POST /ssf/status {"stream_id":"s1","status":"paused","reason":"a reason"}',
      'POST /ssf/add {"stream_id":"s1","subject":{"format":"email","email":"a@example.com"},"verified":true}',
      'POST /ssf/verify {"stream_id":"s1","state":"a state"}',
      'DELETE /ssf/stream?v=1&stream_id=s1',
    ]);
    expect(asked.every((one) => one.includes('Bearer m'))).toBe(true);
    await server.close();
  });

  it('and what goes wrong is an error with a code, and nothing secret in it', async () => {
    const { server, answers, client } = await aManagement();
    const failure = (promise: Promise<unknown>) =>
      promise.then(
        () => null,
        (error: Error & { code: string }) => error,
      );
    // there is no such endpoint in the configuration
    expect((await failure(client.removeSubject('s1', { format: 'opaque', id: 'x' })))?.code).toBe(
      'stream_request_failed',
    );
    for (const response of [
      new Response('secret', { status: 404 }),
      new Response('{', { status: 200 }),
      Response.json({ stream_id: 7 }),
      Response.redirect('http://127.0.0.1:9/', 302),
    ]) {
      answers.override = response;
      const error = await failure(client.read('s1'));
      expect(error?.code).toBe('stream_request_failed');
      expect(error?.message).not.toMatch(/secret|Bearer/);
    }
    const elsewhere = streamClient({
      issuer: `${server.base}/other`,
      fetch: () => fetch(`${server.base}/.well-known/ssf-configuration/tenant`),
    });
    expect((await failure(elsewhere.configuration()))?.message).toContain('another issuer');
    expect(() => streamClient({ issuer: 'idp.example.com', fetch })).toThrow('issuer');
    await server.close();
  });
});

describe('a stream is watched over', () => {
  const aWatch = (verify: (state: string) => Promise<void>, heard: () => number | null) => {
    const world = aWorld();
    const clock = world.clock();
    const codes: StreamCode[] = [];
    const expected: string[] = [];
    const stop = watchStream({
      receiver: { expect: async (state) => void expected.push(state), lastHeardAt: heard },
      verify,
      now: clock.now,
      timers: world.timers,
      observer: (record) => record.kind === 'stream' && codes.push(record.code),
    });
    return { world, clock, codes, expected, stop };
  };

  it('by verifications; its silence is told once, and so is that it speaks again', async () => {
    let heardAt: number | null = null;
    const states: string[] = [];
    const { world, clock, codes, expected, stop } = aWatch(
      async (state) => void states.push(state),
      () => heardAt,
    );
    await world.advance(14 * MINUTE);
    expect(codes).toEqual([]);
    await world.advance(30 * MINUTE);
    expect(codes).toEqual(['stream_silent']);
    heardAt = clock.now();
    await world.advance(5 * MINUTE);
    expect(codes).toEqual(['stream_silent', 'stream_heard']);
    // each state is new, and known before it is sent
    expect(new Set(states).size).toBe(states.length);
    expect(states.length).toBe(10);
    expect(expected).toEqual(states);
    stop();
    expect(world.timersPending()).toBe(0);
  });

  it('and that it cannot be asked is told too', async () => {
    const { world, codes, stop } = aWatch(
      () => Promise.reject(new Error('no')),
      () => null,
    );
    await world.advance(16 * MINUTE);
    expect(codes).toEqual([
      'verification_failed',
      'verification_failed',
      'verification_failed',
      'stream_silent',
      'verification_failed',
    ]);
    stop();
  });
});

it('a verification goes all the way round, by push and by poll', async () => {
  const world = aWorld();
  const engine = world.engine({ store: memoryStore() });
  const codes: string[] = [];
  const receiver = createReceiver({
    engine,
    transmitter: { issuer: ISSUER, audience: AUDIENCE, keys: KEY_SET },
    observer: (record) => record.kind === 'stream' && codes.push(record.code),
  });
  const events = await served(receiver.push);
  const transmitter = createTransmitter({
    issuer: ISSUER,
    signingKey: { kid: 'k1', alg: 'ES256', privateKey: PRIVATE_KEY },
    streams: [
      { id: 'pushed', audience: AUDIENCE, delivery: { method: 'push', endpoint: events.base } },
      { id: 'polled', audience: AUDIENCE, delivery: { method: 'poll', authenticate: 'token' } },
    ],
    fetch,
  });
  const polls = await served((request) => transmitter.poll('polled', request));
  const poller = receiver.poll({ endpoint: polls.base, fetch: fetch as Fetch, authorization: 'Bearer token' });
  for (const id of ['pushed', 'polled']) {
    await receiver.expect(`state of ${id}`);
    expect(transmitter.verify(id, `state of ${id}`)).toBe(true);
  }
  expect(transmitter.verify('other')).toBe(false);
  await until('both came back', () => codes.filter((code) => code === 'stream_verified').length === 2);
  await poller.stop();
  await until('both are acknowledged', () => Object.values(transmitter.waiting()).every((count) => count === 0));
  await transmitter.close();
  await Promise.all([events.close(), polls.close()]);
});

it('a transmitter may verify of its own accord; another stream may not', async () => {
  const transmitter = { issuer: ISSUER, audience: AUDIENCE, keys: KEY_SET, streamId: 's1' };
  const { receiver, streams } = aReceiver({ transmitter });
  const verification = (id: string) =>
    signSet(claimsOf(eventUri('ssf/verification'), {}, { sub_id: { format: 'opaque', id } }));
  expect(await receiver.receive(await verification('s1'))).toEqual({ outcome: 'accepted' });
  expect(await receiver.receive(await verification('s2'))).toMatchObject({
    outcome: 'refused',
    error: { err: 'invalid_request' },
  });
  expect(streams()).toMatchObject([{ code: 'stream_verified', stream: 's1' }]);
});
