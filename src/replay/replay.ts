import { Buffer } from 'node:buffer';
import type { Policy } from '../core/policy.js';
import type { Duration } from '../time/duration.js';
import { createLineSplitter } from './lines.js';
import { createLineReader, type LogFormat } from './reader.js';
import type { MalformedLine, MalformedReason, ReaderOptions } from './record.js';
import { createReorder } from './reorder.js';
import { createSimulator } from './simulator.js';
import type { ReplayedSession, ReplaySummary } from './summary.js';

/** How a log is read. */
export interface ReplayOptions {
  /** Default `auto`: each line is looked at. */
  readonly format?: LogFormat;
  /**
   * What makes a visitor: `host`, `host+agent`, or a field of the JSON lines, dotted if it lies deeper. Default: the
   * host, and for JSON the first that is there of `session`, `subject`, `user`, `host` and `ip`.
   */
  readonly by?: string;
  /** Paths that are not user activity. */
  readonly background?: RegExp;
  /** Sorts records within this window, in milliseconds. Default 60,000; 0 leaves them as they come. */
  readonly reorder?: Duration;
  /** Called once for each session, when its end is found; for open ones at the end. */
  readonly onSession?: (session: ReplayedSession) => void;
}

/** A replay that is fed from outside. */
export interface Replay {
  /** Takes the next bytes of the log, cut anywhere. They are not kept. */
  write(chunk: Uint8Array): void;
  /** Tells the result. Nothing may be written afterwards. */
  finish(): ReplaySummary;
}

const DEFAULT_REORDER = 60_000;
const SHOWN_MALFORMED = 10;

/**
 * Replays a log against a policy, in memory that grows with the sessions that are live, not with the log.
 *
 * @param source bytes cut anywhere, or texts, each of which is a line
 * @example
 * // a stream of bytes, such as `createReadStream('access.log')`, or lines
 * const lines = [
 *   '203.0.113.7 - - [05/Jan/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 512',
 *   '203.0.113.7 - - [05/Jan/2026:09:20:00 +0000] "GET /cart HTTP/1.1" 200 2048',
 * ];
 * const summary = await replay(policy, lines, { background: /^\/api\/notifications/ });
 * summary.ended; // => { idle_timeout: 1 }
 */
export async function replay(
  policy: Policy,
  source: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  options: ReplayOptions = {},
): Promise<ReplaySummary> {
  const running = createReplay(policy, options);
  for await (const chunk of source) running.write(typeof chunk === 'string' ? lineOf(chunk) : chunk);
  return running.finish();
}

function lineOf(text: string): Uint8Array {
  return Buffer.from(text.endsWith('\n') ? text : `${text}\n`);
}

/**
 * A replay for a source that you read yourself: feed it with `write`, and `finish` it whenever you like.
 *
 * @example
 * const running = createReplay(policy);
 * running.write(new TextEncoder().encode('203.0.113.7 - - [05/Jan/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 512\n'));
 * running.finish().sessions; // => 1
 */
export function createReplay(policy: Policy, options: ReplayOptions = {}): Replay {
  const { format = 'auto', reorder = DEFAULT_REORDER, onSession = () => {} } = options;
  const read = createLineReader(format, readerOptions(policy, options));
  const simulator = createSimulator(policy, onSession);
  const malformedLines: MalformedLine[] = [];
  let lines = 0;
  let malformed = 0;
  let late = 0;

  const refuse = (reason: MalformedReason) => {
    malformed++;
    if (malformedLines.length < SHOWN_MALFORMED) malformedLines.push({ line: lines, reason });
  };
  const sorted = createReorder(reorder, (record, isLate) => {
    if (isLate) late++;
    simulator.apply(record);
  });
  const splitter = createLineSplitter((bytes, start, end) => {
    lines++;
    const record = end < start ? 'line_too_long' : read(bytes, start, end);
    if (typeof record === 'string') refuse(record);
    else sorted.push(record);
  });

  return {
    write: (chunk) => splitter.push(chunk),
    finish() {
      splitter.end();
      sorted.flush();
      const { id, fingerprint } = policy;
      const figures = simulator.finish();
      return { policy: { id, fingerprint }, lines, malformed, malformedLines, late, reorder, ...figures };
    },
  };
}

function readerOptions(policy: Policy, { by, background }: ReplayOptions): ReaderOptions {
  return {
    by: by === undefined ? [] : by.split('+'),
    background: background === undefined ? null : withoutState(background),
    withContext: policy.networks.length > 0 || policy.risk.length > 0 || policy.rules.length > 0,
  };
}

/** A global or sticky pattern remembers where it stopped, and would judge the same path differently the next time. */
function withoutState({ source, flags }: RegExp): RegExp {
  return new RegExp(source, flags.replace(/[gy]/g, ''));
}
