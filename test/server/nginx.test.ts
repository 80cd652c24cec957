import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers/available.js';
import { aGateway, KEYS, NGINX, raw, type Served, startNginx, startService, type TestGateway } from './support.js';

const MINUTE = 60_000;
const PERSON = { 'curfew-activity': 'user' };

describeWith(NGINX, 'behind a real nginx, a service in Python', () => {
  let gateway: TestGateway;
  let service: Served;
  let nginx: Served;

  beforeAll(async () => {
    gateway = await aGateway();
    service = await startService(gateway.url);
    nginx = await startNginx('docs/recipes/gateway/nginx.conf', { 7447: gateway.port, 8000: service.port });
  });
  afterAll(async () => {
    await nginx?.stop();
    await service?.stop();
    await gateway?.close();
  });

  const login = async (name = 'alice', password = 'wonderland') => {
    const response = await fetch(`${nginx.url}/login`, { method: 'POST', body: JSON.stringify({ name, password }) });
    return cookieOf(response);
  };
  const get = (path: string, cookie: string, headers: Record<string, string> = PERSON) =>
    fetch(nginx.url + path, { headers: { cookie, ...headers } });
  const pay = (cookie: string, path = '/payments/7') =>
    fetch(nginx.url + path, { method: 'POST', headers: { cookie, ...PERSON }, body: '{"amount":1}' });

  it('asks for a login, and lets in who has one', async () => {
    const nobody = await fetch(`${nginx.url}/inbox`);
    expect(nobody.status).toBe(401);
    expect(nobody.headers.get('www-authenticate')).toBe('Bearer realm="session"');
    expect(nobody.headers.get('curfew-code')).toBe('credential_missing');
    const response = await get('/inbox', await login());
    expect(response.status).toBe(200);
    expect(response.headers.get('curfew-session')).toMatch(/^state=active, remaining-ms=900000/);
    expect(response.headers.get('curfew-policy')).toBe(gateway.engine.policy().fingerprint);
    expect(await response.json()).toMatchObject({ path: '/inbox', subject: 'alice' });
  });

  it('ends a session that nobody used, and says why', async () => {
    const cookie = await login();
    gateway.clock.advance(15 * MINUTE - 1);
    expect((await get('/inbox', cookie, {})).status).toBe(200);
    gateway.clock.advance(1);
    const late = await get('/inbox', cookie);
    expect([late.status, late.headers.get('curfew-code')]).toEqual([401, 'idle_timeout']);
    expect(late.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('keeps a session alive for a person, and not for a poll', async () => {
    const cookie = await login();
    for (let round = 0; round < 3; round++) {
      gateway.clock.advance(14 * MINUTE);
      expect((await get('/inbox', cookie)).status).toBe(200);
    }
    gateway.clock.advance(14 * MINUTE);
    expect((await get('/poll', cookie, {})).status).toBe(200);
    gateway.clock.advance(1 * MINUTE);
    expect((await get('/poll', cookie, {})).status).toBe(401);
  });

  it('refuses at once what an administrator has ended', async () => {
    const cookie = await login();
    const answer = await get('/inbox', cookie);
    const id = (await answer.json()).headers['X-Curfew-Session'];
    expect((await gateway.call(`/v1/sessions/${id}/end`, { code: 'account_disabled' }, KEYS.admin)).status).toBe(200);
    const refused = await get('/inbox', cookie);
    expect([refused.status, refused.headers.get('curfew-code')]).toEqual([401, 'account_disabled']);
  });

  it('asks for a second factor, and renews the cookie when it was given', async () => {
    const cookie = await login();
    const challenged = await pay(cookie);
    expect(challenged.status).toBe(401);
    expect(challenged.headers.get('www-authenticate')).toMatch(
      /error="insufficient_user_authentication".*acr_values="aal2".*max_age="300"/,
    );
    const proved = await fetch(`${nginx.url}/login/code`, {
      method: 'POST',
      headers: { cookie },
      body: JSON.stringify({ name: 'alice', code: '314159' }),
    });
    const renewed = cookieOf(proved);
    expect(renewed).not.toBe(cookie);
    expect((await pay(renewed)).status).toBe(200);
    gateway.clock.advance(11_000);
    expect((await pay(cookie)).status, 'the old handle, after its grace').toBe(401);
    gateway.clock.advance(5 * MINUTE);
    expect((await pay(renewed)).status, 'a proof that is too old').toBe(401);
    expect((await get('/inbox', renewed)).status, 'and the session goes on').toBe(200);
  });

  it.each(['/payments/%37', '/PAYMENTS/7', '//payments/7', '/x/../payments/7', '/payments/7/', '/payments/7?a=/b'])(
    'asks for the second factor however the path is written: %s',
    async (path) => {
      const { status } = await raw(nginx.port, 'POST', path, { cookie: await login() });
      expect([401, 403]).toContain(status);
    },
  );

  it('believes nothing that a client writes into the headers of the proxy', async () => {
    const forged = {
      'x-original-uri': '/inbox',
      'x-original-method': 'GET',
      'x-forwarded-uri': '/inbox',
      'x-forwarded-method': 'GET',
      'x-forwarded-for': '198.51.100.1',
      'x-curfew-subject': 'root',
      'x-curfew-session': 'AAAAAAAAAAAAAAAAAAAAAA',
    };
    const cookie = await login();
    expect((await fetch(`${nginx.url}/inbox`, { headers: forged })).status).toBe(401);
    const paying = await fetch(`${nginx.url}/payments/7`, { method: 'POST', headers: { cookie, ...forged } });
    expect(paying.status).toBe(401);
    const seen = await (await get('/inbox', cookie, { ...PERSON, ...forged })).json();
    expect(seen.subject).toBe('alice');
    expect(seen.headers['X-Curfew-Session']).not.toBe(forged['x-curfew-session']);
    const [listed] = (await gateway.call('/v1/subjects/alice/sessions', undefined, KEYS.admin)).body.sessions;
    expect(listed.context.ip).toBe('127.0.0.1');
    expect((await fetch(`${nginx.url}/login`, { headers: forged }).then((one) => one.json())).subject).toBeNull();
  });

  it('tells a page of its session, and logs out', async () => {
    const cookie = await login();
    expect(await (await get('/session', cookie, {})).json()).toMatchObject({ state: 'active', remainingMs: 900_000 });
    const gone = await fetch(`${nginx.url}/session/logout`, { method: 'POST', headers: { cookie } });
    expect(gone.status).toBe(204);
    expect(gone.headers.get('set-cookie')).toMatch(/^session=; Max-Age=0/);
    expect((await get('/inbox', cookie)).status).toBe(401);
  });

  it('says that nobody can tell while the gateway is away, and logs nobody out', async () => {
    const other = await aGateway();
    const alone = await startNginx('docs/recipes/gateway/nginx.conf', { 7447: other.port, 8000: service.port });
    await other.close();
    const response = await fetch(`${alone.url}/inbox`, { headers: { cookie: 'session=any' } });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    await alone.stop();
  });
});

function cookieOf(response: Response): string {
  return (response.headers.getSetCookie()[0] ?? '').split(';', 1)[0] as string;
}
