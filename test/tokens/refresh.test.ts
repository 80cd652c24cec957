import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { readRecord } from '../../src/engine/record.js';
import type { PolicyDocument, Session } from '../../src/index.js';
import { createTokens, type Granted, type TokenRefusal } from '../../src/tokens/index.js';
import { MINUTE, policyWith, SECOND, USER } from '../engine/support.js';
import { AUDIENCE, aKey, aService, CLIENT, claimsOf, ISSUER, KEY, outcomeOf, permitted, secret } from './support.js';

const count = (answers: readonly (Granted | TokenRefusal)[]) => {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[outcomeOf(answer)] = (counts[outcomeOf(answer)] ?? 0) + 1;
  return counts;
};
const tokensIn = (answers: readonly (Granted | TokenRefusal)[]) =>
  new Set(answers.flatMap((answer) => (answer.effect === 'permit' ? [answer.response.refresh_token] : [])));

async function scene(policy: Partial<PolicyDocument> = {}, options = {}) {
  const service = aService(policy, options);
  const client = await service.loggedIn();
  await service.world.advance(SECOND);
  const { id } = client.session;
  const stored = async () => readRecord(await service.store.envelope(id)).session;
  return { ...service, ...client, stored };
}

describe('a refresh', () => {
  it('gives both tokens anew', async () => {
    const { tokens, refresh_token, access_token } = await scene();
    const answer = permitted(await tokens.refresh(refresh_token));
    expect(answer.refresh).toBe('rotated');
    expect(answer.response.refresh_token).not.toBe(refresh_token);
    expect(answer.response.access_token).not.toBe(access_token);
    expect(await tokens.verify(answer.response.access_token)).toMatchObject({ sub: 'alice' });
  });

  // two tabs, one token
  it('twenty at once: all are given one and the same successor, which is good', async () => {
    const { tokens, refresh_token, world, stored } = await scene();
    const answers = await Promise.all(Array.from({ length: 20 }, () => tokens.refresh(refresh_token)));
    expect(count(answers)).toEqual({ 'permit rotated': 1, 'permit replayed': 19 });
    const [successor, ...others] = tokensIn(answers);
    expect(others).toEqual([]);
    expect((await stored()).refresh.generation).toBe(1);
    await world.advance(10 * SECOND);
    expect(outcomeOf(await tokens.refresh(successor as string))).toBe('permit rotated');
  });

  // no word that makes a client forget what its other tab was given
  it('twenty at once without a grace: one gets tokens, and the others lose nothing', async () => {
    const { tokens, refresh_token, store, engine, handle, stored, make } = await scene({ tokens: { refreshGrace: 0 } });
    const second = make({ engine });
    // what reads its keys first is later, and this is about those who come at once
    await second.keySet();
    // all of them look before any of them writes: the checks of their tokens end in any order
    store.intercept = async (method, go) => {
      if (method === 'replace') for (let turn = 0; turn < 500; turn++) await new Promise((next) => setImmediate(next));
      return go();
    };
    const asked = Array.from({ length: 20 }, (_, index) => (index % 2 ? tokens : second).refresh(refresh_token));
    const answers = await Promise.all(asked);
    expect(count(answers)).toEqual({ 'permit rotated': 1, 'superseded 409 curfew_superseded refresh_superseded': 19 });
    const lost = answers.filter((answer): answer is TokenRefusal => answer.effect === 'superseded');
    for (const { body } of lost) expect(body).toMatchObject({ ended: false, generation: 0 });
    expect((await stored()).ended).toBeNull();
    expect((await engine.access(handle, USER)).effect).toBe('permit');
    expect(outcomeOf(await tokens.refresh([...tokensIn(answers)][0] as string))).toBe('permit rotated');
  });

  // the write happened, the answer did not arrive
  it('whose answer was lost is answered with the same successor', async () => {
    const { tokens, refresh_token, store, world, stored } = await scene();
    store.intercept = async (method, go) => {
      const answer = await go();
      if (method === 'replace') throw new Error('connection lost');
      return answer;
    };
    const lost = await tokens.refresh(refresh_token);
    expect(outcomeOf(lost)).toBe('indeterminate 503 temporarily_unavailable store_unavailable');
    store.intercept = null;
    const again = permitted(await tokens.refresh(refresh_token));
    const oncemore = permitted(await tokens.refresh(refresh_token));
    expect(again.refresh).toBe('replayed');
    expect(oncemore.response.refresh_token).toBe(again.response.refresh_token);
    expect((await stored()).refresh.generation).toBe(1);
    await world.advance(10 * SECOND);
    expect(outcomeOf(await tokens.refresh(again.response.refresh_token))).toBe('permit rotated');
  });

  // other logins live on
  it('with a token that was retired ends its session, and no other', async () => {
    const { tokens, refresh_token, world, engine, loggedIn, stored } = await scene();
    const other = await loggedIn();
    const { response } = permitted(await tokens.refresh(refresh_token));
    await world.advance(10 * SECOND);
    const reused = await tokens.refresh(refresh_token);
    expect(outcomeOf(reused)).toBe('deny 400 invalid_grant refresh_reused ended');
    expect((reused as TokenRefusal).body.generation).toBe(0);
    expect((await stored()).ended?.code).toBe('refresh_reused');
    expect(outcomeOf(await tokens.refresh(response.refresh_token))).toBe('deny 400 invalid_grant refresh_reused ended');
    expect(await tokens.introspect(response.access_token)).toEqual({ active: false });
    expect(outcomeOf(await tokens.refresh(other.refresh_token))).toBe('permit rotated');
    expect((await engine.access(other.handle, USER)).effect).toBe('permit');
  });

  it('is no activity: the session ends when nobody has been there for long enough', async () => {
    const { tokens, refresh_token, world } = await scene({ idleTimeout: '5m', tokens: { refreshGrace: 0 } });
    let current = refresh_token;
    for (let minute = 0; minute < 4; minute++) {
      await world.advance(MINUTE);
      const { response } = permitted(await tokens.refresh(current));
      expect(Number(claimsOf(response.access_token)['exp']) * SECOND).toBeLessThanOrEqual(
        1_700_000_000_000 + 5 * MINUTE,
      );
      current = response.refresh_token;
    }
    await world.advance(59 * SECOND);
    expect(outcomeOf(await tokens.refresh(current))).toBe('deny 400 invalid_grant idle_timeout ended');
  });

  it('and at the absolute limit, however busy they were', async () => {
    const { tokens, refresh_token, world, engine, handle } = await scene({ idleTimeout: '5m', absoluteTimeout: '10m' });
    let current = refresh_token;
    for (let minute = 0; minute < 9; minute++) {
      await world.advance(MINUTE);
      await engine.access(handle, USER);
      current = permitted(await tokens.refresh(current)).response.refresh_token;
    }
    await world.advance(59 * SECOND);
    expect(outcomeOf(await tokens.refresh(current))).toBe('deny 400 invalid_grant absolute_timeout ended');
  });

  it('tells the policy where it came from', async () => {
    const { tokens, refresh_token } = await scene({
      risk: [{ signal: 'country_changed', then: 'end', missing: 'changed' }],
    });
    expect((await tokens.refresh(refresh_token, { context: { country: 'FR' } })).effect).toBe('permit');
    const bound = await scene({ risk: [{ signal: 'country_changed', then: 'end' }] });
    await bound.engine.reauthenticate(bound.handle, { assuranceLevel: 'aal1', context: { country: 'FR' } });
    const moved = await bound.tokens.refresh(bound.refresh_token, { context: { country: 'DE' } });
    expect(outcomeOf(moved)).toBe('deny 400 invalid_grant country_changed ended');
  });
});

