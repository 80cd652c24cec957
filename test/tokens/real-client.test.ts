import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Redis } from 'ioredis';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byId, createEngine, type Engine } from '../../src/engine/index.js';
import type { SessionStore } from '../../src/engine/ports.js';
import { memoryStore } from '../../src/stores/memory.js';
import { redisStore } from '../../src/stores/redis.js';
import { migrateSqlite, sqliteStore } from '../../src/stores/sqlite.js';
import { createTokens, type Tokens } from '../../src/tokens/index.js';
import { login, policyWith, USER } from '../engine/support.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisServer, startRedis } from '../servers/redis-server.js';
import { served } from './http-server.js';
import { AUDIENCE, KEY, permitted, secret } from './support.js';

const HTTP = { [oauth.allowInsecureRequests]: true };
const CLIENT: oauth.Client = { client_id: 'web' };
const API: oauth.Client = { client_id: 'api' };

/** Several processes behind one address: engines that share nothing but the store. */
async function deployment(stores: readonly SessionStore[], refreshGrace = '10m') {
  const nodes: { engine: Engine; tokens: Tokens }[] = [];
  let turn = 0;
  const { base, close } = await served((request) => {
    turn += 1;
    return (nodes[turn % nodes.length] as (typeof nodes)[number]).tokens.handle(request);
  });
  for (const store of stores) {
    const engine = createEngine({ policy: policyWith({ tokens: { refreshGrace } }), store, purgeEvery: 0 });
    const tokens = createTokens({
      engine,
      issuer: base,
      audience: AUDIENCE,
      signingKeys: [KEY],
      refreshSecrets: [secret(1)],
      authenticateClient: (request, form) =>
        request.headers.get('authorization') === `Basic ${btoa('api:s3cret')}`
          ? { clientId: 'api' }
          : { clientId: form.get('client_id') ?? '', isPublic: true },
    });
    nodes.push({ engine, tokens });
  }
  const [{ engine, tokens }] = nodes as [(typeof nodes)[number]];
  const server: oauth.AuthorizationServer = {
    issuer: base,
    token_endpoint: `${base}/token`,
    revocation_endpoint: `${base}/revoke`,
    introspection_endpoint: `${base}/introspect`,
    jwks_uri: `${base}/.well-known/jwks.json`,
  };
  return {
    engine,
    base,
    async loggedIn() {
      const { session, handle } = await login(engine);
      return { session, handle, ...permitted(await tokens.issue(session, { clientId: 'web' })).response };
    },
    async refresh(token: string, client = CLIENT) {
      const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), token, HTTP);
      return oauth.processRefreshTokenResponse(server, client, response);
    },
    async revoke(token: string) {
      return oauth.processRevocationResponse(await oauth.revocationRequest(server, CLIENT, oauth.None(), token, HTTP));
    },
    async introspect(token: string, password = 's3cret') {
      const proof = oauth.ClientSecretBasic(password);
      const response = await oauth.introspectionRequest(server, API, proof, token, HTTP);
      return oauth.processIntrospectionResponse(server, API, response);
    },
    validate(token: string) {
      const request = new Request(AUDIENCE, { headers: { authorization: `Bearer ${token}` } });
      return oauth.validateJwtAccessToken(server, request, AUDIENCE, HTTP);
    },
    async close() {
      await close();
      for (const node of nodes) await node.engine.close();
    },
  };
}

type Deployment = Awaited<ReturnType<typeof deployment>>;
type Stores = () => readonly SessionStore[] | Promise<readonly SessionStore[]>;

