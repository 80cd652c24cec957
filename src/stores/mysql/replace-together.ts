import type { Buffer } from 'node:buffer';
import type { Envelope } from '../../engine/ports.js';
import { numberOf } from '../sql/failure.js';
import { wholeNumber } from '../sql/row.js';
import { bytesFor, bytesOf, textOf } from './bytes.js';
import { ask, type Done, type MysqlClient } from './client.js';
import type { MysqlStatements } from './statements.js';

/** What is to be written under an id. */
export interface Write {
  readonly id: string;
  readonly key: Buffer;
  readonly record: Buffer;
  readonly revision: number;
  readonly purgeAt: number;
}

/** A statement looks each of its ids up in its list, so that the work grows with the square of this. */
const MOST = 100;
/** How often other writers may be first before the rest is written one by one. */
const ATTEMPTS = 4;
/** What a statement is refused with where a guard does not hold: a sum is out of range. */
const OUT_OF_RANGE = 1690;

/**
 * As they are sent.
 *
 * @throws CurfewError `store_value_invalid`
 */
export function writesOf(envelopes: readonly Envelope[]): readonly Write[] {
  return envelopes.map(({ id, record, revision, purgeAt }) => {
    return { id, key: bytesOf(id), record: bytesFor('record', record), revision, purgeAt };
  });
}

/**
 * Replaces many, each of which there is once, a hundred in a statement; the ids of those that were written.
 *
 * An update tells how many rows it found, not which: so it writes all of its rows or none, and only where some guard
 * does not hold it is looked which, and the others are written. Locks are held while the server works on a statement,
 * and not while it waits for us: a process that is frozen in between keeps nobody waiting.
 */
export async function replaceTogether(
  client: MysqlClient,
  sql: MysqlStatements,
  writes: readonly Write[],
): Promise<ReadonlySet<string>> {
  const written = new Set<string>();
  for (let start = 0; start < writes.length; start += MOST) {
    for (const { id } of await replacePiece(client, sql, writes.slice(start, start + MOST))) written.add(id);
  }
  return written;
}

async function replacePiece(
  client: MysqlClient,
  sql: MysqlStatements,
  piece: readonly Write[],
): Promise<readonly Write[]> {
  let due = piece;
  for (let attempt = 0; attempt < ATTEMPTS && due.length > 1; attempt++) {
    const count = await writeAll(client, sql, due);
    if (count === due.length) return due;
    const held = await revisionsOf(client, sql, due);
    // every row that there was is written; an id that was purged does not come back
    if (count !== null) return due.filter(({ id }) => held.has(id));
    due = due.filter(({ id, revision }) => held.get(id) === revision - 1);
  }
  return writeEach(client, sql, due);
}

/** Writes all of the rows that there are, and says how many; `null` if there is one whose guard does not hold. */
async function writeAll(client: MysqlClient, sql: MysqlStatements, due: readonly Write[]): Promise<number | null> {
  const values = [
    ...due.flatMap(({ key, record }) => [key, record]),
    ...due.flatMap(({ key, purgeAt }) => [key, purgeAt]),
    ...due.flatMap(({ key, revision }) => [key, revision - 1]),
    ...due.map(({ key }) => key),
  ];
  try {
    return (await ask<Done>(client, sql.replaceMany(due.length), values)).affectedRows;
  } catch (error) {
    if (numberOf(error) === OUT_OF_RANGE) return null;
    throw error;
  }
}

async function revisionsOf(
  client: MysqlClient,
  sql: MysqlStatements,
  due: readonly Write[],
): Promise<ReadonlyMap<string, number>> {
  const keys = due.map(({ key }) => key);
  const rows = await ask<readonly Held[]>(client, sql.revisions(keys.length), keys);
  return new Map(rows.map(({ id, revision }) => [String(textOf(id)), wholeNumber(revision)]));
}

interface Held {
  readonly id: unknown;
  readonly revision: unknown;
}

async function writeEach(client: MysqlClient, sql: MysqlStatements, due: readonly Write[]): Promise<readonly Write[]> {
  const written: Write[] = [];
  for (const write of due) {
    const { key, record, revision, purgeAt } = write;
    const values = [record, revision, purgeAt, key, revision];
    if ((await ask<Done>(client, sql.replaceOne, values)).affectedRows === 1) written.push(write);
  }
  return written;
}
