import { Buffer } from 'node:buffer';
import type { Policy } from '../core/policy.js';
import type { Duration } from '../time/duration.js';
import { asRead, createIntake, type IntakeOptions } from './intake.js';
import { createProductionTally } from './production.js';
import type { LogFormat } from './reader.js';
import type { LogRecord } from './record.js';
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
  /** Called for each record, in the order in which they are judged. */
  readonly onRecord?: (record: LogRecord) => void;
}

/** A replay that is fed from outside. */
export interface Replay {
  /** Takes the next bytes of the log, cut anywhere. They are not kept. */
  write(chunk: Uint8Array): void;
  /** Tells the result. Nothing may be written afterwards. */
  finish(): ReplaySummary;
}

const DEFAULT_REORDER = 60_000;

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
  const { onSession = () => {}, onRecord = () => {} } = options;
  const simulator = createSimulator(policy, onSession);
  const production = createProductionTally();
  const intake = createIntake(intakeOptions([policy], options), asRead, (record) => {
    if (record.production != null) production.add(record.production);
    simulator.apply(record);
    onRecord(record);
  });
  return {
    write: intake.write,
    finish() {
      const { id, fingerprint } = policy;
      const read = intake.finish();
      return { policy: { id, fingerprint }, ...read, ...simulator.finish(), production: production.figures() };
    },
  };
}

/** How a log is read for these policies: what none of them looks at is not read. */
export function intakeOptions(policies: readonly Policy[], options: ReplayOptions): IntakeOptions {
  const { by, background, format = 'auto', reorder = DEFAULT_REORDER } = options;
  return {
    format,
    reorder,
    by: by === undefined ? [] : by.split('+'),
    background: background === undefined ? null : withoutState(background),
    withContext: policies.some(({ networks, risk, rules }) => networks.length + risk.length + rules.length > 0),
  };
}

/** A global or sticky pattern remembers where it stopped, and would judge the same path differently the next time. */
function withoutState({ source, flags }: RegExp): RegExp {
  return new RegExp(source, flags.replace(/[gy]/g, ''));
}
