import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS, openListener } from '../../src/server/listener.js';
import { systemTimers } from '../../src/time/timer.js';
import { aGateway, type Json, KEYS, raw, type TestGateway } from './support.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await aGateway({ logDecisions: 'all' });
});
afterAll(() => gateway.close());

const json = { 'content-type': 'application/json' };
const evaluate = (body: unknown) => gateway.call('/evaluate', body, KEYS.evaluate);

describe('bodies', () => {
  const post = (body: string, headers: Record<string, string> = json) =>
    raw(gateway.port, 'POST', '/v1/sessions', { authorization: `Bearer ${KEYS.sessions}`, ...headers }, body);

  it.each([
    ['no JSON', '{', json, 400],
    ['JSON of nothing', 'null', json, 400],
    ['a list', '[]', json, 400],
    ['another type', 'subject=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['no UTF-8', '{"subject":"\xff"}', json, 201],
    ['nested deeply', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, json, 400],
    ['more than is read', JSON.stringify({ subject: 'x'.repeat(300_000) }), json, 413],
  ])('that are %s', async (_, body, headers, status) => {
    expect((await post(body, headers)).status).toBe(status);
  });

  it('that never say how long they are, and never end', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const head = ['POST /v1/sessions HTTP/1.1', 'host: a', `authorization: Bearer ${KEYS.sessions}`];
    socket.write([...head, 'content-type: application/json', 'transfer-encoding: chunked', '', ''].join('\r\n'));
    for (let chunk = 0; chunk < 20; chunk++) socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413/);
    socket.destroy();
  });
});

describe('the pure endpoint', () => {
  const policy = { id: 'p', absoluteTimeout: '8h' };

  it('names what is wrong with a policy or a session, and decides about no event that is none', async () => {
    expect(await evaluate({ policy: { id: 'p' }, session: {}, event: {} })).toMatchObject({
      status: 400,
      body: { code: 'policy_invalid' },
    });
    for (const session of [undefined, null, 5, 'x', [], {}]) {
      expect(await evaluate({ policy, session, event: {} })).toMatchObject({
        status: 400,
        body: { code: 'session_invalid' },
      });
    }
    for (const body of [null, [], 5, { policy, sesion: {} }]) expect((await evaluate(body)).status).toBe(400);
  });

  it('keeps nothing, and needs no store', async () => {
    const session = (await gateway.call('/v1/sessions', { subject: 'alice' })).body.session.id;
    expect((await gateway.call(`/v1/sessions/${session}`, undefined, KEYS.admin)).body.effect).toBe('permit');
  });
});

describe('bytes that are no HTTP, or nearly', () => {
  it('never let anybody in, and never stop the gateway', async () => {
    const piece = fc.oneof(
      fc.constantFrom('GET', 'POST', ' ', '/auth', '/v1/sessions', ' HTTP/1.1\r\n', 'host: a\r\n', '\r\n', '\r\n\r\n'),
      fc.constantFrom(
        'cookie: session=x\r\n',
        'x-original-uri: /\r\n',
        'x-original-method: GET\r\n',
        'content-length: 5\r\n',
      ),
      fc.constantFrom(
        'transfer-encoding: chunked\r\n',
        'authorization: Bearer \r\n',
        'connection: upgrade\r\nupgrade: h2c\r\n',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        expect(await bytes(pieces.join(''))).not.toMatch(/^HTTP\/1\.1 2/);
      }),
      { numRuns: 150 },
    );
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });

  it('refuses headers that are longer than any proxy sends', async () => {
    const { status } = await raw(gateway.port, 'GET', '/auth', { cookie: 'x'.repeat(40_000) });
    expect(status).toBe(431);
  });

  it('cuts off who sends a header a byte at a time, or a body that never comes', async () => {
    const limits = { ...LIMITS, headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 };
    const listener = openListener((message) => void message.resume(), systemTimers, limits);
    const port = await listener.listen('127.0.0.1', 0);
    for (const begun of ['GET /auth HTTP/1.1\r\nhost:', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nx']) {
      const socket = connect(port, '127.0.0.1', () => void socket.write(begun));
      socket.resume();
      socket.on('error', () => undefined);
      await once(socket, 'close');
    }
    await listener.close(0);
  });
});

it('takes two keys for none', async () => {
  const gateway = await aGateway();
  const twice = { authorization: [`Bearer ${KEYS.metrics}`, `Bearer ${KEYS.admin}`] };
  expect((await raw(gateway.port, 'GET', '/metrics', twice)).status).toBe(401);
  expect((await raw(gateway.port, 'GET', '/v1/subjects/alice/sessions', twice)).status).toBe(401);
  await gateway.close();
});

it('writes no secret and no name into its log, its figures, or a refusal', async () => {
  const secrets = { subject: 'person-whom-nobody-names', ip: '198.51.100.77', agent: 'agent-of-a-person' };
  const { subject, ip } = secrets;
  const login = { subject, context: { ip, userAgent: secrets.agent, deviceId: 'device-of-a-person' } };
  const { body } = await gateway.call('/v1/sessions', login);
  const auth = (cookie: string) =>
    raw(gateway.port, 'GET', '/auth', {
      cookie,
      'x-original-uri': '/secret-path',
      'x-original-method': 'GET',
      'x-forwarded-for': ip,
    });
  await auth(`session=${body.handle}`);
  await gateway.call(`/v1/subjects/${subject}/end`, { by: 'agent-of-a-person' }, KEYS.admin);
  const refused = await auth(`session=${body.handle}`);
  await gateway.call('/access/v1/evaluation', question(body.handle, 'secret-path'), KEYS.evaluate);
  await gateway.call('/v1/sessions/logout', { handle: body.handle, code: 'secret_code' });
  const metrics = await gateway.call('/metrics', undefined, KEYS.metrics).catch((error: Error) => error.message);
  const text = await (
    await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${KEYS.metrics}` } })
  ).text();
  const all = JSON.stringify([gateway.lines, refused, metrics]) + text;
  expect(gateway.lines.length).toBeGreaterThan(3);
  expect(text).toMatch(/curfew_sessions_started_total \d/);
  const planted = [
    ...Object.values(KEYS),
    ...Object.values(secrets),
    body.handle,
    body.session.id,
    'secret-path',
    'device-of-a',
  ];
  expect(planted.filter((one) => all.includes(one))).toEqual([]);
});

function question(handle: string, name: string): Json {
  const subject = { type: 'user', id: 'person-whom-nobody-names', properties: { handle } };
  return { subject, action: { name }, resource: { type: 'route', id: name } };
}

function bytes(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(gateway.port, '127.0.0.1', () => void socket.end(Buffer.from(text, 'latin1')));
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}
