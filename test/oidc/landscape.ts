import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { exportJWK, generateKeyPair } from 'jose';
import type { Provider } from 'oidc-provider';
import { createClient } from 'redis';
import { vi } from 'vitest';
import { application } from '../../docs/recipes/single-sign-on/application.js';
import { provider as makeProvider } from '../../docs/recipes/single-sign-on/provider.js';
import { createEngine, type SessionStore } from '../../src/engine/index.js';
import { definePolicy, type PolicyDocument } from '../../src/index.js';
import { redisValues } from '../../src/oidc/index.js';
import { redisStore } from '../../src/stores/redis.js';
import { freePort } from '../servers/free-port.js';
import { startRedis } from '../servers/redis-server.js';
import type { Browser, Page } from './browser.js';

export const NAMES = ['mail', 'wiki'] as const;
export type Name = (typeof NAMES)[number];

/** A provider, two applications, one Redis: all of them real, over HTTP on this host. */
export type Landscape = Awaited<ReturnType<typeof aLandscape>>;

export interface LandscapeOptions {
  readonly organisation?: Partial<PolicyDocument>;
  readonly applications?: Partial<PolicyDocument>;
}

export async function aLandscape(options: LandscapeOptions = {}) {
  const redis = await startRedis();
  const client = await createClient({ url: redis.url })
    .on('error', () => undefined)
    .connect();
  // the provider and its client know no clock but the host's: all of them move when a test says so
  vi.useFakeTimers({ toFake: ['Date'] });
  const clock = { now: () => Date.now() };
  const organisationPolicy = definePolicy({
    id: 'organisation',
    idleTimeout: '30m',
    absoluteTimeout: '12h',
    ...options.organisation,
  } as PolicyDocument);
  const organisationStore = storeWithoutClock(redisStore(client, { prefix: 'organisation:' }));
  const organisation = createEngine({ policy: organisationPolicy, store: organisationStore, clock, purgeEvery: 0 });
  const ports = { provider: await freePort(), mail: await freePort(), wiki: await freePort() };
  const origins = { mail: `http://127.0.0.1:${ports.mail}`, wiki: `http://127.0.0.1:${ports.wiki}` };
  const issuer = `http://127.0.0.1:${ports.provider}`;
  const clients = NAMES.map((name) => ({
    client_id: name,
    client_secret: `secret of ${name}, long enough`,
    redirect_uris: [`${origins[name]}/callback`],
    post_logout_redirect_uris: [`${origins[name]}/bye`],
    backchannel_logout_uri: `${origins[name]}/backchannel`,
    backchannel_logout_session_required: true,
    token_endpoint_auth_method: 'client_secret_post' as const,
  }));
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const keys = { keys: [{ ...(await exportJWK(privateKey)), kid: 'p1', alg: 'RS256', use: 'sig' }] };
  const op = makeProvider({ issuer, clients, organisation, keys: keys as never, cookieKeys: ['one'], fetch: anywhere });
  const told: string[] = [];
  op.on('backchannel.success', (_ctx, { clientId }) => void told.push(`${clientId} done`));
  op.on('backchannel.error', (_ctx, error, { clientId }) => void told.push(`${clientId} ${error.message}`));
  const failures: Error[] = [];
  op.on('server_error', (_ctx, error) => void failures.push(error));
  const servers = [await listen(createServer(withInteractions(op)), ports.provider)];
  const application_ = (name: Name) =>
    application({
      issuer: new URL(issuer),
      origin: origins[name],
      client: { id: name, secret: `secret of ${name}, long enough` },
      policies: { organisation: organisationPolicy, application: policyOf(name, options.applications) },
      stores: {
        organisation: organisationStore,
        application: storeWithoutClock(redisStore(client, { prefix: `${name}:` })),
      },
      values: redisValues(client),
      clock,
    });
  const apps = { mail: await application_('mail'), wiki: await application_('wiki') };
  for (const name of NAMES) {
    servers.push(
      await listen(createAdaptorServer({ fetch: (request) => apps[name].fetch(request) }) as Server, ports[name]),
    );
  }
  return {
    redis,
    client,
    /** Lets time pass, for everybody but Redis. */
    advance: (milliseconds: number) => void vi.setSystemTime(Date.now() + milliseconds),
    organisation,
    issuer,
    origins,
    apps,
    told,
    failures,
    /** Opens an application's page, and logs in as somebody where the provider asks who it is. */
    async open(browser: Browser, name: Name, as = 'alice', path = '/') {
      const page = await browser.visit(origins[name] + path);
      return isAsked(page) ? browser.submit(page.url.href, { account: as }) : page;
    },
    async close() {
      for (const server of servers) server.closeAllConnections();
      for (const server of servers) await new Promise((resolve) => server.close(resolve));
      for (const name of NAMES) await apps[name].close();
      await organisation.close();
      client.destroy();
      await redis.stop();
      vi.useRealTimers();
    },
  };
}

/** Whether the provider asks who it is. */
export function isAsked({ url }: Page): boolean {
  return url.pathname.startsWith('/interaction/');
}

/** The form of the provider's page that asks whether to log out, sent with a yes. */
export function confirmLogout(browser: Browser, page: Page): Promise<Page> {
  const action = /action="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  return browser.submit(action, { xsrf, logout: 'yes' });
}

function policyOf(name: Name, part: Partial<PolicyDocument> = {}) {
  return definePolicy({
    id: name,
    idleTimeout: '2h',
    absoluteTimeout: '24h',
    operations: { pay: { authenticatedWithin: '5m' } },
    ...part,
  } as PolicyDocument);
}

function withInteractions(op: Provider) {
  const answer = op.callback();
  return async (request: Parameters<typeof answer>[0], response: Parameters<typeof answer>[1]) => {
    const isPage = request.url?.startsWith('/interaction/') === true;
    if (!isPage) return void answer(request, response);
    if (request.method !== 'POST') return void response.end('Who are you?');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const accountId = new URLSearchParams(Buffer.concat(chunks).toString()).get('account') ?? '';
    await op.interactionFinished(request, response, { login: { accountId } });
  };
}

function listen(server: Server, port: number): Promise<Server> {
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** Redis's own clock goes on as it is, and an engine would see that. */
function storeWithoutClock({ now: _now, ...store }: SessionStore): SessionStore {
  return store;
}

/** Without the provider's guard against addresses that are not public. */
function anywhere(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, dispatcher: undefined } as RequestInit);
}
