import type { Instant } from '../time/instant.js';
import type { Timers } from '../time/timer.js';
import { type Authenticator, isAuthentic } from './authenticate.js';
import { readJsonBody } from './body.js';
import { type PollRequest, readPollRequest } from './parse-poll.js';
import type { Queue } from './queue.js';
import { type SignalsObserver, streamRecord, tellSignals } from './records.js';

/** A stream that is polled by its receiver. */
export interface PolledStream {
  readonly streamId: string;
  readonly queue: Queue;
  readonly authenticate: Authenticator | undefined;
  /** How long an answer may be held back, in milliseconds. */
  readonly longPoll: number;
  readonly timers: Timers;
  readonly stopped: AbortSignal;
  readonly now: () => Instant;
  readonly observer: SignalsObserver | undefined;
}

/** Acknowledgements of a few thousand SETs. */
const LONGEST_BODY = 262_144;
/** However many are asked for. */
const MOST = 100;

/** Answers a poll (RFC 8936 section 2): takes what is acknowledged out of the queue, and offers what is in it. */
export async function answerPoll(stream: PolledStream, request: Request): Promise<Response> {
  if (request.method !== 'POST') return refusal(405, { allow: 'POST' });
  const isKnown = await isAuthentic(stream.authenticate, request).catch(() => null);
  if (isKnown === null) return refusal(503, { 'retry-after': '5' });
  if (!isKnown) return refusal(401, { 'www-authenticate': 'Bearer realm="ssf"' });
  const isJson = /^application\/json(?:\s*;.*)?$/i.test(request.headers.get('content-type') ?? '');
  const asked = isJson ? readPollRequest(await readJsonBody(request, LONGEST_BODY)) : null;
  if (asked === null) return refusal(400);
  acknowledge(stream, asked);
  const { maxEvents = MOST, returnImmediately = false } = asked;
  const most = Math.min(MOST, maxEvents);
  if (most > 0 && !returnImmediately && stream.queue.size() === 0) await arrival(stream, request.signal);
  const offered = stream.queue.take(most);
  const sets = await Promise.all(offered.map(async ({ jti, set }) => [jti, await set()] as const));
  const body = { sets: Object.fromEntries(sets), moreAvailable: stream.queue.size() > offered.length };
  return new Response(JSON.stringify(body), {
    status: 200,
    headers: { 'content-type': 'application/json', ...NOT_KEPT },
  });
}

const NOT_KEPT = { 'cache-control': 'no-store' };

function acknowledge({ queue, observer, now, streamId }: PolledStream, { ack = [], setErrs = {} }: PollRequest): void {
  for (const jti of ack) queue.remove(jti);
  for (const [jti, { err }] of Object.entries(setErrs)) {
    const isOurs = queue.remove(jti) !== null;
    if (isOurs) tellSignals(observer, streamRecord(now(), 'set_refused', err, streamId));
  }
}

/** Waits for something to offer; not for ever, and not for a receiver that has gone. */
function arrival({ queue, timers, longPoll, stopped }: PolledStream, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      forget();
      cancel();
      for (const signal of [stopped, gone]) signal.removeEventListener('abort', done);
      resolve();
    };
    const forget = queue.onAdd(done);
    const cancel = timers.after(longPoll, done);
    for (const signal of [stopped, gone]) signal.addEventListener('abort', done);
    if (stopped.aborted || gone.aborted) done();
  });
}

function refusal(status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status, headers: { ...NOT_KEPT, ...headers } });
}
