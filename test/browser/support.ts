import { createClock } from '@sinonjs/fake-timers';
import type { BrowserHost, PageEvent, SessionStatus, TabChannel } from '../../src/browser/index.js';
import type { SessionStatus as ServerStatus } from '../../src/http/index.js';
import { statusHeader } from '../../src/http/status-header.js';

export const MINUTE = 60_000;

/** A status as the server sends it: fifteen idle minutes, a warning two minutes before. */
export function aStatus(changes: Partial<SessionStatus> = {}): SessionStatus {
  return {
    state: 'active',
    remainingMs: 15 * MINUTE,
    warnInMs: 13 * MINUTE,
    absoluteRemainingMs: 8 * 60 * MINUTE,
    boundBy: 'idle_timeout',
    canExtend: true,
    code: null,
    assuranceLevel: null,
    tag: 's1',
    at: 0,
    ...changes,
  };
}

export const ENDED = aStatus({
  state: 'ended',
  remainingMs: 0,
  warnInMs: null,
  canExtend: false,
  code: 'idle_timeout',
  tag: null,
});

/** The header that says the same as a status of `GET /session`. */
export function withHeader(status: SessionStatus): Response {
  return new Response('', { headers: { 'curfew-session': statusHeader(status as ServerStatus) } });
}

/** One machine with a browser: time, a server that idles a session out, and any number of tabs. */
export function aMachine(idle = 15 * MINUTE, absolute = 8 * 60 * MINUTE) {
  const time = createClock();
  const channels = new Set<TabChannel>();
  const held = new Set<string>();
  const server = {
    lastActivity: 0,
    idle,
    tag: 's1',
    endedAs: null as string | null,
    isDown: false,
    latency: 0,
    asked: [] as string[],
  };
  let skew = 0;
  let slept = 0;

  const status = (): SessionStatus => {
    const until = Math.min(server.lastActivity + server.idle, absolute);
    const left = until - (time.now + slept);
    if (server.endedAs !== null || left <= 0)
      return { ...ENDED, at: time.now + slept, code: server.endedAs ?? 'idle_timeout' };
    const boundBy = until === absolute ? 'absolute_timeout' : 'idle_timeout';
    const canExtend = boundBy === 'idle_timeout';
    const warnInMs = Math.max(0, left - 2 * MINUTE);
    return aStatus({
      remainingMs: left,
      warnInMs,
      absoluteRemainingMs: absolute - time.now - slept,
      boundBy,
      canExtend,
      tag: server.tag,
      at: time.now + slept,
    });
  };
  const answer = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const method = init?.method ?? (input as Request).method ?? 'GET';
    const url = input instanceof Request ? new URL(input.url).pathname : String(input);
    const headers = new Headers(init?.headers ?? (input as Request).headers);
    server.asked.push(`${method} ${url} ${headers.get('curfew-activity')}`);
    if (server.isDown) throw new TypeError('Failed to fetch');
    const isLive = status().state === 'active';
    if (url === '/session/extend' && isLive) server.lastActivity = time.now + slept;
    if (url === '/session/logout') server.endedAs = 'logout';
    const body = status();
    if (server.latency > 0) await new Promise<void>((done) => time.setTimeout(() => done(), server.latency));
    if (url === '/session/logout') return new Response(null, { status: 204 });
    if (url === '/session/extend' && !isLive) return Response.json({ code: body.code }, { status: 401 });
    return Response.json(body);
  };
  const tab = (attention: 'visible' | 'hidden' = 'visible') => {
    let see: (event: PageEvent) => void = () => {};
    const host: BrowserHost = {
      fetch: answer,
      clock: { now: () => time.now + slept + skew, monotonic: () => time.now },
      timers: {
        after(milliseconds, act) {
          const timer = time.setTimeout(act, milliseconds);
          return () => time.clearTimeout(timer);
        },
      },
      page: {
        base: 'https://app.example/',
        attention: () => attention,
        watch(listener) {
          see = listener;
          return () => {
            see = () => {};
          };
        },
      },
      openChannel() {
        const channel: TabChannel = {
          onmessage: null,
          postMessage(message) {
            const data = structuredClone(message);
            for (const other of channels) if (other !== channel) other.onmessage?.({ data });
          },
          close: () => void channels.delete(channel),
        };
        channels.add(channel);
        return channel;
      },
      locks: {
        async request(name, _options, act) {
          if (held.has(name)) return act(null);
          held.add(name);
          try {
            return await act({});
          } finally {
            held.delete(name);
          }
        },
      },
    };
    return { host, does: (event: PageEvent) => see(event) };
  };
  return {
    server,
    tab,
    /** What the server says at this moment. */
    status,
    /** Time passes, and what is due happens. */
    passes: (milliseconds: number) => time.tickAsync(milliseconds),
    /** The machine sleeps: no timer fires, and the monotonic clock stands still. */
    sleeps: (milliseconds: number) => {
      slept += milliseconds;
    },
    /** Somebody sets the wall clock. */
    isSet: (milliseconds: number) => {
      skew += milliseconds;
    },
  };
}
