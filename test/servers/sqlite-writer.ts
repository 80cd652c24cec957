// A process of its own that replaces the same sessions as others do, and prints how many of its writes took place.
import Database from 'better-sqlite3';
import type { Envelope } from '../../src/engine/ports.js';
import { sqliteStore } from '../../src/stores/sqlite.js';

const ROUNDS = 300;
const [file, ...ids] = process.argv.slice(2);
const database = new Database(file);
database.exec('PRAGMA busy_timeout = 5000');
const store = sqliteStore(database);
let written = 0;
for (let round = 0; round < ROUNDS; round++) {
  const loaded = (await store.load(ids)) as readonly Envelope[];
  const outcomes = await store.replace(loaded.map((one) => ({ ...one, revision: one.revision + 1 })));
  written += outcomes.filter((outcome) => outcome === 'written').length;
}
database.close();
console.log(written);
