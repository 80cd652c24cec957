import type { Timers } from '../time/timer.js';

/** `fetch`, or whatever does as it does. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What goes into the header `authorization`: its value, or what gets it each time. */
export type Authorization = string | (() => string | Promise<string>);

/** How a request to the other side is made. */
export interface Line {
  readonly send: Fetch;
  readonly authorization: Authorization | undefined;
  readonly timers: Timers;
  /** In milliseconds. */
  readonly timeout: number;
  /** Ends whatever is under way. */
  readonly stopped: AbortSignal;
}

/** What is sent. */
export interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Makes a request that ends within `timeout`, body and all. Redirects are not followed: the credentials are for this
 * address.
 */
export async function ask<Value>(
  { send, authorization, timers, timeout, stopped }: Line,
  url: string,
  sent: Sent,
  read: (response: Response) => Promise<Value>,
): Promise<Value> {
  const limit = new AbortController();
  const abort = () => limit.abort();
  stopped.addEventListener('abort', abort);
  const cancel = timers.after(timeout, abort);
  // whatever gets the credentials may never answer, and knows of no signal
  const gone = new Promise<never>((_, reject) => {
    limit.signal.addEventListener('abort', () => reject(limit.signal.reason));
  });
  const answered = async () => {
    const value = typeof authorization === 'function' ? await authorization() : authorization;
    limit.signal.throwIfAborted();
    const headers = { ...sent.headers, ...(value !== undefined && { authorization: value }) };
    const response = await send(url, { ...sent, headers, redirect: 'error', signal: limit.signal });
    return read(response);
  };
  try {
    // it may have been stopped before anybody listened
    if (stopped.aborted) abort();
    return await Promise.race([gone, answered()]);
  } finally {
    cancel();
    stopped.removeEventListener('abort', abort);
  }
}

/** Waits, unless it is stopped before. */
export function pause(timers: Timers, milliseconds: number, stopped: AbortSignal): Promise<void> {
  if (stopped.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      stopped.removeEventListener('abort', done);
      resolve();
    };
    const cancel = timers.after(milliseconds, done);
    stopped.addEventListener('abort', done);
  });
}

const FIRST = 1_000;
const LONGEST = 60_000;

/** How long to wait after so many failures in a row: 1 s, twice as long each time, at most a minute. */
export function backoff(failures: number): number {
  return Math.min(LONGEST, FIRST * 2 ** Math.min(30, failures - 1));
}

/** How long the other side asks to wait, in milliseconds; 0 where it does not say, and never over five minutes. */
export function retryAfter(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) ? Math.min(300_000, Math.max(0, seconds * 1_000)) : 0;
}
