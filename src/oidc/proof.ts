import type { Session } from '../core/session.js';
import type { Proof } from '../engine/requests.js';
import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import { ISSUER, textOf } from './attributes.js';
import { type AssuranceLevels, type IdTokenClaims, readClaims } from './claims.js';

/** Whom the proof is for, and since when it counts. */
export interface ProofFromClaimsOptions {
  /** The session that was challenged. */
  readonly session: Session;
  /** When you sent the person to the provider, with `max_age=0` or `prompt=login`. */
  readonly askedAt: Instant;
  /** What you call the person of the token. Default: its `sub`. */
  readonly subject?: string;
  /** As for `loginFromClaims`. */
  readonly levels?: AssuranceLevels;
  /** How far the provider's clock may be behind yours, in milliseconds. Default 5,000. */
  readonly clockLeeway?: Duration;
}

/** A proof; or why the token is none for this session. */
export type ProofFromClaims =
  | { readonly proof: Proof; readonly refused: null }
  | { readonly proof: null; readonly refused: 'issuer_differs' | 'subject_differs' | 'authentication_too_old' };

const SECOND = 1_000;

/**
 * What an ID Token proves to a session that asked for a reauthentication: input for `engine.reauthenticate`.
 *
 * The engine counts a proof from the moment it is handed in. So the authentication must be newer than your question: a
 * provider that answers from its own session, without asking the person, proves nothing new. And it must be the same
 * person: at the provider, somebody else may be logged in by now.
 *
 * @throws an error with code `claims_invalid` if these are no claims.
 * @example
 * const claims = { iss: 'https://login.example.com', sub: 'alice', auth_time: now / 1000, acr: 'aal2' };
 * proofFromClaims(claims, { session, askedAt: now - 20_000 }).proof; // => { assuranceLevel: 'aal2' }
 * proofFromClaims({ ...claims, sub: 'bob' }, { session, askedAt: now - 20_000 }).refused; // => 'subject_differs'
 */
export function proofFromClaims(claims: IdTokenClaims, options: ProofFromClaimsOptions): ProofFromClaims {
  const { session, askedAt, clockLeeway = 5 * SECOND } = options;
  const { issuer, subject, authTime, level } = readClaims(claims, options.levels);
  const own = textOf(session, ISSUER);
  if (own !== null && own !== issuer) return { proof: null, refused: 'issuer_differs' };
  if ((options.subject ?? subject) !== session.subject) return { proof: null, refused: 'subject_differs' };
  // it counts in whole seconds: what was done in the second of the question may have been done after it
  const earliest = Math.floor((askedAt - clockLeeway) / SECOND) * SECOND;
  if (authTime === null || authTime < earliest) return { proof: null, refused: 'authentication_too_old' };
  return { proof: { assuranceLevel: level }, refused: null };
}
