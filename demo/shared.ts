import type { ReasonCode } from 'curfew';
import type { PolicyFields, Preset } from './policy-form.js';

/** A limit in force, and where it comes from. */
export interface LimitFact {
  readonly name: string;
  readonly value: number | null;
  readonly source: string;
}

/** What there is to draw of one session. Instants are the server's. */
export interface SessionFacts {
  readonly id: string;
  readonly subject: string;
  readonly role: string;
  readonly createdAt: number;
  readonly lastActivityAt: number;
  readonly authenticatedAt: number;
  readonly assuranceLevel: string;
  /** `null` where there is no such deadline. */
  readonly idle: number | null;
  readonly absolute: number | null;
  readonly until: number | null;
  readonly warnAt: number | null;
  readonly boundBy: ReasonCode | null;
  readonly limits: readonly LimitFact[];
  readonly sentence: string;
  /** Why it has ended; `null` while it has not. */
  readonly ended: { readonly code: ReasonCode; readonly since: number } | null;
}

/** All that the page shows and the server knows. */
export interface Facts {
  readonly now: number;
  readonly store: string;
  readonly policy: { readonly document: object; readonly fingerprint: string; readonly fields: PolicyFields };
  readonly presets: readonly Preset[];
  readonly accounts: readonly AccountHint[];
  readonly session: SessionFacts | null;
}

/** A seeded account with its password: it is a demo, and there is nothing to protect. */
export interface AccountHint {
  readonly username: string;
  readonly name: string;
  readonly password: string;
  readonly code: string;
  readonly note: string;
}

/** One rule's word about a decision. */
export interface RuleLine {
  readonly rule: string;
  readonly said: string;
}

/** A line of the live log. */
export interface LogEntry {
  /** Counts from 1. */
  readonly number: number;
  readonly at: number;
  readonly kind: 'decision' | 'policy' | 'fault';
  /** What happened: `access`, `start`, `reauthenticated`, `revoked`, `signal`, `policy`, `fault`. */
  readonly type: string;
  readonly activity: 'user' | 'background' | null;
  readonly operation: string | null;
  readonly effect: string;
  readonly codes: readonly string[];
  readonly sentence: string;
  readonly sessionId: string | null;
  readonly subject: string | null;
  /** The request: `POST /bank/pay`. */
  readonly request: string | null;
  readonly from: string | null;
  readonly rules: readonly RuleLine[];
  readonly limits: readonly LimitFact[];
  readonly written: string;
  readonly isOver: boolean;
}
