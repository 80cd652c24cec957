import type { ReasonCode } from '../core/reason.js';
import type { Instant } from '../time/instant.js';
import type { SignalAction } from './mapping.js';
import type { InitiatingEntity, ReasonTexts } from './security-event.js';
import type { SetErrorCode } from './set-error.js';

/** What became of a SET. */
export type SetOutcome =
  /** Done, and stored. */
  | 'applied'
  /** Its `jti` was there before. */
  | 'repeated'
  /** Nothing is to be done for events of its type. */
  | 'told'
  /** Nobody here is its subject. */
  | 'subject_unknown'
  /** It is none; `err` says why. */
  | 'refused'
  /** Nobody could tell; it has to come again. */
  | 'indeterminate';

/** One SET, for logs and audits. It holds no token, and of the subject only the application's own name for it. */
export interface SecurityEventRecord {
  readonly kind: 'security_event';
  /** When it came: the engine's time. */
  readonly receivedAt: Instant;
  readonly outcome: SetOutcome;
  /** Why it was refused; `null` if it was not. */
  readonly err: SetErrorCode | null;
  /** The same in words, as the transmitter was told it. Nothing of the SET is in it. */
  readonly description: string | null;
  /** Why nobody could tell; `null` if somebody could. */
  readonly code: ReasonCode | null;
  /** What follows is `null` where the SET was not valid: nothing of such a one is believed. */
  readonly issuer: string | null;
  readonly jti: string | null;
  readonly txn: string | null;
  readonly type: string | null;
  /** When it happened, and when the SET was made. */
  readonly at: Instant | null;
  readonly issuedAt: Instant | null;
  readonly subjectFormat: string | null;
  /** The application's subjects that were found. */
  readonly subjects: readonly string[];
  /** What was done, and to how many sessions. */
  readonly actions: readonly { readonly do: SignalAction['do']; readonly sessions: number }[];
  readonly initiatingEntity: InitiatingEntity | null;
  readonly reasonAdmin: ReasonTexts | null;
  readonly reasonUser: ReasonTexts | null;
}

/** What happened to a stream. Append-only. */
export type StreamCode =
  /** A verification came back. */
  | 'stream_verified'
  /** The transmitter says so; `reason` is its own text. */
  | 'stream_enabled'
  | 'stream_paused'
  | 'stream_disabled'
  /** Nothing was heard for longer than allowed; and then something was. */
  | 'stream_silent'
  | 'stream_heard'
  /** A request of ours failed: a poll, a request for verification, a push. It is tried again. */
  | 'poll_failed'
  | 'verification_failed'
  | 'push_failed'
  /** The other side refused a SET of ours, and will not be sent it again. */
  | 'set_refused'
  /** A SET of ours was thrown away: there was no room for it. */
  | 'set_dropped';

/** Something about a stream that an operator should know of. */
export interface StreamRecord {
  readonly kind: 'stream';
  readonly at: Instant;
  readonly code: StreamCode;
  /** Which stream, where there are several. */
  readonly stream: string | null;
  /** A status, a code, or the other side's own words, at most 200 characters. */
  readonly reason: string | null;
}

/** Is told of every SET and of what happens to streams. What it throws, or is rejected with, is swallowed. */
export type SignalsObserver = (record: SecurityEventRecord | StreamRecord) => void;

const LONGEST_REASON = 200;

/** Tells an observer, whatever it makes of it. */
export function tellSignals(observer: SignalsObserver | undefined, record: SecurityEventRecord | StreamRecord): void {
  try {
    const told: unknown = observer?.(record);
    if (told instanceof Promise) told.catch(() => undefined);
  } catch {}
}

/** A record about a stream. */
export function streamRecord(
  at: Instant,
  code: StreamCode,
  reason: string | null,
  stream: string | null = null,
): StreamRecord {
  return { kind: 'stream', at, code, stream, reason: reason?.slice(0, LONGEST_REASON) ?? null };
}
