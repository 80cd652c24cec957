import type { Instant } from '../time/instant.js';
import { readJsonBody } from './body.js';
import type { Queue, Waiting } from './queue.js';
import { type SignalsObserver, streamRecord, tellSignals } from './records.js';
import { ask, backoff, type Line, pause, retryAfter } from './waiting.js';

/** Where SETs are pushed to, and from where. */
export interface PushDelivery {
  readonly streamId: string;
  readonly endpoint: string;
  readonly queue: Queue;
  readonly line: Line;
  readonly now: () => Instant;
  readonly observer: SignalsObserver | undefined;
}

/** What came of one attempt: done; refused for good, and why; or to be tried again after so long. */
type Attempt = { readonly refused: string | null } | { readonly failure: string; readonly wait: number };

const LONGEST_ANSWER = 16_384;

/**
 * Pushes what is in the queue, one after the other and the oldest first, until it is stopped (RFC 8935). What fails is
 * tried again for as long as there is room for it; what the receiver refuses is not.
 */
export async function deliverByPush(delivery: PushDelivery): Promise<void> {
  const { queue, line, observer, now, streamId } = delivery;
  const { stopped, timers } = line;
  let failures = 0;
  let current: Waiting | null = null;
  while (!stopped.aborted) {
    current ??= queue.take(1)[0] ?? null;
    if (current === null) {
      await added(queue, stopped);
      continue;
    }
    const attempt = await attempted(delivery, current);
    if (stopped.aborted) return;
    if ('failure' in attempt) {
      failures += 1;
      tellSignals(observer, streamRecord(now(), 'push_failed', attempt.failure, streamId));
      await pause(timers, Math.max(attempt.wait, backoff(failures)), stopped);
    } else {
      failures = 0;
      queue.remove(current.jti);
      current = null;
      if (attempt.refused !== null)
        tellSignals(observer, streamRecord(now(), 'set_refused', attempt.refused, streamId));
    }
  }
}

function added(queue: Queue, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      forget();
      stopped.removeEventListener('abort', done);
      resolve();
    };
    const forget = queue.onAdd(done);
    stopped.addEventListener('abort', done);
  });
}

async function attempted({ endpoint, line }: PushDelivery, waiting: Waiting): Promise<Attempt> {
  try {
    const headers = { 'content-type': 'application/secevent+jwt', accept: 'application/json' };
    const sent = { method: 'POST', headers, body: await waiting.set() };
    return await ask(line, endpoint, sent, async (response): Promise<Attempt> => {
      if (response.ok) {
        await response.body?.cancel();
        return { refused: null };
      }
      const body = (await readJsonBody(response, LONGEST_ANSWER)) as { readonly err?: unknown } | undefined;
      // only a refusal by its code is one of the SET: a 400 of some proxy on the way is none
      const err = response.status === 400 && typeof body?.err === 'string' ? body.err : null;
      if (err !== null && !OF_THE_LINE.has(err)) return { refused: err };
      return { failure: `status ${response.status}`, wait: retryAfter(response) };
    });
  } catch {
    return { failure: 'no answer', wait: 0 };
  }
}

/** What is wrong with the transmitter's credentials, and not with the SET: it may be mended. */
const OF_THE_LINE = new Set(['authentication_failed', 'access_denied']);