describe('a refresh token', () => {
  it('is good for the client that it was issued to, and at another ends nothing', async () => {
    const { make, session, stored, engine } = await scene();
    const tokens = make({ clientId: undefined as never });
    const { response } = permitted(await tokens.issue(session, { clientId: 'mobile' }));
    const wrong = await tokens.refresh(response.refresh_token, { clientId: 'web' });
    expect(outcomeOf(wrong)).toBe('deny 400 invalid_grant refresh_token_invalid');
    expect(await tokens.revoke(response.refresh_token, { clientId: 'web' })).toBeNull();
    expect(await tokens.revoke(response.access_token, { clientId: 'web' })).toBeNull();
    expect(await tokens.introspect(response.refresh_token, { clientId: 'web' })).toEqual({ active: false });
    expect((await stored()).ended).toBeNull();
    expect((await engine.peek(byId(session.id))).effect).toBe('permit');
    expect((await tokens.refresh(response.refresh_token, { clientId: 'mobile' })).effect).toBe('permit');
  });

  it('outlives a change of the secret, as long as the old one is still there', async () => {
    const { make, refresh_token } = await scene();
    const both = make({ refreshSecrets: [secret(2), secret(1)] });
    const { response } = permitted(await both.refresh(refresh_token));
    const after = make({ refreshSecrets: [secret(2)] });
    expect((await after.refresh(response.refresh_token)).effect).toBe('permit');
    expect(outcomeOf(await after.refresh(refresh_token))).toBe('deny 400 invalid_grant refresh_token_invalid');
  });

  it('is nowhere in the store, and neither is a secret', async () => {
    const { tokens, refresh_token, store } = await scene();
    const { response } = permitted(await tokens.refresh(refresh_token));
    const written = JSON.stringify(store.history);
    for (const token of [refresh_token, response.refresh_token, response.access_token]) {
      expect(written).not.toContain(token.split('.').at(-1));
    }
    expect(store.calls.replace).toBe(1);
  });

  it('is another for another issuer', async () => {
    const { engine, refresh_token, tokens } = await scene();
    const same = { engine, audience: AUDIENCE, clientId: CLIENT, signingKeys: [KEY], refreshSecrets: [secret(1)] };
    const elsewhere = createTokens({ ...same, issuer: `${ISSUER}/other` });
    expect(outcomeOf(await elsewhere.refresh(refresh_token))).toBe('deny 400 invalid_grant refresh_token_invalid');
    expect((await tokens.refresh(refresh_token)).effect).toBe('permit');
  });

  it('that says what was never issued refuses, and ends nothing', async () => {
    const { engine, refresh_token, tokens, store, session, stored } = await scene();
    const { response } = permitted(await tokens.refresh(refresh_token));
    // the store lost a write
    const [first] = store.history;
    store.intercept = (method, go) => (method === 'load' ? Promise.resolve([first]) : go());
    const lost = await tokens.refresh(response.refresh_token);
    expect(outcomeOf(lost)).toBe('deny 400 invalid_grant refresh_unknown');
    store.intercept = null;
    expect((await stored()).ended).toBeNull();
    expect((await engine.peek(byId(session.id))).effect).toBe('permit');
  });
});

