import type { Watch, Watcher } from '../../engine/ports.js';
import type { Timers } from '../../time/timer.js';
import type { RedisConnection, RedisNode } from './connection.js';
import { idOf } from './encoding.js';
import { NODES, primariesIn } from './primaries.js';
import { isReply } from './scripts.js';
import { type Subscriber, subscribe } from './subscriber.js';

/** The only node there is, where there is no Cluster. */
const ONLY = '';

/** Where announcements come from, and who is told. */
export interface Announcing {
  /** Its name is also a key that nobody ever writes. */
  readonly channel: string;
  readonly watcher: Watcher;
  readonly timers: Timers;
  /** Whether the one server there is takes writes, each time it has been asked. */
  readonly takesWrites: (isPrimary: boolean) => void;
}

/** The primaries that are listened to. */
interface Subscribers {
  readonly open: ReadonlyMap<string, Subscriber>;
  add(primary: string, node: RedisNode): Promise<void>;
  letGo(primary: string, subscriber: Subscriber): Promise<void>;
  /** From now on it is believed that everything is heard: a primary that is added later is told as a loss. */
  believe(): void;
  close(): Promise<void>;
}

/**
 * Listens to what the scripts announce: in a Cluster at every primary, each on a channel of its own, because a node
 * hands its own messages out in order, but passes them on to other nodes without a promise.
 *
 * A connection that broke is not repaired behind our back: `check` opens a new one, and fails until there is one.
 */
export async function watchChannel(
  connection: RedisConnection,
  nodes: () => Promise<readonly RedisNode[]>,
  announcing: Announcing,
): Promise<Watch> {
  const subscribers = createSubscribers(announcing);
  const { isCluster } = connection;
  let isClosed = false;
  let opening: Promise<void> | null = null;
  const open = async () => {
    // those that are new see what nobody else knew of
    while (await hasGrown(connection, nodes, subscribers));
  };
  // one at a time, however many ask
  const ensureOpen = () => {
    opening ??= open().finally(() => {
      opening = null;
    });
    return opening;
  };
  await ensureOpen();
  return {
    async check() {
      if (isClosed) throw new Error('the watch was closed');
      await ensureOpen();
      // a node of a Cluster that is no primary any more has said so
      await Promise.all([fenceOf(subscribers), isCluster ? null : writes(connection, announcing)]);
    },
    async close() {
      isClosed = true;
      announcing.takesWrites(true);
      await subscribers.close();
    },
  };
}

/** Listens to the primaries that nobody listens to yet; whether there were any. */
async function hasGrown(
  connection: RedisConnection,
  nodes: () => Promise<readonly RedisNode[]>,
  subscribers: Subscribers,
): Promise<boolean> {
  const primaries = connection.isCluster ? await primariesOf(connection, subscribers) : new Set([ONLY]);
  const others = [...subscribers.open].filter(([primary]) => !primaries.has(primary));
  await Promise.all(others.map(([primary, subscriber]) => subscribers.letGo(primary, subscriber)));
  const missing = new Set([...primaries].filter((primary) => !subscribers.open.has(primary)));
  if (missing.size === 0) return false;
  for (const node of await nodes()) {
    const id = await identityOf(connection, node);
    if (id !== null && missing.delete(id)) await subscribers.add(id, node);
  }
  if (missing.size > 0) throw new Error('a primary cannot be listened to');
  return true;
}

function createSubscribers({ channel, watcher, timers }: Announcing): Subscribers {
  const open = new Map<string, Subscriber>();
  let isClosed = false;
  /** Whether a watcher has been given reason to believe that it hears everything. */
  let isBelieved = false;
  const lost = () => {
    isBelieved = false;
    watcher.lost();
  };
  const letGo = async (primary: string, subscriber: Subscriber) => {
    if (open.get(primary) === subscriber) {
      open.delete(primary);
      lost();
    }
    // it may be broken already, and there is nothing left to do about it
    await subscriber.close().catch(() => {});
  };
  const heard = (text: string) => (isClosed ? undefined : tell(watcher, text));
  return {
    open,
    letGo,
    believe() {
      isBelieved = true;
    },
    async add(primary, node) {
      const hearing = { timers, heard, broke: () => void letGo(primary, subscriber) };
      const subscriber = await subscribe(node, primary === ONLY ? channel : `${channel}:${primary}`, hearing);
      if (isClosed) return subscriber.close();
      open.set(primary, subscriber);
      // what it announced before, nobody has heard
      if (isBelieved) lost();
    },
    async close() {
      isClosed = true;
      const subscribers = [...open.values()];
      open.clear();
      await Promise.all(subscribers.map((subscriber) => subscriber.close()));
    },
  };
}

function tell(watcher: Watcher, text: string): void {
  for (const name of text.split(' ')) watcher.changed(idOf(name));
}

async function fenceOf({ open, believe }: Subscribers): Promise<void> {
  believe();
  await Promise.all([...open.values()].map((subscriber) => subscriber.fence()));
}

/** What each of them answers; one that does not is let go of. */
function askEach({ open, letGo }: Subscribers, words: readonly string[]): Promise<readonly unknown[]> {
  const asked = async ([primary, subscriber]: readonly [string, Subscriber]) => {
    const giveUp = (error: unknown) => letGo(primary, subscriber).then(() => Promise.reject(error));
    return subscriber.ask(words).catch(giveUp);
  };
  return Promise.all([...open].map(asked));
}

/** Each primary is asked for what it knows: the one that gives a slot away is the first to know who gets it. */
async function primariesOf(connection: RedisConnection, subscribers: Subscribers): Promise<ReadonlySet<string>> {
  const answers = await askEach(subscribers, NODES);
  const heard = answers.length > 0 ? answers : [await connection.send(null, NODES)];
  return new Set(heard.flatMap((answer) => primariesIn(String(answer))));
}

/** `null` for a node that does not answer: it may be the one that failed. */
async function identityOf(connection: RedisConnection, node: RedisNode): Promise<string | null> {
  if (!connection.isCluster) return ONLY;
  return node.send(['CLUSTER', 'MYID']).then(String, () => null);
}

/** Asks for a write that changes nothing: a server that was made a replica refuses it, and may be behind. */
async function writes({ send }: RedisConnection, { channel, takesWrites }: Announcing): Promise<void> {
  try {
    await send(channel, ['DEL', channel]);
    takesWrites(true);
  } catch (error) {
    if (isReply(error, 'READONLY')) takesWrites(false);
    throw error;
  }
}
