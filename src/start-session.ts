import { knownContext } from './core/context.js';
import { curfewError, type Problem } from './core/errors.js';
import { ASSURANCE_LEVELS } from './core/levels.js';
import { limitsOf } from './core/limits.js';
import type { Policy } from './core/policy.js';
import type { AssuranceLevel, Attributes, Context, Proofs, Requested, Session } from './core/session.js';
import { absoluteStart } from './core/standing.js';
import { isAttributes } from './core/usable.js';
import { after, type Instant, isInstant } from './time/instant.js';

/** What a login says. */
export interface Login {
  /** Stable for the session's life and not secret: not what the client presents. */
  readonly id: string;
  /** Whom the session is about. */
  readonly subject: string;
  /** When the session starts. */
  readonly at: Instant;
  /** When the person authenticated, if earlier: OIDC `auth_time`, SAML `AuthnInstant`. Default and latest: `at`. */
  readonly authenticatedAt?: Instant;
  /** How strongly. Default `aal1`. */
  readonly assuranceLevel?: AssuranceLevel;
  readonly context?: Context;
  readonly attributes?: Attributes;
  /** Limits that the client asks for; each decision clamps them to what the policy lets it ask for. */
  readonly requested?: Requested;
}

/**
 * Starts a session at a login.
 *
 * @throws an error with code `login_invalid` if an id or subject is empty, or an instant, level or duration is not one.
 * @example
 * const session = startSession(policy, { id: 's-1', subject: 'alice', at: 0 });
 * session.stamps.absolute; // => 28800000
 */
export function startSession(policy: Policy, login: Login): Session {
  const problems = problemsOf(login ?? {});
  if (problems.length > 0) throw curfewError('login_invalid', 'this is not a login:', problems);
  const { id, subject, at, assuranceLevel = 'aal1', attributes = {}, requested = null } = login;
  const authenticatedAt = Math.min(login.authenticatedAt ?? at, at);
  const context = knownContext(policy, login.context, at);
  const limits = limitsOf(policy, { attributes, context, attention: 'visible' }, requested, []);
  return {
    id,
    subject,
    createdAt: at,
    authenticatedAt,
    proofs: provenBy(assuranceLevel, authenticatedAt),
    lastActivityAt: at,
    recordedAt: at,
    bound: context,
    context,
    attributes,
    attributesAt: at,
    signals: null,
    requested,
    stamps: {
      idle: after(at, limits.idleTimeout),
      absolute: after(absoluteStart(policy, { createdAt: at }, authenticatedAt), limits.absoluteTimeout),
      reauthentication: after(authenticatedAt, policy.reauthentication.after),
      onIdle: policy.onIdle,
    },
    lease: null,
    refresh: { generation: 0, rotatedAt: null },
    policy: policy.fingerprint,
    candidate: null,
    ended: null,
  };
}

function provenBy(level: AssuranceLevel, at: Instant): Proofs {
  const rank = ASSURANCE_LEVELS.indexOf(level);
  return { aal1: at, aal2: rank >= 1 ? at : null, aal3: rank >= 2 ? at : null };
}

function problemsOf({
  id,
  subject,
  at,
  authenticatedAt = 0,
  assuranceLevel = 'aal1',
  attributes = {},
  requested,
}: Login): Problem[] {
  const problems: Problem[] = [];
  const check = (isRight: boolean, path: string, message: string) => {
    if (!isRight) problems.push({ path, code: 'invalid', message });
  };
  const instant = 'must be whole milliseconds since the Unix epoch';
  check(isText(id), '/id', 'must be a text that is not empty');
  check(isText(subject), '/subject', 'must be a text that is not empty');
  check(isInstant(at), '/at', instant);
  check(isInstant(authenticatedAt), '/authenticatedAt', instant);
  check(ASSURANCE_LEVELS.includes(assuranceLevel), '/assuranceLevel', `must be one of ${ASSURANCE_LEVELS.join(', ')}`);
  check(isAttributes(attributes), '/attributes', 'must be texts, finite numbers, booleans or lists of texts, by name');
  const isKept = !Object.hasOwn(Object(attributes), '__proto__');
  check(isKept, '/attributes/__proto__', 'is not a name that a record can keep: call it otherwise');
  check(typeof (requested ?? {}) === 'object' && !Array.isArray(requested), '/requested', 'must be limits by name');
  for (const [name, value] of Object.entries(requested ?? {})) {
    const isLimit = name === 'idleTimeout' || name === 'absoluteTimeout';
    check(isLimit, `/requested/${name}`, 'is not a limit: write idleTimeout or absoluteTimeout');
    check(isInstant(value) && value > 0, `/requested/${name}`, 'must be whole milliseconds above 0');
  }
  return problems;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
