import type { DurationText } from '../policy/document.js';
import { parseDuration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import { systemTimers, type Timers } from '../time/timer.js';
import { readJsonBody } from './body.js';
import { type SignalsObserver, streamRecord, tellSignals } from './records.js';
import { refusedSet, type SetError, type SetVerdict } from './set-error.js';
import { LONGEST_SET } from './validate.js';
import { type Authorization, ask, backoff, type Fetch, type Line, pause } from './waiting.js';

/** How a stream is polled. */
export interface PollOptions {
  /** `endpoint_url` of the stream's delivery. */
  readonly endpoint: string;
  /** The host's `fetch`. */
  readonly fetch: Fetch;
  /** The header `authorization`: `Bearer …`, or a function that gets it. */
  readonly authorization?: Authorization;
  /** How many SETs are asked for at a time. Default 25. */
  readonly maxEvents?: number;
  /** Whether the transmitter may hold its answer back until there is something to say. Default true. */
  readonly longPoll?: boolean;
  /** How long to wait after an answer with nothing in it. Default 1 s with long polls, else 30 s. */
  readonly every?: DurationText;
  /** How long an answer may take. Default 2 min with long polls, else 10 s. */
  readonly timeout?: DurationText;
  /** Default: the host's. */
  readonly timers?: Timers;
}

/** A stream that is polled. */
export interface Poller {
  /** Stops, and sends what is still to be acknowledged; resolves when no request is under way any more. */
  stop(): Promise<void>;
}

/** What a poller goes by. */
export interface PollParts {
  readonly receive: (set: string) => Promise<SetVerdict>;
  readonly now: () => Instant;
  readonly observer: SignalsObserver | undefined;
}

/** What a transmitter is told with the next request. */
interface Said {
  readonly ack: readonly string[];
  readonly setErrs: Readonly<Record<string, SetError>>;
}

/** What came of one request. */
interface Round {
  readonly said: Said;
  /** How many SETs have to come again. */
  readonly unclear: number;
  /** Whether there was any that the transmitter had not been answered before. */
  readonly isNews: boolean;
}

const NOTHING: Said = { ack: [], setErrs: {} };
/** What JSON needs beside the SETs. */
const ENVELOPE = 65_536;
/** How long goodbye may take. */
const LAST = 5_000;

/** Polls a stream (RFC 8936) until it is stopped. What is not acknowledged comes again. */
export function pollStream(parts: PollParts, options: PollOptions): Poller {
  const { timers = systemTimers, longPoll = true, fetch: send, authorization } = options;
  const timeout = millis(options.timeout, longPoll ? 120_000 : 10_000);
  const every = millis(options.every, longPoll ? 1_000 : 30_000);
  const end = new AbortController();
  const line: Line = { send, authorization, timers, timeout, stopped: end.signal };
  let said = NOTHING;
  const run = async () => {
    let failures = 0;
    while (!end.signal.aborted) {
      const round = await roundOf(parts, line, options, said).catch(String);
      if (typeof round === 'string') {
        failures += 1;
        // that it was stopped is no failure
        if (!end.signal.aborted) tell(parts, failureOf(round));
      } else {
        said = round.said;
        failures = round.unclear > 0 ? failures + 1 : 0;
      }
      if (failures > 0) await pause(timers, backoff(failures), end.signal);
      // whatever is promised: who has nothing new to say is not asked in a circle
      else if (typeof round !== 'string' && !round.isNews) await pause(timers, every, end.signal);
    }
    const isOwed = said.ack.length > 0 || Object.keys(said.setErrs).length > 0;
    const last: Line = { ...line, timeout: Math.min(timeout, LAST), stopped: new AbortController().signal };
    // what is lost here comes again, and is known by its `jti`
    if (isOwed) await request(last, options, { ...said, maxEvents: 0, returnImmediately: true }).catch(() => undefined);
  };
  const running = run();
  return {
    stop() {
      end.abort();
      return running;
    },
  };
}

/** Acknowledges what is done, asks for more, and does it. */
async function roundOf(parts: PollParts, line: Line, options: PollOptions, said: Said): Promise<Round> {
  const { maxEvents = 25, longPoll = true } = options;
  const answer = await request(line, options, { ...said, maxEvents, returnImmediately: !longPoll });
  const ack: string[] = [];
  const errors: [string, SetError][] = [];
  const sets = Object.entries(answer.sets);
  for (const [jti, set] of sets) {
    const verdict = await verdictOn(parts, jti, set);
    if (verdict.outcome === 'accepted') ack.push(jti);
    else if (verdict.outcome === 'refused') errors.push([jti, verdict.error]);
  }
  const known = new Set([...said.ack, ...Object.keys(said.setErrs)]);
  const unclear = sets.length - ack.length - errors.length;
  // made so that a name such as `__proto__` is one like any other
  const setErrs = Object.fromEntries(errors);
  return { said: { ack, setErrs }, unclear, isNews: sets.some(([jti]) => !known.has(jti)) };
}

function verdictOn({ receive }: PollParts, jti: string, set: unknown): Promise<SetVerdict> | SetVerdict {
  const error = refusedSet('invalid_request', 'this is not one SET in compact form');
  return typeof set === 'string' && jti !== '' ? receive(set) : { outcome: 'refused', error };
}

/** `moreAvailable` is not asked: there is another request after each that brought something. */
interface PollAnswer {
  readonly sets: Readonly<Record<string, unknown>>;
}

async function request(line: Line, { endpoint, maxEvents = 25 }: PollOptions, body: object): Promise<PollAnswer> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  return ask(line, endpoint, { method: 'POST', headers, body: JSON.stringify(body) }, async (response) => {
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`status ${response.status}`);
    }
    const read = (await readJsonBody(response, maxEvents * LONGEST_SET + ENVELOPE)) as Partial<PollAnswer> | undefined;
    const { sets = {} } = read ?? {};
    if (read === undefined || read === null || typeof sets !== 'object' || sets === null)
      throw new Error('answer invalid');
    return { sets };
  });
}

function tell({ observer, now }: PollParts, reason: string): void {
  tellSignals(observer, streamRecord(now(), 'poll_failed', reason));
}

/** What a driver throws may hold an address with a password in it: only our own words go into the record. */
function failureOf(text: string): string {
  return /^Error: (status \d{3}|answer invalid)$/.exec(text)?.[1] ?? 'no answer';
}

function millis(value: DurationText | undefined, otherwise: number): number {
  return (value === undefined ? null : parseDuration(value)) ?? otherwise;
}
