import type { Session } from '../core/session.js';
import { type Instant, NEVER } from '../time/instant.js';
import type { StoredHandle } from './handle.js';
import type { Held } from './held.js';
import type { Envelope } from './ports.js';
import { writeRecord } from './record.js';

/**
 * From when on a session's record may go: when no deadline and no reauthentication could keep it, and `keepEnded` on
 * top, so that whoever comes late is still told why.
 *
 * Rounded up, so that activity seldom moves it: an index on it need not be touched by every write.
 */
export function purgeAt({ ended, stamps, lease }: Session, keepEnded: number): Instant {
  if (ended !== null) return rounded(ended.at + keepEnded, keepEnded);
  const idle = lease === null ? stamps.idle : Math.max(stamps.idle, lease.until);
  // a locked session can be resumed until its absolute deadline
  const over = stamps.onIdle === 'end' ? Math.min(idle, stamps.absolute) : stamps.absolute;
  return over === NEVER ? NEVER : rounded(over + keepEnded, keepEnded);
}

function rounded(at: number, keepEnded: number): Instant {
  const step = Math.ceil(keepEnded / 2);
  return Math.min(NEVER, Math.ceil(at / step) * step);
}

/** What a store is to keep of a session. */
export function envelopeOf({ session, record, revision }: Held, keepEnded: number): Envelope {
  const { id, subject } = session;
  return { id, subject, record, revision, purgeAt: purgeAt(session, keepEnded) };
}

/** What is held once a session is written as this revision. */
export function heldAs(session: Session, handles: readonly StoredHandle[], revision: number): Held {
  return { session, handles, revision, record: writeRecord(session, handles) };
}
