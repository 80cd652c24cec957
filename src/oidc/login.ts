import { capLogin, type ProviderCaps } from '../cap-login.js';
import { curfewError } from '../core/errors.js';
import type { Policy } from '../core/policy.js';
import type { AssuranceLevel, Attributes } from '../core/session.js';
import type { EngineLogin } from '../engine/start.js';
import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import { ISSUER, SID } from './attributes.js';
import { type AssuranceLevels, type IdTokenClaims, readClaims } from './claims.js';

/** What to make a login with, beside what the provider says. */
export interface ProviderLoginOptions {
  /** The one that the session starts under: `engine.policy()`. */
  readonly policy: Policy;
  /** When the provider's word was received: `engine.now()`, right before the start. */
  readonly receivedAt: Instant;
  /** What you call the person. Default: what the provider does. */
  readonly subject?: string;
  /** More attributes; `iss` and `sid` are the provider's. */
  readonly attributes?: Attributes;
}

/** What to make a login of an ID Token with. */
export interface LoginFromClaimsOptions extends ProviderLoginOptions {
  /** The `max_age` that you asked for, in milliseconds, above 0: then the token must say `auth_time`. */
  readonly maxAge?: Duration;
  /** Which `acr` counts as which level. Default: `aal1`, `aal2`, `aal3` as themselves; others count as `aal1`. */
  readonly levels?: AssuranceLevels;
}

/** A SAML assertion, as far as it says something of the session (SAML Core section 2.7.2). Verify it first. */
export interface SamlSession {
  readonly issuer: string;
  /** The `NameID`. */
  readonly subject: string;
  /** `SessionIndex`. */
  readonly sessionIndex?: string;
  /** `AuthnInstant`, as it stands there: `2026-11-21T09:00:00Z`. */
  readonly authnInstant?: string;
  /** `SessionNotOnOrAfter`. Not `NotOnOrAfter`, which is the assertion's own. */
  readonly sessionNotOnOrAfter?: string;
  readonly assuranceLevel?: AssuranceLevel;
}

/** From the receipt to the start some time passes: by so much the session is over before the provider's must be. */
const MARGIN = 1_000;
/** SAML Core section 1.3.3: in UTC, without a time zone. */
const SAML_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?$/;

/**
 * The login that an ID Token gives: input for `engine.start`, or for `session.start` of a framework's.
 *
 * `session_expiry` caps the session, a second early so that no delay lets it live longer; `auth_time` is when the
 * person authenticated; `iss` and `sid` become attributes, by which a logout of the provider's finds the session.
 *
 * @throws an error with code `claims_invalid`; and with code `provider_session_over` if the provider's session is over:
 * send the person there again.
 * @example
 * const claims = { iss: 'https://login.example.com', sub: 'alice', sid: 'p-1', auth_time: now / 1000 - 5 };
 * const login = loginFromClaims(claims, { policy, receivedAt: now });
 * login.attributes; // => { iss: 'https://login.example.com', sid: 'p-1' }
 * login.authenticatedAt; // => now - 5000
 */
export function loginFromClaims(claims: IdTokenClaims, options: LoginFromClaimsOptions): EngineLogin {
  const { issuer, subject, sid, authTime, sessionExpiry, level } = readClaims(claims, options.levels);
  if (options.maxAge !== undefined && authTime === null) {
    const message = 'must be there, because `max_age` was asked for (OpenID Connect Core section 2)';
    throw invalid('/auth_time', message);
  }
  return capped({ issuer, subject, sid, level }, options, {
    ...(authTime !== null && { authTime }),
    ...(sessionExpiry !== null && { sessionExpiry: early(sessionExpiry) }),
    ...(options.maxAge !== undefined && { maxAge: options.maxAge }),
  });
}

/**
 * The login that a SAML assertion gives; `SessionNotOnOrAfter` caps the session, `SessionIndex` becomes its `sid`.
 *
 * @throws an error with code `claims_invalid`, and one with code `provider_session_over`, as `loginFromClaims` does.
 * @example
 * const login = loginFromAssertion({ issuer, subject: 'alice', sessionIndex: '_1' }, { policy, receivedAt: now });
 * login.attributes; // => { iss: issuer, sid: '_1' }
 */
export function loginFromAssertion(assertion: SamlSession, options: ProviderLoginOptions): EngineLogin {
  const { issuer, subject, sessionIndex, authnInstant, sessionNotOnOrAfter, assuranceLevel = 'aal1' } = assertion;
  const sid = sessionIndex ?? null;
  // checked as the claims of a token are
  readClaims({ iss: issuer, sub: subject, ...(sid !== null && { sid }) });
  const over = sessionNotOnOrAfter === undefined ? null : samlInstant(sessionNotOnOrAfter, '/sessionNotOnOrAfter');
  return capped({ issuer, subject, sid, level: assuranceLevel }, options, {
    ...(authnInstant !== undefined && { authTime: samlInstant(authnInstant, '/authnInstant') }),
    ...(over !== null && { sessionNotOnOrAfter: early(over) }),
  });
}

interface Person {
  readonly issuer: string;
  readonly subject: string;
  readonly sid: string | null;
  readonly level: AssuranceLevel;
}

function capped(person: Person, options: ProviderLoginOptions, caps: ProviderCaps): EngineLogin {
  const { policy, receivedAt, subject = person.subject, attributes } = options;
  const own = { [ISSUER]: person.issuer, ...(person.sid !== null && { [SID]: person.sid }) };
  // the engine knows its own time, and gives the id
  const login = { id: 'login', subject, at: receivedAt, assuranceLevel: person.level };
  const { id: _id, at: _at, ...rest } = capLogin(policy, { ...login, attributes: { ...attributes, ...own } }, caps);
  return rest;
}

function early(instant: Instant): Instant {
  return Math.max(0, instant - MARGIN);
}

function samlInstant(text: string, path: string): Instant {
  const instant = SAML_TIME.test(text) ? Date.parse(text.endsWith('Z') ? text : `${text}Z`) : Number.NaN;
  if (Number.isNaN(instant) || instant < 0) throw invalid(path, 'must be a time in UTC: `2026-11-21T09:00:00Z`');
  return Math.floor(instant);
}

function invalid(path: string, message: string): Error {
  const problem = { path, code: 'invalid', message };
  return curfewError('claims_invalid', 'no login can be made of what the provider says:', [problem]);
}
