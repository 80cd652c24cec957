import { curfewError, type Problem } from '../core/errors.js';
import { ASSURANCE_LEVELS } from '../core/levels.js';
import type { AssuranceLevel } from '../core/session.js';
import type { Instant } from '../time/instant.js';
import { isInstant } from '../time/instant.js';

/** What of an ID Token is looked at (OpenID Connect Core section 2). Verify the token first. Times are in seconds. */
export interface IdTokenClaims {
  readonly iss: string;
  readonly sub: string;
  /** The provider's session (OpenID Connect Back-Channel Logout section 2.1). */
  readonly sid?: string | undefined;
  /** When the person authenticated. */
  readonly auth_time?: number | undefined;
  /** How they did. */
  readonly acr?: string | undefined;
  /** When a session made of this token must be over (IPSIE; a draft). */
  readonly session_expiry?: number | undefined;
  readonly [name: string]: unknown;
}

/** Which `acr` counts as which assurance level. */
export type AssuranceLevels = Readonly<Record<string, AssuranceLevel>>;

/** The claims, with times in milliseconds. */
export interface ReadClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly sid: string | null;
  readonly authTime: Instant | null;
  readonly sessionExpiry: Instant | null;
  readonly level: AssuranceLevel;
}

const SECOND = 1_000;
const OWN_NAMES: AssuranceLevels = Object.fromEntries(ASSURANCE_LEVELS.map((level) => [level, level]));

/**
 * Reads the claims. An `acr` that nobody gave a level to proves no more than the lowest.
 *
 * @throws an error with code `claims_invalid` that names every claim that is none, and nothing of what it says.
 */
export function readClaims(claims: IdTokenClaims, levels: AssuranceLevels = OWN_NAMES): ReadClaims {
  const { iss, sub, sid, auth_time: authTime, session_expiry: expiry, acr } = claims ?? {};
  const problems: Problem[] = [];
  const check = (isRight: boolean, name: string, message: string) => {
    if (!isRight) problems.push({ path: `/${name}`, code: 'invalid', message });
  };
  check(isText(iss), 'iss', 'must be a text that is not empty');
  check(isText(sub), 'sub', 'must be a text that is not empty');
  check(sid === undefined || isText(sid), 'sid', 'must be a text that is not empty, or left out');
  check(authTime === undefined || isSeconds(authTime), 'auth_time', 'must be seconds since the Unix epoch');
  check(expiry === undefined || isSeconds(expiry), 'session_expiry', 'must be seconds since the Unix epoch');
  if (problems.length > 0) throw curfewError('claims_invalid', 'these are no claims of an ID Token:', problems);
  const level = isText(acr) && Object.hasOwn(levels, acr) ? levels[acr] : undefined;
  return {
    issuer: iss,
    subject: sub,
    sid: sid ?? null,
    authTime: authTime === undefined ? null : Math.floor(authTime * SECOND),
    sessionExpiry: expiry === undefined ? null : Math.floor(expiry * SECOND),
    level: level ?? 'aal1',
  };
}

/** Whether it is a text with something in it. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && isInstant(Math.floor(value * SECOND));
}
