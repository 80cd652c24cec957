import type { Damaged, Envelope, Loaded, SessionStore, Watcher, WriteOutcome } from '../../src/engine/ports.js';
import type { Instant } from '../../src/index.js';
import type { StoreFixture } from '../../src/testing/store-contract.js';

type Shelf = Map<string, Envelope | Damaged>;

/** What several clients of one simple store share. */
interface Shared {
  readonly shelf: Shelf;
  readonly watchers: Set<Watcher>;
}

/** The methods of the simple store, to be overridden one at a time. */
export type Flaw = (store: SessionStore, shared: Shared) => Partial<SessionStore>;

/** A turn of the event loop, as every store behind a network needs: whoever checks before it and writes behind it races. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A store that keeps the contract with the least code: one map, looked at as a whole. */
function simpleStore({ shelf, watchers }: Shared): SessionStore {
  const replaceOne = (envelope: Envelope, announce: boolean): WriteOutcome => {
    const held = shelf.get(envelope.id);
    if (held === undefined || !('record' in held) || held.revision !== envelope.revision - 1) return 'conflict';
    shelf.set(envelope.id, { ...envelope, subject: held.subject });
    if (announce) for (const watcher of watchers) watcher.changed(envelope.id);
    return 'written';
  };
  return {
    async create(envelope) {
      await turn();
      if (shelf.has(envelope.id)) return 'conflict';
      shelf.set(envelope.id, { ...envelope });
      return 'written';
    },
    async load(ids) {
      await turn();
      return ids.map((id) => shelf.get(id) ?? null);
    },
    async replace(envelopes, { announce = false } = {}) {
      await turn();
      return envelopes.map((envelope) => replaceOne(envelope, announce));
    },
    async listBySubject(subject) {
      await turn();
      return [...shelf.values()].filter((held) => 'record' in held && held.subject === subject);
    },
    async purge(now, limit = 1_000) {
      await turn();
      const due = dueAt(shelf, now).slice(0, limit);
      for (const id of due) shelf.delete(id);
      return due.length;
    },
    now: async () => Date.now(),
    async watch(watcher) {
      const own = { ...watcher };
      watchers.add(own);
      return { check: turn, close: async () => void watchers.delete(own) };
    },
  };
}

export function dueAt(shelf: Shelf, now: Instant): string[] {
  return [...shelf.values()].flatMap((held) => ('record' in held && held.purgeAt <= now ? [held.id] : []));
}

/** A fixture with everything that a contract can ask for; each of its stores has the flaw. */
export async function simpleFixture(flaw: Flaw = () => ({})): Promise<StoreFixture> {
  const shared: Shared = { shelf: new Map(), watchers: new Set() };
  const client = (among: Shared): SessionStore => {
    const store = simpleStore(among);
    return { ...store, ...flaw(store, among) };
  };
  const away = async () => {
    throw new Error('connection refused');
  };
  const unreachable = { create: away, load: away, replace: away, listBySubject: away, purge: away, now: away };
  return {
    store: client(shared),
    secondStore: client(shared),
    otherStore: client({ shelf: new Map(), watchers: new Set() }),
    damages: [async (id) => void shared.shelf.set(id, { id, damage: 'not an envelope' })],
    unreachable: { ...unreachable, ...flaw(unreachable, shared) },
    cut: turn,
    close: async () => shared.shelf.clear(),
  };
}

async function oneByOne<T, Answer>(list: readonly T[], act: (item: T) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const item of list) answers.push(await act(item));
  return answers;
}

const lower = (text: string) => text.toLowerCase();

