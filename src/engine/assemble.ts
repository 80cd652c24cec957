import type { Policy } from '../core/policy.js';
import type { Clock } from '../time/clock.js';
import type { Timers } from '../time/timer.js';
import { activityLog } from './activity.js';
import { clockGuard } from './clock-guard.js';
import { type Flusher, flusher as makeFlusher } from './flush.js';
import { following } from './following.js';
import { batchedLoads } from './loads.js';
import type { Policies } from './merging.js';
import { checkPolicies, defaultRecordEvery, type EngineNumbers, type EngineOptions, readOptions } from './options.js';
import { purge } from './purge.js';
import { recentSessions } from './recent.js';
import { systemRandom } from './secrets.js';
import type { Shell } from './shell.js';

/** How many sessions travel in one load. */
const LOAD_BATCH = 512;
/** How often the last activity is written where writing it fails. */
const CLOSING_ATTEMPTS = 8;

export interface Assembled {
  readonly shell: Shell;
  readonly numbers: EngineNumbers;
  readonly flusher: Flusher;
  use(policies: { readonly policy?: Policy; readonly candidate?: Policy | null }): void;
  purge(): Promise<number>;
  watch(sessionId: string, changed: () => void): () => void;
  /** Whether all of the activity is in the store. */
  close(): Promise<boolean>;
}

/** Puts the parts of an engine together. */
export function assemble(options: EngineOptions & { readonly clock: Clock; readonly timers: Timers }): Assembled {
  const numbers = readOptions(options);
  const { store, clock, timers, random = systemRandom, observer = null } = options;
  const { storeTimeout, remember } = numbers;
  let policies: Policies = { policy: options.policy, candidate: options.candidate ?? null };
  const monotonic = () => clock.monotonic?.() ?? clock.now();
  const recent = recentSessions(remember, monotonic);
  const settings = { ...numbers, recordEvery: numbers.recordEvery ?? defaultRecordEvery(policies.policy) };
  let inForce = settings;
  let isClosed = false;
  const flusher = makeFlusher(() => shell);
  const shell: Shell = {
    policies: () => policies,
    settings: () => inForce,
    store,
    clock,
    guard: clockGuard({ clock, store, timers, timeout: storeTimeout, leeway: () => policies.policy.clockLeeway }),
    timers,
    random,
    load: batchedLoads(store, timers, storeTimeout, LOAD_BATCH),
    recent,
    activity: activityLog({ policies: () => policies, monotonic, questions: recent.questions }),
    turns: new Map(),
    isWatched: () => hasCache && follows.isTold(),
    changed: (id) => follows.changed(id),
    wake: flusher.wake,
    writeNow: flusher.writeNow,
    observer,
    monotonic,
  };
  const hasCache = Boolean(options.cache);
  const follows = following(shell, numbers, hasCache);
  const purging = new Set<Promise<number>>();
  const purgeOnce = () => {
    const mine = purge(shell, () => isClosed).finally(() => purging.delete(mine));
    purging.add(mine);
    return mine;
  };
  const stopPurging = purgeNowAndThen(shell, numbers.purgeEvery, purgeOnce);
  return {
    shell,
    numbers,
    flusher,
    use(next) {
      const { policy = policies.policy, candidate = policies.candidate } = next ?? {};
      checkPolicies(policy, candidate);
      const recordEvery = numbers.recordEvery ?? defaultRecordEvery(policy);
      policies = { policy, candidate };
      if (!isClosed) inForce = { ...settings, recordEvery };
      // what may wait under one policy may be too late under another
      void flusher.flush();
    },
    purge: purgeOnce,
    watch: follows.watch,
    async close() {
      stopPurging();
      flusher.stop();
      // the last requests may still be on their way: what they do is written before they are answered
      isClosed = true;
      inForce = { ...inForce, recordEvery: 0 };
      const isWritten = await flushed(shell, flusher);
      await Promise.all(purging);
      await follows.close();
      return isWritten;
    },
  };
}

/** Writes everything, and tries again what fails for about as long as a store may take to answer. */
async function flushed({ timers, settings }: Shell, { flush }: Flusher): Promise<boolean> {
  for (let attempt = 1; attempt < CLOSING_ATTEMPTS; attempt++) {
    if (await flush()) return true;
    await new Promise<void>((resolve) => timers.after(settings().storeTimeout / CLOSING_ATTEMPTS, resolve));
  }
  return flush();
}

function purgeNowAndThen({ timers }: Shell, every: number, purgeOnce: () => Promise<number>): () => void {
  if (every === 0) return () => undefined;
  let cancel: () => void = () => undefined;
  let isStopped = false;
  const wait = () => {
    if (isStopped) return;
    cancel = timers.after(every, () => {
      void purgeOnce().then(wait);
    });
  };
  wait();
  return () => {
    isStopped = true;
    cancel();
  };
}
