import { base64url, type Random, systemRandom } from '../engine/secrets.js';
import type { DurationText } from '../policy/document.js';
import { parseDuration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import { systemTimers, type Timers } from '../time/timer.js';
import type { Receiver } from './receiver.js';
import { type SignalsObserver, type StreamCode, streamRecord, tellSignals } from './records.js';

/** How a stream is watched over. */
export interface WatchStreamOptions {
  readonly receiver: Pick<Receiver, 'expect' | 'lastHeardAt'>;
  /** Asks for a verification: `(state) => client.verify(streamId, state)`. */
  readonly verify: (state: string) => Promise<void>;
  /** What time it is: `engine.now`. */
  readonly now: () => Instant;
  readonly observer: SignalsObserver;
  /** How often a verification is asked for. Default 5 min. */
  readonly every?: DurationText;
  /** After how long without any valid SET the observer is told. Default 15 min. */
  readonly silentAfter?: DurationText;
  /** Default: the host's. */
  readonly timers?: Timers;
  /** Default: the host's. */
  readonly random?: Random;
}

const STATE_BYTES = 16;

/**
 * Watches over a stream: asks for a verification now and then, and tells the observer when nothing has come for too
 * long (`stream_silent`) and when something does again (`stream_heard`). A stream that has died tells nobody of a
 * revocation.
 *
 * @returns a function that stops.
 * @example
 * const receiver = { expect: async () => {}, lastHeardAt: () => null };
 * const stop = watchStream({ receiver, verify: async () => {}, now: engine.now, observer: console.log });
 * stop();
 */
export function watchStream(options: WatchStreamOptions): () => void {
  const { receiver, verify, now, observer, timers = systemTimers, random = systemRandom } = options;
  const every = parseDuration(options.every ?? '5m') ?? 300_000;
  const silentAfter = parseDuration(options.silentAfter ?? '15m') ?? 900_000;
  const since = now();
  let isSilent = false;
  let isStopped = false;
  let isAsking = false;
  let cancel: () => void = () => undefined;
  const tell = (code: StreamCode) => tellSignals(observer, streamRecord(now(), code, null));
  const ask = async () => {
    isAsking = true;
    try {
      const state = base64url(random(STATE_BYTES));
      await receiver.expect(state);
      await verify(state);
    } catch {
      if (!isStopped) tell('verification_failed');
    }
    isAsking = false;
  };
  const look = () => {
    const isQuiet = now() - (receiver.lastHeardAt() ?? since) >= silentAfter;
    if (isQuiet !== isSilent) tell(isQuiet ? 'stream_silent' : 'stream_heard');
    isSilent = isQuiet;
    // a question that is never answered must not keep the silence from being told
    cancel = timers.after(every, look);
    if (!isAsking) void ask();
  };
  look();
  return () => {
    isStopped = true;
    cancel();
  };
}
