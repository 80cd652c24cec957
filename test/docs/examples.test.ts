import { PGlite } from '@electric-sql/pglite';
import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { generateKeyPair } from 'jose';
import ts from 'typescript';
import { expect, it } from 'vitest';
import * as compliance from '../../src/compliance/index.js';
import * as engine from '../../src/engine/index.js';
import * as embedded from '../../src/frameworks/embedded.js';
import * as fetching from '../../src/frameworks/fetch.js';
import * as next from '../../src/frameworks/next.js';
import * as http from '../../src/http/index.js';
import * as curfew from '../../src/index.js';
import * as jobs from '../../src/jobs/index.js';
import * as oidc from '../../src/oidc/index.js';
import * as replay from '../../src/replay/index.js';
import * as server from '../../src/server/index.js';
import * as signals from '../../src/signals/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { migratePostgres, postgresStore } from '../../src/stores/postgres.js';
import { migrateSqlite, sqliteStore } from '../../src/stores/sqlite.js';
import * as testing from '../../src/testing/index.js';
import { systemClock } from '../../src/time/clock.js';
import * as tokenNames from '../../src/tokens/index.js';
import { AUDIENCE, ISSUER, KEY, secret } from '../tokens/support.js';
import { OBSERVE } from './observe-examples.js';
import { publicNames } from './public-names.js';

const STORES = ['memory', 'sqlite', 'redis', 'postgres', 'mysql'].map((name) => `src/stores/${name}.ts`);
const FRAMEWORKS = [
  'fetch',
  'express',
  'fastify',
  'hono',
  'koa',
  'next',
  'nest',
  'embedded',
  'bullmq',
  'websocket',
].map((name) => `src/frameworks/${name}.ts`);
const FACES = [
  ...FRAMEWORKS,
  'src/index.ts',
  'src/engine/index.ts',
  'src/http/index.ts',
  'src/tokens/index.ts',
  'src/jobs/index.ts',
  'src/signals/index.ts',
  'src/oidc/index.ts',
  'src/testing/index.ts',
  'src/compliance/index.ts',
  'src/replay/index.ts',
  'src/observe/index.ts',
  'src/server/index.ts',
  ...STORES,
];
const NAMES = publicNames(FACES);

/** What an example may take for granted: a policy, a session, a moment. */
function surroundings() {
  const policy = curfew.definePolicy({
    id: 'customer-web',
    idleTimeout: '15m',
    absoluteTimeout: '8h',
    conditions: [{ when: { attributes: { role: ['admin'] } }, idleTimeout: '5m' }],
  });
  const stricter = curfew.definePolicy({ id: 'stricter', idleTimeout: '5m', absoluteTimeout: '8h' });
  const session = curfew.startSession(policy, { id: 's-0', subject: 'alice', at: 0 });
  const newcomer = curfew.startSession(policy, { id: 's-9', subject: 'alice', at: 1_000 });
  const now = 60_000;
  const event = { type: 'access', at: now, activity: 'user' };
  const row = { record: JSON.stringify(session) };
  const nothing = () => undefined;
  const store = memoryStore();
  const engineOfNow = engine.createEngine({ policy, store, purgeEvery: 0 });
  const made = { issuer: ISSUER, audience: AUDIENCE, signingKeys: [KEY], refreshSecrets: [secret(1)] };
  const tokens = tokenNames.createTokens({ engine: engineOfNow, clientId: 'web', ...made });
  class Database extends BetterSqlite3 {
    constructor() {
      super(':memory:');
    }
  }
  return {
    given: {
      policy,
      stricter,
      session,
      sessions: [session],
      newcomer,
      now,
      event,
      row,
      cutOffs: 0,
      store,
      engine: engineOfNow,
      tokens,
      ...made,
      Database,
      Pool: PGlite,
    },
    spied: {
      save: nothing,
      response: { appendHeader: nothing },
      test: (_name: string, run: () => void) => run(),
      it: (_name: string, run: () => void) => run(),
    },
  };
}

const AsyncFunction = (async () => undefined).constructor as new (
  ...parts: string[]
) => (...values: unknown[]) => Promise<void>;

/** Runs an example; a line `expression; // => value` must hold. */
async function run(example: string): Promise<void> {
  const code = example.replace(/^```\w*$/gm, '').replace(/^import .*;$/gm, '');
  const checked = code.replace(/^(\s*)(?!const|let)(.+?);?\s*\/\/ => (.+)$/gm, '$1expect($2).toEqual($3);');
  const declared = checked.replace(/^(\s*(?:const|let) (\w+) = .+?;)\s*\/\/ => (.+)$/gm, '$1 expect($2).toEqual($3);');
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, alwaysStrict: false };
  const { outputText } = ts.transpileModule(`run = async () => {${declared}\n};`, { compilerOptions: options });
  const { given, spied } = surroundings();
  const stores = { memoryStore, migratePostgres, migrateSqlite, postgresStore, sqliteStore, systemClock };
  const scope = {
    ...curfew,
    ...engine,
    ...http,
    ...tokenNames,
    ...jobs,
    ...signals,
    generateKeyPair,
    ...oidc,
    ...embedded,
    ...fetching,
    ...next,
    ...stores,
    ...testing,
    ...compliance,
    ...replay,
    ...OBSERVE,
    ...server,
    ...given,
    ...spied,
    expect,
    fc,
  };
  // in a function of its own, an example may declare a name that the surroundings hold
  await new AsyncFunction(...Object.keys(scope), `let run; ${outputText}; await run();`)(...Object.values(scope));
}

it.each(NAMES.map((one) => [one.name, one] as const))('%s says what it means', (_, { comment, file }) => {
  expect(comment.length, `a doc comment in ${file}`).toBeGreaterThan(15);
});

const values = NAMES.filter(({ isValue }) => isValue);

it.each(values.map((one) => [one.name, one] as const))('%s shows an example', (_, { examples, file }) => {
  expect(examples.length, `an @example in ${file}`).toBeGreaterThan(0);
});

// Redis and MySQL need a server to connect to: test/stores runs what their examples show against real ones.
const SERVERS = [
  'src/stores/redis.ts',
  'src/stores/mysql.ts',
  'src/oidc/redis-values.ts',
  ...FRAMEWORKS.filter((file) => !/fetch|next/.test(file)),
  'src/testing/framework-contract.ts',
];
const runnable = values.filter(({ file }) => !SERVERS.includes(file));

it.each(runnable.flatMap(({ name, examples }) => examples.map((example) => [name, example] as const)))(
  'the example of %s runs',
  async (_, example) => {
    await run(example);
  },
);