/** What a client library that knows nothing of this package makes of it. */
function cases(stores: Stores): void {
  let at: Deployment;
  beforeAll(async () => {
    at = await deployment(await stores());
  });
  afterAll(() => at.close());

  it('refreshes, validates, introspects and revokes', async () => {
    const { access_token, refresh_token, session } = await at.loggedIn();
    expect(await at.validate(access_token)).toMatchObject({ sub: 'alice', client_id: 'web', sid: session.id });
    const next = await at.refresh(refresh_token);
    expect(next.token_type).toBe('bearer');
    expect(next.expires_in).toBeGreaterThan(0);
    expect(await at.validate(next.access_token)).toMatchObject({ acr: 'aal1' });
    expect(await at.introspect(next.access_token)).toMatchObject({ active: true, sub: 'alice', client_id: 'web' });
    await at.revoke(String(next.refresh_token));
    expect(await at.introspect(next.access_token)).toEqual({ active: false });
    await expect(at.refresh(String(next.refresh_token))).rejects.toMatchObject({
      status: 400,
      error: 'invalid_grant',
      cause: { code: 'logout', ended: true },
    });
  });

  it('twenty refreshes at once are all given the same successor', async () => {
    const { refresh_token, handle } = await at.loggedIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => at.refresh(refresh_token)));
    const [successor, ...others] = new Set(answers.map((answer) => answer.refresh_token));
    expect(others).toEqual([]);
    for (const { access_token } of answers) expect(await at.validate(access_token)).toMatchObject({ sub: 'alice' });
    expect((await at.engine.access(handle, USER)).effect).toBe('permit');
    expect((await at.refresh(String(successor))).refresh_token).toBe(successor);
  });

  it('a logout between two refreshes holds', async () => {
    const { refresh_token, session } = await at.loggedIn();
    const asked = Array.from({ length: 6 }, () => at.refresh(refresh_token).catch((error) => error));
    await at.engine.end(byId(session.id));
    await Promise.all(asked);
    await expect(at.refresh(refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
  });
}

describe('oauth4webapi, over memory', () => {
  cases(() => {
    const store = memoryStore();
    return [store, store, store];
  });

  it('without a grace, the losers of a race are not told invalid_grant', async () => {
    const store = memoryStore();
    let isRace = false;
    let arrived = 0;
    let open: () => void = () => undefined;
    const all = new Promise<void>((resolve) => {
      open = resolve;
    });
    // each looks twice, whether there is time for a token and whether its own is good; nobody writes before both have
    const raced = (): SessionStore => {
      let looks = 0;
      return {
        ...store,
        async load(ids) {
          const loaded = await store.load(ids);
          if (!isRace) return loaded;
          looks += 1;
          if (looks === 2) arrived += 1;
          if (arrived === 2) open();
          if (looks === 2) await all;
          return loaded;
        },
      };
    };
    const at = await deployment([raced(), raced()], '0s');
    const { refresh_token, handle } = await at.loggedIn();
    isRace = true;
    const outcomes = await Promise.all([0, 1].map(() => at.refresh(refresh_token).catch((error) => error)));
    expect(outcomes.filter(({ refresh_token: successor }) => successor !== undefined)).toHaveLength(1);
    expect(outcomes.find(({ error }) => error !== undefined)).toMatchObject({
      status: 409,
      error: 'curfew_superseded',
      cause: { code: 'refresh_superseded', ended: false, generation: 0 },
    });
    expect((await at.engine.access(handle, USER)).effect).toBe('permit');
    await at.close();
  });

  it('who is wrong about its secret is challenged in the scheme that it used', async () => {
    const store = memoryStore();
    const at = await deployment([store]);
    const { access_token } = await at.loggedIn();
    await expect(at.introspect(access_token, 'wrong')).rejects.toMatchObject({ status: 401 });
    await at.close();
  });
});

describe('oauth4webapi, over SQLite', () => {
  let folder: string;
  const open: Database.Database[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'curfew-tokens-'));
  });
  afterAll(async () => {
    for (const database of open) database.close();
    await rm(folder, { recursive: true, force: true });
  });
  cases(async () => {
    const stores: SessionStore[] = [];
    for (let index = 0; index < 3; index++) {
      const database = new Database(join(folder, 'sessions.db'));
      database.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 1000');
      await migrateSqlite(database);
      open.push(database);
      stores.push(sqliteStore(database));
    }
    return stores;
  });
});

describeWith(REDIS, 'oauth4webapi, over Redis', () => {
  let server: RedisServer;
  const clients: Redis[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await server.stop();
  });
  cases(() => {
    for (let index = 0; index < 3; index++) clients.push(new Redis(server.port, '127.0.0.1'));
    return clients.map((client) => redisStore(client));
  });
});
