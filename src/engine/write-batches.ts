import { type Due, isDueNow } from './activity.js';
import { fault } from './faults.js';
import type { Held } from './held.js';
import { called } from './loads.js';
import { envelopeOf, heldAs } from './retention.js';
import type { Shell } from './shell.js';
import { tellFault } from './tell.js';
import { within } from './time-limit.js';

/** How many sessions travel in one call. */
export const BATCH = 256;
/** How often another writer may be first before a flush leaves it for later. */
const ROUNDS = 8;

/** Writes one session's activity; the answer names the sessions of which somebody else wrote first. */
export type Write = (id: string) => Promise<ReadonlySet<string>>;

/** How activity gets into the store. */
export interface Writes {
  /** Writes it before it is acknowledged, unless what was being written made that needless. */
  urgent: Write;
  /** Writes all that there is. */
  all: Write;
}

interface Batch {
  readonly ids: Set<string>;
  readonly done: Promise<Outcome>;
  isSent: boolean;
}

/** Writes sessions; what is asked for in one turn of the event loop travels together. */
export function batchedWrites(shell: () => Shell): Writes {
  const writing = new Map<string, { readonly batch: Batch; readonly lost: Promise<ReadonlySet<string>> }>();
  let open: Batch | null = null;

  function added(id: string): Promise<ReadonlySet<string>> {
    if (open === null || open.isSent || open.ids.size >= BATCH) {
      open = newBatch(shell, (ids) => {
        for (const one of ids) writing.delete(one);
      });
    }
    const batch = open;
    batch.ids.add(id);
    const lost = batch.done.then(({ lost, failed }) => {
      if (failed.has(id)) throw failed.get(id);
      return lost;
    });
    writing.set(id, { batch, lost });
    return lost;
  }

  function written(id: string, isNeeded: (left: Due) => boolean): Promise<ReadonlySet<string>> {
    const underWay = writing.get(id);
    if (underWay === undefined) return added(id);
    if (!underWay.batch.isSent) return underWay.lost;
    // what is noted after it was sent is not in it
    return underWay.lost.then((lost) => {
      const left = lost.has(id) ? null : shell().activity.of(id);
      return left !== null && isNeeded(left) ? written(id, isNeeded) : lost;
    });
  }

  return {
    urgent: (id) => written(id, (left) => isDueNow(left, shell().settings().recordEvery)),
    all: (id) => written(id, () => true),
  };
}

/** Sent at the end of this turn of the event loop; `over` is told first, whatever became of it. */
function newBatch(shell: () => Shell, over: (ids: ReadonlySet<string>) => void): Batch {
  const ids = new Set<string>();
  const turn = new Promise<void>((resolve) => shell().timers.soon(resolve));
  const done = turn.then(() => {
    batch.isSent = true;
    return writeThese(shell(), ids);
  });
  const batch = { ids, done, isSent: false };
  const tell = () => over(ids);
  done.then(tell, tell);
  return batch;
}

/** What became of a batch: one session that cannot be written is no reason to doubt its neighbours. */
interface Outcome {
  /** Somebody else wrote first. */
  readonly lost: ReadonlySet<string>;
  /** Not written, and why. */
  readonly failed: ReadonlyMap<string, unknown>;
}

/** Writes the activity of these sessions, as far as there is any left. */
async function writeThese(shell: Shell, ids: ReadonlySet<string>): Promise<Outcome> {
  const lost = new Set<string>();
  const failed = new Map<string, unknown>();
  const orFailed = async <Value>(ids: readonly string[], step: () => Promise<Value>): Promise<Value | null> => {
    try {
      return await step();
    } catch (error) {
      for (const id of ids) failed.set(id, error);
      return null;
    }
  };
  let left: readonly string[] = [...ids];
  for (let losses = 0; losses < ROUNDS && left.length > 0; losses++) {
    const now = left;
    const late = (await orFailed(now, () => lateOf(shell, now))) ?? [];
    for (const id of late) lost.add(id);
    await Promise.all(late.map((id) => orFailed([id], () => lookAgain(shell, id))));
    left = late.filter((id) => !failed.has(id));
  }
  for (const id of left) failed.set(id, fault('store_contention'));
  return { lost, failed };
}

/** Writes these; those of which somebody else wrote first. */
async function lateOf(shell: Shell, ids: readonly string[]): Promise<readonly string[]> {
  const due = ids.flatMap((id) => shell.activity.of(id) ?? []);
  if (due.length === 0) return [];
  const { store, timers, activity, recent } = shell;
  const { keepEnded, storeTimeout } = shell.settings();
  const asked = recent.asking();
  const next = due.map(({ latest }) => heldAs(latest.session, latest.handles, latest.revision + 1));
  const envelopes = next.map((held) => envelopeOf(held, keepEnded));
  const outcomes = await within(
    timers,
    storeTimeout,
    called(() => store.replace(envelopes)),
  );
  const late: string[] = [];
  for (const [index, one] of due.entries()) {
    const outcome = Array.isArray(outcomes) ? outcomes[index] : undefined;
    if (outcome !== 'written' && outcome !== 'conflict') throw fault('store_answer_invalid');
    if (outcome === 'conflict') late.push(one.id);
    else {
      const held = next[index] as Held;
      activity.written(one, held);
      recent.wrote(held, asked);
    }
  }
  return late;
}

/** Somebody else was first: what is left to write, if anything, goes on top of that. */
async function lookAgain(shell: Shell, id: string): Promise<void> {
  const { activity, recent } = shell;
  const asked = recent.asking();
  const loaded = await shell.load(id);
  try {
    if (loaded === null) return activity.drop(id);
    if ('damage' in loaded) throw fault('store_record_invalid', loaded.damage);
    activity.over(recent.read(loaded, asked), asked.question);
  } catch (error) {
    // nobody can be active in a session that cannot be read
    activity.drop(id);
    tellFault(shell, 'flush', error);
  }
}