describe('a revocation', () => {
  it.each(['refresh_token', 'access_token'] as const)('of a %s ends the session, once and for all', async (name) => {
    const client = await scene();
    const { tokens, stored, loggedIn } = client;
    const other = await loggedIn();
    expect(await tokens.revoke(client[name])).toBeNull();
    expect((await stored()).ended?.code).toBe('logout');
    expect(await tokens.revoke(client[name])).toBeNull();
    expect(outcomeOf(await tokens.refresh(client.refresh_token))).toBe('deny 400 invalid_grant logout ended');
    expect(await tokens.introspect(other.access_token)).toMatchObject({ active: true });
  });

  it('that nobody can confirm is not confirmed', async () => {
    const { tokens, store, refresh_token } = await scene();
    store.intercept = () => Promise.reject(new Error('connection lost'));
    const refusal = (await tokens.revoke(refresh_token)) as TokenRefusal;
    expect(outcomeOf(refusal)).toBe('indeterminate 503 temporarily_unavailable store_unavailable');
  });
});

describe('an introspection', () => {
  it('tells what a token is good for, and renews nothing', async () => {
    const { tokens, access_token, refresh_token, store, session } = await scene();
    const writes = store.calls.replace;
    expect(await tokens.introspect(access_token)).toEqual({
      ...claimsOf(access_token),
      active: true,
      token_type: 'Bearer',
    });
    expect(await tokens.introspect(refresh_token)).toMatchObject({ active: true, sid: session.id, client_id: CLIENT });
    expect(store.calls.replace).toBe(writes);
  });

  it('calls a token retired that would be refused, in its grace and after', async () => {
    const { tokens, refresh_token, world } = await scene();
    await tokens.refresh(refresh_token);
    expect(await tokens.introspect(refresh_token)).toMatchObject({ active: true });
    await world.advance(10 * SECOND);
    expect(await tokens.introspect(refresh_token)).toEqual({ active: false });
  });

  it('says nothing where nobody can tell', async () => {
    const { tokens, access_token, store } = await scene();
    store.intercept = () => Promise.reject(new Error('connection lost'));
    const answer = (await tokens.introspect(access_token)) as TokenRefusal;
    expect(outcomeOf(answer)).toBe('indeterminate 503 temporarily_unavailable store_unavailable');
  });
});

