import { afterEach, describe, expect, it } from 'vitest';
import type { GatewayOptions } from '../../src/server/index.js';
import { aGateway, type Json, policyWith, raw, type TestGateway } from './support.js';

const MINUTE = 60_000;
const open: TestGateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

async function world(options: Partial<GatewayOptions> = {}) {
  const gateway = await aGateway(options);
  open.push(gateway);
  const login = async (login: Json = {}) => {
    const { body } = await gateway.call('/v1/sessions', { subject: 'alice', ...login });
    return `session=${body.handle}`;
  };
  const ask = (headers: Record<string, string | string[]>, path = '/auth', method = 'GET') =>
    raw(gateway.port, method, path, headers);
  const nginx = (url: string, more: Record<string, string | string[]> = {}, method = 'GET') =>
    ask({ 'x-original-uri': url, 'x-original-method': method, ...more });
  return { gateway, login, ask, nginx };
}

const codeOf = ({ body }: { body: string }) => JSON.parse(body).code as string;

describe('each proxy in its own words', () => {
  it('nginx: X-Original-*, and nothing of the others', async () => {
    const { login, ask, nginx } = await world();
    const cookie = await login();
    expect((await nginx('/inbox', { cookie })).status).toBe(200);
    expect((await nginx('/payments/7', { cookie }, 'POST')).status).toBe(401);
    const forwarded = { 'x-forwarded-uri': '/inbox', 'x-forwarded-method': 'GET', cookie };
    expect((await nginx('/payments/7', forwarded, 'POST')).status).toBe(401);
    expect([(await ask(forwarded)).status, codeOf(await ask(forwarded))]).toEqual([400, 'original_missing']);
  });

  it('Traefik: X-Forwarded-Method and X-Forwarded-Uri', async () => {
    const { login, ask } = await world({ proxy: 'traefik' });
    const cookie = await login();
    const to = (url: string, method: string) => ({ 'x-forwarded-uri': url, 'x-forwarded-method': method, cookie });
    expect((await ask(to('/inbox', 'GET'))).status).toBe(200);
    expect((await ask({ ...to('/payments/7', 'POST'), 'x-original-uri': '/inbox' })).status).toBe(401);
  });

  it('Envoy: the method, and the path behind the prefix', async () => {
    const { login, ask } = await world({ proxy: 'envoy' });
    const cookie = await login();
    expect((await ask({ cookie, 'x-original-uri': '/inbox' }, '/auth/payments/7?a=b', 'POST')).status).toBe(401);
    expect((await ask({ cookie }, '/auth/inbox', 'POST')).status).toBe(200);
    for (const path of ['/auth', '/auth/', '/auth?x=1']) expect((await ask({ cookie }, path)).status).toBe(200);
    expect((await ask({ cookie }, '/authority')).status).toBe(404);
    const two = await ask({ cookie: 'session=a; session=b' }, '/auth/inbox');
    expect([two.status, codeOf(two)]).toEqual([400, 'credential_malformed']);
  });

  it('refuses what is told twice, or is no address', async () => {
    const { login, nginx, ask } = await world();
    const cookie = await login();
    expect((await nginx('http://other/inbox', { cookie })).status).toBe(400);
    const twice = { 'x-original-uri': ['/inbox', '/payments/7'], 'x-original-method': 'POST', cookie };
    expect((await ask(twice)).status).toBe(400);
    expect((await nginx('/a,b', { cookie })).status).toBe(200);
    // nginx would make a 500 of a 400
    expect((await nginx('/inbox', { cookie: 'session=a; session=b' })).status).toBe(401);
    expect((await nginx('/inbox', { authorization: ['Bearer a', 'Bearer b'] })).status).toBe(401);
  });
});

describe('who is believed', () => {
  it('answers no stranger, whatever they bring', async () => {
    const { login, nginx } = await world({ trustProxies: ['10.0.0.1'] });
    const refused = await nginx('/inbox', { cookie: await login() });
    expect([refused.status, codeOf(refused)]).toEqual([403, 'proxy_untrusted']);
  });

  it('takes the address from the proxy, and binds the session to it', async () => {
    const risk = [{ signal: 'ip_changed', then: 'end' }] as const;
    const { login, nginx, gateway } = await world({ policy: policyWith({ risk: [...risk] }) });
    const cookie = await login({ context: { ip: '203.0.113.7' } });
    const from = (ip: string) => nginx('/inbox', { cookie, 'x-forwarded-for': ip });
    expect((await from('203.0.113.7')).status).toBe(200);
    expect((await from('198.51.100.1, 203.0.113.7')).status, 'what stands further left is hearsay').toBe(200);
    expect((await from('203.0.113.8')).headers['curfew-code']).toBe('ip_changed');
    expect((await from('203.0.113.7')).status, 'and an end is final').toBe(401);
    expect(JSON.stringify(gateway.lines)).not.toContain('203.0.113');
  });
});

describe('what a permit says', () => {
  it('says who it is in a header, whatever the subject is', async () => {
    const { login, nginx } = await world();
    for (const subject of ['a b', 'é\r\nX-Curfew-Subject: root', '100%', '日本']) {
      const { headers } = await nginx('/inbox', { cookie: await login({ subject }) });
      expect(decodeURIComponent(headers['x-curfew-subject'] ?? '')).toBe(subject);
      expect(headers['x-curfew-subject']).toMatch(/^[!-~]+$/);
    }
  });

  it('takes a handle as a bearer token too, and never both', async () => {
    const { login, nginx } = await world();
    const cookie = await login();
    const authorization = `Bearer ${cookie.slice('session='.length)}`;
    expect((await nginx('/inbox', { authorization })).status).toBe(200);
    expect((await nginx('/inbox', { authorization, cookie })).status).toBe(401);
  });

  it('lets a proxy keep it only where it was told so, for no operation, and never past the end', async () => {
    const reauthenticated = { assuranceLevel: 'aal2' };
    const { gateway, login, nginx } = await world({ keepPermits: '2s' });
    const cookie = await login(reauthenticated);
    const kept = async (url: string, method = 'GET') =>
      (await nginx(url, { cookie }, method)).headers['x-accel-expires'];
    expect(await kept('/inbox')).toBe('2');
    expect(await kept('/payments/7', 'POST')).toBeUndefined();
    gateway.clock.advance(15 * MINUTE - 3_000);
    expect(await kept('/inbox')).toBe('2');
    gateway.clock.advance(1);
    expect(await kept('/inbox')).toBeUndefined();
    const usual = await world();
    const other = await usual.nginx('/inbox', { cookie: await usual.login() });
    expect([other.status, other.headers['x-accel-expires']]).toEqual([200, undefined]);
  });
});
