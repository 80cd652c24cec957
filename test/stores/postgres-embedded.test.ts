import { PGlite } from '@electric-sql/pglite';
import { afterAll, describe, expect, it } from 'vitest';
import type { PostgresListener } from '../../src/stores/postgres/guarded.js';
import { migratePostgres, postgresStore } from '../../src/stores/postgres.js';
import { storeContract } from '../../src/testing/store-contract.js';
import { envelope, next, sqlStoreCases } from '../servers/sql-cases.js';

const database = await PGlite.create();
const closed = await PGlite.create();
await closed.close();
afterAll(() => database.close());

/** PGlite is one connection, which hears itself. */
async function listener(): Promise<PostgresListener> {
  let stop = () => {};
  return {
    query: (text, values) => database.query(text, values),
    on(event: string, heard: (message: never) => void) {
      if (event !== 'notification') return;
      stop = database.onNotification((channel, payload) => heard({ channel, payload } as never));
    },
    release: () => stop(),
  };
}

/** PGlite 0.5 takes a byte order mark from the beginning of every text it hands out. When it no longer does, these say so. */
const MARKS = [
  'load: gives every record back character by character',
  'names: two different ids never meet, whatever their characters',
  'names: two different subjects never meet, whatever their characters',
];

describe('the PostgreSQL store on an embedded PGlite keeps the contract', () => {
  let count = 0;
  async function makeStore() {
    count += 1;
    const [table, others] = [`contract_${count}`, `others_${count}`];
    await migratePostgres(database, { table });
    await migratePostgres(database, { table: others });
    const damage = (what: string) => async (id: string) => {
      await database.query(`UPDATE ${table} SET ${what} WHERE id = $1`, [id]);
    };
    return {
      store: postgresStore(database, { table, listen: listener }),
      otherStore: postgresStore(database, { table: others }),
      unreachable: postgresStore(closed, { table }),
      damages: ['revision = 0', 'revision = -7', 'purge_at = -1', 'purge_at = 4611686018427387904'].map(damage),
      close: async () => void (await database.exec(`DROP TABLE ${table}, ${others}`)),
    };
  }
  const without = {
    secondStore: 'PGlite is one connection',
    cut: 'PGlite has no connection that could break',
  };
  for (const { name, run } of storeContract({ makeStore, without })) {
    if (MARKS.includes(name)) it.fails(`${name} (but for a byte order mark)`, run);
    else it(name, run);
  }
});

describe('the PostgreSQL store on an embedded PGlite', () => {
  const store = postgresStore(database);
  sqlStoreCases(
    () => ({
      store,
      other: postgresStore(database),
      missing: postgresStore(database, { table: 'nowhere' }),
      migrate: () => migratePostgres(database),
      execute: (statement) => database.exec(statement.replaceAll('TABLE', 'curfew_sessions')),
    }),
    { dropsMarks: true },
  );

  it('announces without anybody who could listen', async () => {
    const one = envelope();
    await store.create(one);
    expect(await store.replace([next(one)], { announce: true })).toEqual(['written']);
    expect(store.watch).toBeUndefined();
  });
});
