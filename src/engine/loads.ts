import type { Timers } from '../time/timer.js';
import { fault } from './faults.js';
import type { Loaded, SessionStore } from './ports.js';
import { within } from './time-limit.js';

/** Loads one session; those that are asked for in one turn of the event loop travel together. */
export type Load = (id: string) => Promise<Loaded>;

interface Batch {
  readonly waiting: Map<string, Promise<Loaded>>;
  readonly ids: string[];
  readonly answers: Promise<readonly Loaded[]>;
}

/**
 * Gathers loads. One that has been sent is never joined: what was ended after it was sent would be seen as it was
 * before.
 */
export function batchedLoads(store: Pick<SessionStore, 'load'>, timers: Timers, timeout: number, most: number): Load {
  let open: Batch | null = null;

  function begin(): Batch {
    const ids: string[] = [];
    const answers = new Promise<readonly Loaded[]>((resolve, reject) => {
      timers.soon(() => {
        if (open?.ids === ids) open = null;
        within(
          timers,
          timeout,
          called(() => store.load(ids)),
        ).then(resolve, reject);
      });
    });
    return { waiting: new Map(), ids, answers };
  }

  return (id) => {
    if (open === null || open.ids.length >= most) open = begin();
    const batch = open;
    const known = batch.waiting.get(id);
    if (known !== undefined) return known;
    const index = batch.ids.push(id) - 1;
    const loaded = batch.answers.then((answers) => answerAt(answers, index, id));
    batch.waiting.set(id, loaded);
    return loaded;
  };
}

/** A store that throws at once is a store that rejects. */
export async function called<Value>(call: () => Promise<Value>): Promise<Value> {
  return call();
}

/** A store that answers with too little, or in another order, must let nobody into somebody else's session. */
function answerAt(answers: readonly Loaded[], index: number, id: string): Loaded {
  const answer = Array.isArray(answers) ? (answers[index] as Loaded | undefined) : undefined;
  if (answer === undefined || (answer !== null && answer.id !== id)) throw fault('store_answer_invalid');
  return answer;
}
