import { curfewError, type Problem } from './core/errors.js';
import type { Policy } from './core/policy.js';
import type { Login } from './start-session.js';
import type { Duration } from './time/duration.js';
import { after, type Instant, isInstant, NEVER } from './time/instant.js';

/** What an identity provider says of how long its word is good. */
export interface ProviderCaps {
  /** OIDC `session_expiry` (IPSIE): when a session made of this ID Token has to be over. In milliseconds. */
  readonly sessionExpiry?: Instant;
  /** SAML `SessionNotOnOrAfter`. Not the assertion's own `NotOnOrAfter`, which says nothing of the session. */
  readonly sessionNotOnOrAfter?: Instant;
  /** OIDC `auth_time`, SAML `AuthnInstant`: when the person authenticated at the provider. In milliseconds. */
  readonly authTime?: Instant;
  /** OIDC `max_age` that was asked for: how old the authentication may become. In milliseconds, above 0. */
  readonly maxAge?: Duration;
}

const CAPS = ['sessionExpiry', 'sessionNotOnOrAfter', 'authTime'] as const;
const MS_PER_SECOND = 1_000;
/** Instants below are made up by a test: nothing can be told from their size. */
const SURELY_MILLISECONDS = 100_000_000_000;

/**
 * A login whose session is over when the identity provider says so: for single sign-on.
 *
 * A cap only shortens. One that lies beyond the policy's own limit asks for nothing, and an earlier authentication
 * lets `reauthentication.after` and what operations ask for count from then. The cap holds until a newer
 * reauthentication, where the policy lets that reset `absolute`: start a new session from the provider's new answer.
 *
 * @param policy the one that the session starts under
 * @throws an error with code `provider_session_over` if the provider's session is over at `login.at`, and one with code
 * `login_invalid` if a cap is no instant or `maxAge` no duration.
 * @example
 * const login = { id: 's-1', subject: 'alice', at: now };
 * const capped = capLogin(policy, login, { sessionExpiry: now + 3_600_000, authTime: now - 60_000 });
 * capped.requested; // => { absoluteTimeout: 3600000 }
 * capped.authenticatedAt; // => 0
 */
export function capLogin(policy: Policy, login: Login, caps: ProviderCaps): Login {
  const problems = problemsOf(login, caps);
  if (problems.length > 0) throw curfewError('login_invalid', 'these are no caps for a login:', problems);
  const { sessionExpiry = NEVER, sessionNotOnOrAfter = NEVER, authTime = NEVER, maxAge = NEVER } = caps;
  const authenticatedAt = Math.min(login.authenticatedAt ?? login.at, authTime, login.at);
  const deadlines: readonly (readonly [keyof ProviderCaps, Instant])[] = [
    ['sessionExpiry', sessionExpiry],
    ['sessionNotOnOrAfter', sessionNotOnOrAfter],
    ['maxAge', after(authenticatedAt, maxAge)],
  ];
  const over = deadlines.filter(([, deadline]) => deadline <= login.at);
  if (over.length > 0) throw sessionOver(login, over);
  const cap = Math.min(...deadlines.map(([, deadline]) => deadline));
  // a request for more than the limit would raise it, where the policy lets a client ask for more
  const most = login.requested?.absoluteTimeout ?? policy.limits.absoluteTimeout;
  const isShorter = cap < NEVER && cap - login.at < most;
  return {
    ...login,
    ...(authTime !== NEVER && { authenticatedAt }),
    ...(isShorter && { requested: { ...login.requested, absoluteTimeout: cap - login.at } }),
  };
}

function problemsOf({ at, authenticatedAt = 0 }: Login, caps: ProviderCaps): Problem[] {
  const problems: Problem[] = [];
  const check = (isRight: boolean, path: string, message: string) => {
    if (!isRight) problems.push({ path, code: 'invalid', message });
  };
  const instant = 'must be whole milliseconds since the Unix epoch';
  check(isInstant(at), '/at', instant);
  check(isInstant(authenticatedAt), '/authenticatedAt', instant);
  for (const name of CAPS) {
    const { [name]: cap } = caps;
    check(cap === undefined || isInstant(cap), `/${name}`, instant);
    const isForgotten = cap !== undefined && at > SURELY_MILLISECONDS && isInSeconds(cap, at);
    check(!isForgotten, `/${name}`, `${cap} looks like seconds, and has to be milliseconds: multiply it by 1000`);
  }
  const isAge = caps.maxAge === undefined || (isInstant(caps.maxAge) && caps.maxAge > 0);
  const advice = 'to ask the provider for a new authentication (`max_age=0`) is no length: leave it out then';
  check(isAge, '/maxAge', `must be whole milliseconds above 0; ${advice}`);
  return problems;
}

function sessionOver({ at }: Login, over: readonly (readonly [keyof ProviderCaps, Instant])[]): Error {
  const remedy = 'send the person to the identity provider for a new authentication';
  const problems = over.map(([name, deadline]) => ({
    path: `/${name}`,
    code: 'over',
    message: `it ended ${at - deadline} ms before the login, or at it: ${remedy}`,
  }));
  return curfewError('provider_session_over', "the identity provider's session is over:", problems);
}

/** Providers count in seconds; what is forgotten to be multiplied lies in January 1970. */
function isInSeconds(cap: Instant, at: Instant): boolean {
  return cap * MS_PER_SECOND > at / 2 && cap < at / (MS_PER_SECOND / 2);
}
