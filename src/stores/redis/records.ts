import type { Envelope, Loaded, WriteOutcome } from '../../engine/ports.js';
import type { RedisConnection, Replicas } from './connection.js';
import { expiryOf, headOf, nameOf, parseValue, textOf } from './encoding.js';
import { isReply, REPLACE, run } from './scripts.js';

/** So many sessions a script: it is over within a millisecond, and nobody waits longer for the server. */
const A_SCRIPT = 200;
/** So many keys an MGET. */
const A_READ = 1_000;
const OTHER_TYPE = 'the key holds no text';

/** Session records, one key each. */
export interface Records {
  create(envelope: Envelope): Promise<WriteOutcome>;
  load(ids: readonly string[]): Promise<readonly Loaded[]>;
  replace(envelopes: readonly Envelope[], options: ReplaceWays): Promise<readonly WriteOutcome[]>;
}

/** How records are replaced. */
export interface ReplaceWays {
  /** Where to announce what was written, or `''`. */
  readonly channel: string;
  /** How many replicas must have it before it counts, or `null`. */
  readonly replicas: Replicas | null;
}

export function sessionRecords(connection: RedisConnection, prefix: string): Records {
  const keyOf = (id: string) => prefix + nameOf(id);
  return {
    async create(envelope) {
      const key = keyOf(envelope.id);
      const expiry = expiryOf(envelope.purgeAt);
      const words = ['SET', key, textOf(envelope), 'NX', ...(expiry === '' ? [] : ['PXAT', expiry])];
      return (await connection.send(key, words)) === null ? 'conflict' : 'written';
    },
    async load(ids) {
      if (connection.isCluster) return loadEach(connection, ids, keyOf);
      if (ids.length <= A_READ) return ids.length === 0 ? [] : loadTogether(connection, ids, keyOf);
      const pieces = Array.from({ length: Math.ceil(ids.length / A_READ) }, (_, at) =>
        ids.slice(at * A_READ, (at + 1) * A_READ),
      );
      return (await Promise.all(pieces.map((piece) => loadTogether(connection, piece, keyOf)))).flat();
    },
    async replace(envelopes, { channel, replicas }) {
      const pieces = scriptsFor(envelopes, connection.isCluster ? 1 : A_SCRIPT);
      const answers = await Promise.all(
        pieces.map((piece) => {
          const args = [
            channel,
            connection.isCluster ? 'node' : '',
            ...piece.flatMap((envelope) => replacement(envelope, channel)),
          ];
          return run(connection, REPLACE, { keys: piece.map(({ id }) => keyOf(id)), args, replicas });
        }),
      );
      return answers.flatMap((answer) => (answer as readonly unknown[]).map(outcomeOf));
    },
  };
}

function replacement(envelope: Envelope, channel: string): string[] {
  const { id, revision, purgeAt, record } = envelope;
  return [String(revision - 1), headOf(envelope), expiryOf(purgeAt), record, channel === '' ? '' : nameOf(id)];
}

function outcomeOf(answer: unknown): WriteOutcome {
  return Number(answer) === 1 ? 'written' : 'conflict';
}

/** One MGET, which cannot tell a key of another type from none: what it does not find is counted, all at once. */
async function loadTogether(
  connection: RedisConnection,
  ids: readonly string[],
  keyOf: (id: string) => string,
): Promise<readonly Loaded[]> {
  const values = (await connection.send(null, ['MGET', ...ids.map(keyOf)])) as readonly unknown[];
  const missing = ids.filter((_, at) => values[at] === null);
  const odd = missing.length === 0 ? new Set() : await ofAnotherType(connection, missing, keyOf);
  return ids.map((id, at) => {
    if (values[at] !== null) return parseValue(id, values[at]);
    return odd.has(id) ? { id, damage: OTHER_TYPE } : null;
  });
}

async function ofAnotherType(
  connection: RedisConnection,
  ids: readonly string[],
  keyOf: (id: string) => string,
): Promise<ReadonlySet<unknown>> {
  if (Number(await connection.send(null, ['EXISTS', ...ids.map(keyOf)])) === 0) return new Set();
  const types = await Promise.all(ids.map((id) => connection.send(null, ['TYPE', keyOf(id)])));
  // `string`: it was created since
  return new Set(ids.filter((_, at) => !['none', 'string'].includes(String(types[at]))));
}

/** One GET each, in one turn, so that each node gets all of its own together. */
function loadEach(
  connection: RedisConnection,
  ids: readonly string[],
  keyOf: (id: string) => string,
): Promise<readonly Loaded[]> {
  const loadOne = async (id: string): Promise<Loaded> => {
    try {
      const value = await connection.send(keyOf(id), ['GET', keyOf(id)]);
      return value === null ? null : parseValue(id, value);
    } catch (error) {
      if (isReply(error, 'WRONGTYPE')) return { id, damage: OTHER_TYPE };
      throw error;
    }
  };
  return Promise.all(ids.map(loadOne));
}

/** Cuts a list, also before an id that the piece already has: a script reads everything before it writes anything. */
function scriptsFor(envelopes: readonly Envelope[], most: number): readonly (readonly Envelope[])[] {
  const pieces: Envelope[][] = [];
  let ids = new Set<string>();
  for (const envelope of envelopes) {
    const piece = pieces.at(-1);
    if (piece === undefined || piece.length >= most || ids.has(envelope.id)) {
      pieces.push([envelope]);
      ids = new Set([envelope.id]);
    } else {
      piece.push(envelope);
      ids.add(envelope.id);
    }
  }
  return pieces;
}