/** Stores that are broken in one way each, and the case of the contract that has to say so. */
export const BROKEN: Readonly<Record<string, { readonly flaw: Flaw; readonly caughtBy: RegExp }>> = {
  'creates by upsert': {
    flaw: (_, { shelf }) => ({
      create: async (envelope) => {
        shelf.set(envelope.id, envelope);
        return 'written';
      },
    }),
    caughtBy: /^create: the same id twice/,
  },
  'looks whether it may create, then creates': {
    flaw: (_, { shelf }) => ({
      create: async (envelope) => {
        const isTaken = shelf.has(envelope.id);
        await turn();
        if (isTaken) return 'conflict';
        shelf.set(envelope.id, envelope);
        return 'written';
      },
    }),
    caughtBy: /^parallel: of many creations/,
  },
  'looks at the revision, then writes': {
    flaw: (store, { shelf }) => ({
      replace: (envelopes) =>
        oneByOne(envelopes, async (envelope) => {
          const [held] = await store.load([envelope.id]);
          if (held === null || held === undefined || !('record' in held)) return 'conflict';
          if (held.revision !== envelope.revision - 1) return 'conflict';
          await turn();
          shelf.set(envelope.id, { ...envelope, subject: held.subject });
          return 'written';
        }),
    }),
    caughtBy: /^parallel: of many replacements/,
  },
  'guards itself with a lock of its own process': {
    flaw: (store, { shelf }) => {
      let last: Promise<unknown> = Promise.resolve();
      const locked = <T>(act: () => Promise<T>): Promise<T> => {
        const mine = last.then(act);
        last = mine.catch(() => undefined);
        return mine;
      };
      return {
        replace: (envelopes) =>
          oneByOne(envelopes, (envelope) =>
            locked(async () => {
              const [held] = await store.load([envelope.id]);
              if (held === null || held === undefined || !('record' in held)) return 'conflict';
              if (held.revision !== envelope.revision - 1) return 'conflict';
              await turn();
              shelf.set(envelope.id, { ...envelope, subject: held.subject });
              return 'written';
            }),
          ),
      };
    },
    caughtBy: /^two connections: of many replacements/,
  },
  'takes a lower revision for stale and a higher one for new': {
    flaw: (store, { shelf }) => ({
      replace: (envelopes) =>
        oneByOne(envelopes, async (envelope) => {
          const held = shelf.get(envelope.id);
          if (held === undefined || !('record' in held) || held.revision >= envelope.revision) return 'conflict';
          return (await store.replace([{ ...envelope, revision: held.revision + 1 }]))[0] ?? 'conflict';
        }),
    }),
    caughtBy: /^replace: a stale, repeated or future revision/,
  },
  'infers a miss by reading again': {
    flaw: (store, { shelf }) => ({
      replace: (envelopes) =>
        oneByOne(envelopes, async (envelope) => {
          const [outcome] = await store.replace([envelope]);
          const held = shelf.get(envelope.id);
          const looksWritten = held !== undefined && 'record' in held && held.record === envelope.record;
          return looksWritten ? 'written' : (outcome ?? 'conflict');
        }),
    }),
    caughtBy: /^replace: a miss is told as a miss/,
  },
  'takes identical content for a miss': {
    flaw: (store, { shelf }) => ({
      replace: (envelopes) =>
        oneByOne(envelopes, async (envelope) => {
          const held = shelf.get(envelope.id);
          const isSame = held !== undefined && 'record' in held && held.record === envelope.record;
          return isSame ? 'conflict' : ((await store.replace([envelope]))[0] ?? 'conflict');
        }),
    }),
    caughtBy: /^replace: a miss is told as a miss/,
  },
  'creates what it should replace': {
    flaw: (store, { shelf }) => ({
      replace: async (envelopes, options) => {
        const missing = envelopes.filter(({ id }) => !shelf.has(id));
        for (const envelope of missing) shelf.set(envelope.id, { ...envelope, revision: envelope.revision - 1 });
        return store.replace(envelopes, options);
      },
    }),
    caughtBy: /^removal: nothing writes back what has gone/,
  },
  'touches the time of removal on a conflict': {
    flaw: (store, { shelf }) => ({
      replace: async (envelopes, options) => {
        const outcomes = await store.replace(envelopes, options);
        for (const { id, purgeAt } of envelopes) {
          const held = shelf.get(id);
          if (held !== undefined && 'record' in held) shelf.set(id, { ...held, purgeAt });
        }
        return outcomes;
      },
    }),
    caughtBy: /^replace: a conflict leaves the time of removal alone/,
  },
  'keeps the time of removal of the creation': {
    flaw: (store, { shelf }) => ({
      replace: (envelopes, options) =>
        store.replace(
          envelopes.map((envelope) => {
            const held = shelf.get(envelope.id);
            return held !== undefined && 'record' in held ? { ...envelope, purgeAt: held.purgeAt } : envelope;
          }),
          options,
        ),
    }),
    caughtBy: /^removal: a replacement moves purgeAt both ways/,
  },
  'writes a list whole or not at all': {
    flaw: (store, { shelf }) => ({
      replace: async (envelopes, options) => {
        const fits = envelopes.every(({ id, revision }) => {
          const held = shelf.get(id);
          return held !== undefined && 'record' in held && held.revision === revision - 1;
        });
        return fits ? store.replace(envelopes, options) : envelopes.map(() => 'conflict' as const);
      },
    }),
    caughtBy: /^replace: each of a list has its own outcome/,
  },
  'answers in the order of its index': {
    flaw: (store) => ({ load: async (ids) => store.load([...ids].sort()) }),
    caughtBy: /^load: answers in the order/,
  },
  'leaves out what it does not have': {
    flaw: (store) => ({ load: async (ids) => (await store.load(ids)).filter((held) => held !== null) }),
    caughtBy: /^load: an unknown id is null/,
  },
  'hands out the object that it goes on to change': {
    flaw: (store, { shelf }) => ({
      replace: async (envelopes, options) => {
        const held = envelopes.map(({ id }) => shelf.get(id));
        const outcomes = await store.replace(envelopes, options);
        for (const [index, before] of held.entries()) {
          if (outcomes[index] === 'written' && before !== undefined) Object.assign(before, envelopes[index]);
        }
        return outcomes;
      },
    }),
    caughtBy: /^load: what it gave does not change/,
  },
  'keeps seconds': {
    flaw: (store) => ({
      create: (envelope) => store.create({ ...envelope, purgeAt: Math.floor(envelope.purgeAt / 1_000) * 1_000 }),
    }),
    caughtBy: /^load: gives purgeAt back to the millisecond/,
  },
  'trims records': {
    flaw: (store) => ({ create: (envelope) => store.create({ ...envelope, record: envelope.record.trimEnd() }) }),
    caughtBy: /^load: gives every record back/,
  },
  'compares subjects without case': {
    flaw: (_, { shelf }) => ({
      listBySubject: async (subject) => {
        return [...shelf.values()].filter((held) => 'record' in held && lower(held.subject) === lower(subject));
      },
    }),
    caughtBy: /^names: two different subjects never meet/,
  },
  'composes letters in ids': {
    flaw: (store) => ({
      create: (envelope) => store.create({ ...envelope, id: envelope.id.normalize('NFC') }),
      load: (ids) => store.load(ids.map((id) => id.normalize('NFC'))),
    }),
    caughtBy: /^names: two different ids never meet/,
  },
  'finds subjects by their beginning': {
    flaw: (_, { shelf }) => ({
      listBySubject: async (subject) => {
        return [...shelf.values()].filter((held) => 'record' in held && held.subject.startsWith(subject));
      },
    }),
    caughtBy: /^names: two different subjects never meet/,
  },
  'reads, changes and writes an index by subject': {
    flaw: (store, { shelf }) => {
      const index: Record<string, readonly string[]> = indexOf(shelf);
      return {
        create: async (envelope) => {
          const ids = index[envelope.subject] ?? [];
          const outcome = await store.create(envelope);
          index[envelope.subject] = [...ids, envelope.id];
          return outcome;
        },
        listBySubject: async (subject) => (await store.load(index[subject] ?? [])).filter((held) => held !== null),
      };
    },
    caughtBy: /^parallel: a list by subject misses no creation/,
  },
  'lists at most a hundred': {
    flaw: (store) => ({ listBySubject: async (subject) => (await store.listBySubject(subject)).slice(0, 100) }),
    caughtBy: /^lists of a thousand/,
  },
  'purges one millisecond early': {
    flaw: (store) => ({ purge: (now, limit) => store.purge(now + 1, limit) }),
    caughtBy: /^purge: goes at purgeAt exactly/,
  },
  'purges one millisecond late': {
    flaw: (store) => ({ purge: (now, limit) => store.purge(now - 1, limit) }),
    caughtBy: /^purge: goes at purgeAt exactly/,
  },
  'purges without a limit': {
    flaw: (store) => ({ purge: (now) => store.purge(now, Number.MAX_SAFE_INTEGER) }),
    caughtBy: /^purge: at most limit at a time/,
  },
  'leaves what it purged in the list': {
    flaw: (store, { shelf }) => {
      const listed = new Map<string, Loaded>();
      return {
        create: async (envelope) => {
          const outcome = await store.create(envelope);
          if (outcome === 'written') listed.set(envelope.id, envelope);
          return outcome;
        },
        listBySubject: async (subject) => {
          const held = [...listed.keys()].map((id) => shelf.get(id) ?? listed.get(id) ?? null);
          return held.filter((loaded) => loaded !== null && 'record' in loaded && loaded.subject === subject);
        },
      };
    },
    caughtBy: /^removal: what may go is gone/,
  },
  'takes a time that has passed for none': {
    flaw: (store) => ({
      create: (envelope) => store.create(envelope.purgeAt < Date.now() ? { ...envelope, purgeAt: 8.64e15 } : envelope),
    }),
    caughtBy: /^removal: a purgeAt that has passed/,
  },
  'tells a damaged record as absent': {
    flaw: (store) => ({
      load: async (ids) => (await store.load(ids)).map((held) => (held !== null && 'damage' in held ? null : held)),
    }),
    caughtBy: /^faults: a damaged record is told as damaged/,
  },
  'fails whole when one record is damaged': {
    flaw: (store) => ({
      load: async (ids) => {
        const loaded = await store.load(ids);
        if (loaded.some((held) => held !== null && 'damage' in held)) throw new Error('a record is damaged');
        return loaded;
      },
    }),
    caughtBy: /^faults: a damaged record harms no other/,
  },
  'answers null when the backend is away': {
    flaw: (store) => ({ load: (ids) => store.load(ids).catch(() => ids.map(() => null)) }),
    caughtBy: /^faults: a backend that is away/,
  },
  'shares what it holds between prefixes': {
    flaw: () => {
      const { shelf } = SHARED_BY_ALL;
      return { load: async (ids) => ids.map((id) => shelf.get(id) ?? null), create: async (envelope) => put(envelope) };
    },
    caughtBy: /^names: two prefixes/,
  },
  'counts seconds': {
    flaw: () => ({ now: async () => Math.floor(Date.now() / 1_000) }),
    caughtBy: /^faults: the clock of the backend/,
  },
  'announces what was a conflict': {
    flaw: (store, { watchers }) => ({
      replace: async (envelopes, options) => {
        const outcomes = await store.replace(envelopes);
        if (options?.announce === true) {
          for (const watcher of watchers) for (const { id } of envelopes) watcher.changed(id);
        }
        return outcomes;
      },
    }),
    caughtBy: /^watch: what is not announced/,
  },
  'checks before everything was told': {
    flaw: (store) => ({
      watch: (watcher) => {
        const changed = (id: string) =>
          void turn()
            .then(turn)
            .then(() => watcher.changed(id));
        return store.watch?.({ ...watcher, changed }) ?? Promise.reject(new Error('cannot watch'));
      },
    }),
    caughtBy: /^watch: check resolves when/,
  },
  'goes on telling after close': {
    flaw: (store) => ({
      watch: async (watcher) => {
        const watch = await store.watch?.(watcher);
        return { check: turn, close: async () => void watch };
      },
    }),
    caughtBy: /^watch: after close/,
  },
};

const SHARED_BY_ALL: { readonly shelf: Shelf } = { shelf: new Map() };

function put(envelope: Envelope): WriteOutcome {
  if (SHARED_BY_ALL.shelf.has(envelope.id)) return 'conflict';
  SHARED_BY_ALL.shelf.set(envelope.id, envelope);
  return 'written';
}

const INDEXES = new WeakMap<Shelf, Record<string, readonly string[]>>();

/** One index for every client of a shelf. */
function indexOf(shelf: Shelf): Record<string, readonly string[]> {
  const index = INDEXES.get(shelf) ?? Object.create(null);
  INDEXES.set(shelf, index);
  return index;
}
