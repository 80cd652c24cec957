import type { Envelope, ReplaceOptions, SessionStore, Watch, Watcher } from '../../src/engine/ports.js';
import { memoryStore } from '../../src/stores/memory.js';
import { aPromise, aWorld, login, policyWith, type TestStore, testStore, USER } from './support.js';

/** A store that tells of changes when the test lets it. */
export interface WatchingStore extends TestStore {
  readonly watchers: Watcher[];
  /** Announced and not told yet. */
  readonly pending: string[];
  /** Whether announcements are told at once. */
  isQuick: boolean;
  /** Tells what is pending. */
  deliver(): void;
  /** What becomes of the next checks. */
  check: 'passes' | 'rejects' | 'hangs' | 'waits';
  readonly checks: () => number;
  /** Lets the checks that wait pass. */
  pass(): void;
  /** The channel breaks, and says so; announcements are dropped until it is up again. */
  breakDown(): void;
  /** The channel breaks without a word. */
  goDeaf(): void;
  comeUp(): void;
  readonly closed: () => number;
}

export function watchingStore(): WatchingStore {
  const watchers: Watcher[] = [];
  const pending: string[] = [];
  let isUp = true;
  let isDeaf = false;
  let checks = 0;
  let closed = 0;
  let waiting: (() => void)[] = [];
  const base = memoryStore();
  const announcing: SessionStore = {
    ...base,
    async replace(envelopes: readonly Envelope[], options?: ReplaceOptions) {
      const outcomes = await base.replace(envelopes, options);
      if (options?.announce !== true || !isUp || isDeaf) return outcomes;
      for (const [index, { id }] of envelopes.entries()) if (outcomes[index] === 'written') pending.push(id);
      if (store.isQuick) store.deliver();
      return outcomes;
    },
    async watch(watcher: Watcher): Promise<Watch> {
      watchers.push(watcher);
      return {
        async check() {
          checks += 1;
          if (store.check === 'hangs') return new Promise<never>(() => undefined);
          if (store.check === 'waits') {
            const wait = aPromise();
            waiting.push(() => wait.resolve());
            await wait.promise;
          }
          if (store.check === 'rejects' || !isUp) throw new Error('the channel is down');
          store.deliver();
        },
        async close() {
          closed += 1;
        },
      };
    },
  };
  const store: WatchingStore = Object.assign(testStore(announcing), {
    watchers,
    pending,
    isQuick: true,
    check: 'passes' as WatchingStore['check'],
    checks: () => checks,
    closed: () => closed,
    deliver() {
      for (const id of pending.splice(0)) for (const watcher of watchers) watcher.changed(id);
    },
    pass() {
      for (const one of waiting) one();
      waiting = [];
    },
    breakDown() {
      isUp = false;
      pending.length = 0;
      for (const watcher of watchers) watcher.lost();
    },
    goDeaf() {
      isDeaf = true;
      store.check = 'hangs';
    },
    comeUp() {
      isUp = true;
      isDeaf = false;
      store.check = 'passes';
    },
  });
  return store;
}

/** A policy for what a cache must not decide by itself. */
export const CACHED_POLICY = policyWith({ operations: { pay: {} }, risk: [{ signal: 'odd', then: 'challenge' }] });

/** A session that one engine has in its memory, and that another made. */
export async function cachedScene(options: { readonly remember?: number } = {}) {
  const world = aWorld();
  const store = watchingStore();
  const cached = world.engine({ store, policy: CACHED_POLICY, cache: true, ...options });
  const other = world.engine({ store, policy: CACHED_POLICY });
  await world.settle();
  const { handle, session } = await login(other);
  /** How many sessions a task asked the store for. */
  const loads = async (task: () => Promise<unknown>) => {
    const before = store.counts.loaded;
    await task();
    return store.counts.loaded - before;
  };
  const access = () => cached.access(handle, USER);
  await access();
  await world.advance(1);
  return { world, store, cached, other, handle, session, loads, access };
}
