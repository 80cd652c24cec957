import { curfewError, type Problem } from '../../core/errors.js';
import type { Policy } from '../../core/policy.js';
import type { AssuranceLevel, Attributes, Session } from '../../core/session.js';
import { startSession } from '../../start-session.js';
import { type Instant, NEVER } from '../../time/instant.js';

/** Claims of a token whose signature you have verified. Instants are seconds, as RFC 7519 has them. */
export interface SessionClaims {
  readonly sub: string;
  /** The session's id. */
  readonly sid: string;
  /** When the token was issued. */
  readonly iat: number;
  /** When it ends. */
  readonly exp: number;
  /** When the person authenticated (OpenID Connect Core section 2). Default: `iat`. */
  readonly auth_time?: number | undefined;
  /** How strongly; see `levels`. */
  readonly acr?: string | undefined;
}

/** What claims do not say. */
export interface ClaimsOptions {
  /** Now. It stands for the last activity too, because nobody has written that down. */
  readonly at: Instant;
  /** What an `acr` is worth. Default: `aal1`, `aal2` and `aal3` by their names; anything else is `aal1`. */
  readonly levels?: Readonly<Record<string, AssuranceLevel>>;
  /** What conditions go by: a role. */
  readonly attributes?: Attributes;
}

const LEVELS: Readonly<Record<string, AssuranceLevel>> = { aal1: 'aal1', aal2: 'aal2', aal3: 'aal3' };
const SECOND = 1_000;

/**
 * The session that a verified token speaks of, to be asked about and never written. The absolute limit holds, counted
 * from `auth_time` and never past `exp`, and so does what is asked of reauthentication. The idle limit cannot: a token
 * does not know when its holder was last there. Nor is a logout known before `exp`.
 *
 * @throws an error with code `claims_invalid` that names the claims that are missing or are no such thing.
 * @example
 * const claims = { sub: 'alice', sid: 's-1', iat: 60, exp: 660, auth_time: 0, acr: 'aal2' };
 * const session = sessionFromClaims(policy, claims, { at: 61_000 });
 * evaluate(policy, session, { type: 'access', at: 660_000, activity: 'user' }).effect; // => 'deny'
 */
export function sessionFromClaims(policy: Policy, claims: SessionClaims, options: ClaimsOptions): Session {
  check(claims ?? {});
  const { sub, sid, iat, exp, auth_time: authTime = iat, acr = '' } = claims;
  const { at, levels = LEVELS, attributes = {} } = options;
  const authenticatedAt = Math.floor(Math.min(authTime, iat) * SECOND);
  const assuranceLevel = (Object.hasOwn(levels, acr) ? levels[acr] : undefined) ?? 'aal1';
  const session = startSession(policy, { id: sid, subject: sub, at: authenticatedAt, assuranceLevel, attributes });
  const seenAt = Math.max(at, Math.floor(iat * SECOND));
  const absolute = Math.min(session.stamps.absolute, Math.floor(exp * SECOND));
  return {
    ...session,
    lastActivityAt: seenAt,
    recordedAt: seenAt,
    stamps: { ...session.stamps, idle: NEVER, absolute },
  };
}

function check(claims: Partial<SessionClaims>): void {
  const problems: Problem[] = [];
  const problem = (name: string, message: string) => problems.push({ path: `/${name}`, code: 'invalid', message });
  for (const name of ['sub', 'sid'] as const) {
    if (typeof claims[name] !== 'string' || claims[name] === '') problem(name, 'must be a text that is not empty');
  }
  for (const name of ['iat', 'exp', 'auth_time'] as const) {
    const value = claims[name];
    const isMissing = value === undefined && name === 'auth_time';
    if (!isMissing && !isSeconds(value)) problem(name, 'must be seconds since the Unix epoch');
  }
  if (claims.acr !== undefined && typeof claims.acr !== 'string') problem('acr', 'must be a text');
  if (problems.length > 0) throw curfewError('claims_invalid', 'these claims make no session:', problems);
}

function isSeconds(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value * SECOND <= NEVER;
}
