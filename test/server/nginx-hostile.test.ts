import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../servers/available.js';
import {
  aFolder,
  aGateway,
  KEYS,
  NGINX,
  ROOT,
  raw,
  type Served,
  startNginx,
  startService,
  type TestGateway,
} from './support.js';

const RECIPE = 'docs/recipes/gateway/nginx.conf';

describeWith(NGINX, 'what nginx and the service read otherwise', () => {
  let gateway: TestGateway;
  let service: Served;
  let plain: Served;
  let cached: Served;
  let cookie: string;
  const folder = aFolder();

  beforeAll(async () => {
    gateway = await aGateway({ keepPermits: '2s' });
    service = await startService(gateway.url);
    const ports = { 7447: gateway.port, 8000: service.port };
    plain = await startNginx(RECIPE, ports);
    cached = await startNginx(relative(ROOT, folder.write('cached.conf', withCache(folder.path))), ports);
    cookie = `session=${(await gateway.call('/v1/sessions', { subject: 'alice' })).body.handle}; a=b`;
  });
  afterAll(async () => {
    await cached?.stop();
    await plain?.stop();
    await service?.stop();
    await gateway?.close();
    folder.remove();
  });

  it.each(['/login/..;/admin', '/login-admin', '/login/', '/account/x/..%2f..%2flogin;/admin', '/login/%2e%2e;/admin'])(
    'lets nobody past the question by a path that begins as the login does: %s',
    async (path) => expect((await raw(plain.port, 'GET', path)).status).toBe(401),
  );

  it('hands on the login by its name alone, whatever was sent, and no header of a client that claims to be somebody', async () => {
    const forged = { 'x-curfew-subject': 'root', 'x-curfew-session': 'forged', 'x-curfew-remaining': '9' };
    const { status, body } = await raw(plain.port, 'GET', '/account/x/..%2f..%2flogin?next=/', forged);
    expect([status, JSON.parse(body).path]).toEqual([200, '/login?next=/']);
    expect(Object.keys(JSON.parse(body).headers).filter((name) => /curfew/i.test(name))).toEqual([]);
  });

  it('does not ask at `/auth` for a client that says by itself what was asked for', async () => {
    const said = { cookie, 'x-original-uri': '/inbox', 'x-original-method': 'GET' };
    const { status, headers } = await raw(plain.port, 'GET', '/auth/../session', said);
    expect([status, headers['x-curfew-subject']]).toEqual([200, undefined]);
  });

  it.each(['//a.test/payments/1', '/x#/../payments/1', '/x%2fy/%2e%2e/payments/1', '/payments/x//../1'])(
    'asks for the second factor, or refuses: %s',
    async (path) => expect([401, 403]).toContain((await raw(plain.port, 'POST', path, { cookie })).status),
  );

  describe.each([
    ['|', '|'],
    ['a line break that is written out', '\\n'],
    ['a tab', '\t'],
  ])('with permits that nginx keeps, parts set apart by %s', (_, between) => {
    it('keeps no permit of a page for a payment', async () => {
      const rest = between.repeat(16);
      const paying = [cookie, '', 'POST', '/payments/1', '127.0.0.1'].join(between);
      const page = ['', '', 'GET', '/open', '127.0.0.1'].join(between);
      const first = await raw(cached.port, 'GET', '/open', { cookie: `${paying}${rest}Z` });
      expect(first.status).toBe(200);
      const second = await raw(cached.port, 'POST', '/payments/1', { cookie, 'x-moz': `Z${page}${rest}` });
      expect(second.status).toBe(401);
    });
  });

  it('keeps the permit of a page', async () => {
    const before = await asked(gateway);
    for (const _ of [1, 2, 3]) expect((await raw(cached.port, 'GET', '/kept', { cookie })).status).toBe(200);
    expect((await asked(gateway)) - before).toBeLessThan(3);
  });
});

/** The recipe, with what the page says of permits that are kept. */
function withCache(path: string): string {
  const page = readFileSync(join(ROOT, 'docs/gateway.md'), 'utf8');
  const [zone = '', rest = ''] = (/```nginx\n(proxy_cache_path.*?)```/s.exec(page)?.[1] ?? '').split(/\n#.*\n/);
  const recipe = readFileSync(join(ROOT, RECIPE), 'utf8');
  return `${zone.replace('/var/cache/nginx/curfew', join(path, 'cache'))}\n${recipe.replace('internal;', () => `internal;\n${rest}`)}`;
}

/** How many times the gateway was asked. */
async function asked({ url }: TestGateway): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${KEYS.metrics}` } });
  return Number(/auth_seconds_count (\d+)/.exec(await response.text())?.[1]);
}
