import type { Instant } from '../time/instant.js';
import type { SubjectIdentifier } from './subject.js';

/** Who brought an event about (CAEP 1.0 section 2). */
export type InitiatingEntity = 'admin' | 'user' | 'policy' | 'system';

/** A sentence by language tag (BCP 47). */
export type ReasonTexts = Readonly<Record<string, string>>;

/** An event of a SET that was validated. */
export interface SecurityEvent {
  /** The short name, such as `caep/session-revoked`; the whole URI of one that is neither CAEP, RISC nor SSF. */
  readonly type: string;
  readonly issuer: string;
  readonly jti: string;
  /** Shared by the SETs of one cause; `null` where the transmitter does not say. */
  readonly txn: string | null;
  readonly subject: SubjectIdentifier;
  /**
   * When it happened: `event_timestamp`, else `toe` (RFC 8417), else `iat`. Those count seconds, so it is the last
   * millisecond of that one: who authenticated earlier in the same second has not authenticated since.
   */
  readonly at: Instant;
  /** When the SET was made. */
  readonly issuedAt: Instant;
  /** The event as it came. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly initiatingEntity: InitiatingEntity | null;
  /** For administrators, and for logs: never to be shown to the person. */
  readonly reasonAdmin: ReasonTexts | null;
  readonly reasonUser: ReasonTexts | null;
}