describe('what fails costs no session', () => {
  it.each(['end', 'lock'] as const)(
    'a refresh in the last second before the idle deadline, which is to %s',
    async (onIdle) => {
      const { tokens, engine, handle, refresh_token, world } = await scene({ idleTimeout: '15m', onIdle });
      await world.advance(14 * MINUTE + 58_500);
      const late = await tokens.refresh(refresh_token);
      expect(outcomeOf(late)).toBe('deny 400 invalid_grant session_ending');
      await engine.access(handle, USER);
      await world.advance(MINUTE);
      expect(outcomeOf(await tokens.refresh(refresh_token))).toBe('permit rotated');
    },
  );

  it('a hook that fails, claims that no token keeps, a token that becomes too long', async () => {
    const cases = [() => Promise.reject(new Error('away')), () => ({ big: 1n }), () => ({ long: 'x'.repeat(9_000) })];
    let claims: () => unknown = () => ({});
    const { tokens, refresh_token, world } = await scene({}, { claims: () => claims() });
    for (const wrong of cases) {
      claims = wrong;
      await expect(tokens.refresh(refresh_token)).rejects.toThrow();
      await world.advance(MINUTE);
    }
    claims = () => ({ scope: 'read' });
    expect(permitted(await tokens.refresh(refresh_token)).response.scope).toBe('read');
  });

  it('a key that cannot sign, or belongs to another pair', async () => {
    const { make, refresh_token, world } = await scene();
    const { d: _, ...isPublic } = KEY.privateKey;
    const other = await aKey('k2');
    const wrong = [
      { kid: 'k2', alg: 'ES256', privateKey: isPublic },
      { kid: 'k2', alg: 'ES256', privateKey: KEY.privateKey, publicKey: other.publicKey },
    ] as const;
    for (const key of wrong) {
      const tokens = make({ signingKeys: [key, KEY] });
      await expect(tokens.refresh(refresh_token)).rejects.toMatchObject({ code: 'signing_key_invalid' });
      await world.advance(MINUTE);
    }
    expect(outcomeOf(await make().refresh(refresh_token))).toBe('permit rotated');
  });

  it('a store that is away when it is asked first', async () => {
    const { tokens, store, refresh_token, world } = await scene({}, { claims: () => ({}) });
    store.intercept = () => Promise.reject(new Error('away'));
    expect(outcomeOf(await tokens.refresh(refresh_token))).toMatch(/^indeterminate 503/);
    store.intercept = null;
    await world.advance(MINUTE);
    expect(outcomeOf(await tokens.refresh(refresh_token))).toBe('permit rotated');
  });

  it('tokens issued after a step-up, with a refresh on its way', async () => {
    const { tokens, engine, handle, session, refresh_token, world } = await scene();
    await engine.reauthenticate(handle, { assuranceLevel: 'aal2' });
    const stepped = permitted(await tokens.issue(session));
    expect(claimsOf(stepped.response.access_token)['acr']).toBe('aal2');
    expect(outcomeOf(await tokens.refresh(refresh_token))).toBe('permit replayed');
    await world.advance(9 * MINUTE);
    expect(outcomeOf(await tokens.refresh(stepped.response.refresh_token))).toBe('permit rotated');
  });
});

it('a role that is taken away while the claims are made is not in the token', async () => {
  let meanwhile: () => Promise<unknown> = async () => undefined;
  const claims = async (session: Session) => {
    await meanwhile();
    return { role: session.attributes['role'] };
  };
  const { tokens, engine, world, loggedIn } = aService({}, { claims });
  const { session, refresh_token } = await loggedIn({ attributes: { role: 'admin' } });
  await world.advance(SECOND);
  meanwhile = async () => {
    meanwhile = async () => undefined;
    await engine.changeAttributes(byId(session.id), { role: 'user' });
  };
  const { response } = permitted(await tokens.refresh(refresh_token));
  expect(claimsOf(response.access_token)['role']).toBe('user');
});

it('the exposure after a shorter lifetime is that of the tokens that are out', async () => {
  const { tokens, engine, world } = await scene({ tokens: { accessLifetime: '10m' } });
  engine.use({ policy: policyWith({ tokens: { accessLifetime: '1m' } }) });
  expect(tokens.exposure().revocation).toBe(10 * MINUTE - SECOND);
  await world.advance(10 * MINUTE);
  expect(tokens.exposure().revocation).toBe(MINUTE);
});

it('a token that has expired still logs out', async () => {
  const { tokens, engine, access_token, handle, world } = await scene({ idleTimeout: '1h' });
  await world.advance(11 * MINUTE);
  expect(await tokens.verify(access_token)).toBeNull();
  expect(await tokens.revoke(access_token)).toBeNull();
  expect((await engine.access(handle, USER)).session?.ended?.code).toBe('logout');
});
