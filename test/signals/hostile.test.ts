import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventUri } from '../../src/signals/index.js';
import { login, runs, USER } from '../engine/support.js';
import { AUDIENCE, aReceiver, claimsOf, pushOf, SESSION_REVOKED, signSet } from './support.js';

const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

it('whatever is sent is refused, and nothing is thrown, ended or held', async () => {
  const { engine, receiver } = aReceiver();
  const { handle } = await login(engine);
  const good = await signSet(claimsOf(SESSION_REVOKED));
  const [header, payload, signature] = good.split('.') as [string, string, string];
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .tuple(fc.json(), fc.json(), fc.string())
      .map(([one, two, three]) => `${base64(one)}.${base64(two)}.${base64(three)}`),
    // one character of a good one is another
    fc.tuple(fc.nat(payload.length - 1), fc.constantFrom(...'AZaz09-_')).map(([index, letter]) => {
      const changed = payload.slice(0, index) + letter + payload.slice(index + 1);
      return changed === payload ? 'x' : `${header}.${changed}.${signature}`;
    }),
    fc.json().map((claims) => `${header}.${base64(claims)}.${signature}`),
    fc.dictionary(fc.constantFrom('typ', 'alg', 'kid', 'crit', 'b64', 'jwk', 'x5c', 'jku'), fc.json()).map((one) => {
      return `${base64({ ...one, typ: 'secevent+jwt' })}.${payload}.${signature}`;
    }),
  );
  await fc.assert(
    fc.asyncProperty(anything, async (text) => {
      const response = await receiver.push(pushOf(text));
      expect([400, 503]).toContain(response.status);
    }),
    runs(400),
  );
  expect((await engine.access(handle, USER)).effect).toBe('permit');
});

it('a key that the token itself brings along is not looked at', async () => {
  const { generateKeyPair, exportJWK } = await import('jose');
  const { receiver } = aReceiver();
  const own = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(own.publicKey);
  const set = await signSet(claimsOf(SESSION_REVOKED), { jwk, jku: `${AUDIENCE}/mine`, kid: 'k1' }, own.privateKey);
  expect(await receiver.receive(set)).toMatchObject({ outcome: 'refused', error: { err: 'authentication_failed' } });
});

it('any subject and any payload, well signed, is answered, and never with an exception', async () => {
  const { receiver } = aReceiver();
  const types = [
    'caep/session-revoked',
    'caep/token-claims-change',
    'ssf/verification',
    'ssf/x',
    'urn:own',
    '__proto__',
  ];
  const subject = fc.oneof(
    fc.jsonValue(),
    fc.record({
      format: fc.constantFrom('complex', 'aliases', 'opaque', 'email', '__proto__'),
      identifiers: fc.jsonValue(),
      user: fc.jsonValue(),
      id: fc.jsonValue(),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...types), fc.jsonValue(), subject, async (type, payload, sub_id) => {
      const claims = {
        ...claimsOf('urn:x'),
        sub_id,
        events: JSON.parse(`{${JSON.stringify(eventUri(type))}:${JSON.stringify(payload)}}`),
      };
      const { outcome } = await receiver.receive(await signSet(claims));
      expect(['accepted', 'refused']).toContain(outcome);
    }),
    runs(300),
  );
});

it('what is nested deeply, repeated or long is refused, and quickly', async () => {
  const { receiver } = aReceiver();
  const deep = (depth: number) => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
  const refused = { outcome: 'refused', error: { err: 'invalid_request' } };
  const bombs = [
    claimsOf(SESSION_REVOKED, { a: deep(4_000) }),
    claimsOf(SESSION_REVOKED, {}, { extra: deep(4_000) }),
    claimsOf(SESSION_REVOKED, {}, { sub_id: { format: 'complex', user: { format: 'complex', user: deep(100) } } }),
    claimsOf(
      SESSION_REVOKED,
      {},
      { sub_id: { format: 'aliases', identifiers: [{ format: 'aliases', identifiers: [] }] } },
    ),
    claimsOf(
      SESSION_REVOKED,
      {},
      { sub_id: { format: 'aliases', identifiers: Array(500).fill({ format: 'opaque', id: 'x' }) } },
    ),
    claimsOf(SESSION_REVOKED, {}, { jti: 'x'.repeat(600) }),
    claimsOf(SESSION_REVOKED, { pad: 'x'.repeat(60_000) }),
  ];
  const began = performance.now();
  for (const claims of bombs) expect(await receiver.receive(await signSet(claims))).toMatchObject(refused);
  const text = `${base64({ typ: 'secevent+jwt', alg: 'ES256' })}.${base64(`${'['.repeat(30_000)}`)}.x`;
  expect(await receiver.receive(text)).toMatchObject(refused);
  expect(performance.now() - began).toBeLessThan(2_000);
});

it('no record and no answer holds a token, an identifier or what a refused SET said', async () => {
  const { make, told, engine } = aReceiver();
  await login(engine, { subject: 'u1' });
  const receiver = make({ authenticate: 'planted-bearer', subjects: () => ({ subject: 'u1' }) });
  const email = { sub_id: { format: 'email', email: 'planted@example.com' } };
  const answers: string[] = [];
  const send = async (set: string, token: string) => {
    const response = await receiver.push(pushOf(set, { authorization: `Bearer ${token}` }));
    answers.push(await response.text());
  };
  const good = await signSet(claimsOf(SESSION_REVOKED, { ip: 'planted' }, email));
  await send(good, 'planted-bearer');
  await send(good, 'planted-wrong');
  await send(
    await signSet(claimsOf(SESSION_REVOKED, { reason_admin: { en: 'planted' } }, email), { kid: 'planted' }),
    'planted-bearer',
  );
  await send(await signSet(claimsOf(SESSION_REVOKED, {}, { sub_id: { format: 'planted' } })), 'planted-bearer');
  await send(await signSet(claimsOf(SESSION_REVOKED, {}, { iss: 'planted' })), 'planted-bearer');
  expect(told.length).toBe(5);
  const all = JSON.stringify([told, answers]);
  expect(all).not.toContain('planted');
  expect(all).not.toContain(good.split('.')[2]);
});
