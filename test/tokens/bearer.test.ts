import { expect, it } from 'vitest';
import { byId, createEngine } from '../../src/engine/index.js';
import { httpSessions } from '../../src/http/index.js';
import { definePolicy } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { createTokens } from '../../src/tokens/index.js';
import { login } from '../engine/support.js';
import { AUDIENCE, CLIENT, ISSUER, KEY, permitted, secret } from './support.js';

/** A service that takes access tokens instead of a cookie, and asks the engine about each. */
async function service() {
  const policy = definePolicy({
    id: 'api',
    idleTimeout: '15m',
    absoluteTimeout: '8h',
    operations: { 'payment:create': { assuranceLevel: 'aal2' } },
  });
  const engine = createEngine({ policy, store: memoryStore(), purgeEvery: 0 });
  const own = { issuer: ISSUER, audience: AUDIENCE, clientId: CLIENT, signingKeys: [KEY] };
  const tokens = createTokens({ engine, ...own, refreshSecrets: [secret(1)] });
  const sessions = httpSessions({ engine, cookie: false, bearer: tokens.whichSession });
  const ask = async (token: string, operation?: 'payment:create') => {
    const header = (name: string) => (name === 'authorization' ? `Bearer ${token}` : null);
    const request = { method: 'GET', url: '/', header, remoteAddress: null };
    const session = sessions.open(request, () => undefined);
    const refusal = await session.protect(operation);
    return refusal === null ? session.session?.subject : `${refusal.status} ${refusal.code}`;
  };
  const { session } = await login(engine);
  return { engine, tokens, ask, session, ...permitted(await tokens.issue(session)).response };
}

it('an access token opens its session, and what the policy asks for holds', async () => {
  const { ask, access_token } = await service();
  expect(await ask(access_token)).toBe('alice');
  expect(await ask(access_token, 'payment:create')).toBe('401 assurance_too_low');
});

it('a session that has ended is refused at once, whatever its token says', async () => {
  const { ask, access_token, engine, session, tokens } = await service();
  await engine.end(byId(session.id));
  expect(await ask(access_token)).toBe('401 logout');
  expect(await tokens.verify(access_token)).not.toBeNull();
});

it.each(['refresh_token', 'sid', 'another issuer'])('%s opens nothing', async (what) => {
  const { ask, refresh_token, session, engine } = await service();
  const own = { engine, audience: AUDIENCE, clientId: CLIENT, signingKeys: [KEY], refreshSecrets: [secret(1)] };
  const elsewhere = createTokens({ ...own, issuer: 'https://other.example.com' });
  const foreign = permitted(await elsewhere.issue(session)).response.access_token;
  const presented = { refresh_token, sid: session.id, 'another issuer': foreign }[what] as string;
  expect(await ask(presented)).toBe('401 session_missing');
});
