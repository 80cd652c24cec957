import type { Challenge, Reason } from '../core/decision.js';
import type { ReasonCode } from '../core/reason.js';
import type { AssuranceLevel } from '../core/session.js';
import type { Answer } from '../engine/answers.js';
import type { HeaderLine } from './request.js';

/** A response to a request that may not go on. Copy it as it is. */
export interface Refusal {
  readonly status: number;
  readonly headers: readonly HeaderLine[];
  /** JSON, as `application/problem+json` (RFC 9457); `''` for a redirect. */
  readonly body: string;
  /** The first reason's code, for logs. */
  readonly code: ReasonCode;
}

/** How refusals are worded. */
export interface RefusalOptions {
  /** Default `session`. */
  readonly realm?: string;
  /** What `acr_values` says for a level, where an identity provider has names of its own (RFC 9470 section 3). */
  readonly acrValues?: Readonly<Partial<Record<AssuranceLevel, string>>>;
  /** What `type` of a problem begins with; the code follows. Default `urn:curfew:problem:`. */
  readonly problemType?: string;
}

const SECOND = 1_000;
/** How soon to try again when nobody could tell, in seconds. */
const RETRY_AFTER = '1';

/** The answers that are no permit. */
export type Refused = Exclude<Answer, { effect: 'permit' }>;

/**
 * What a refused request is answered.
 *
 * 401 where a login or a reauthentication would help, with a challenge (RFC 9110 section 15.5.2; RFC 6750 section 3;
 * RFC 9470 section 3 for a step-up), 403 where it would not, 503 where nobody could tell.
 *
 * @example
 * const answer = missingSession({ type: 'access', at: 0, activity: 'user' });
 * refusalOf(answer).status; // => 401
 */
export function refusalOf(answer: Refused, options: RefusalOptions = {}): Refusal {
  const code = codeOf(answer);
  if (answer.effect === 'indeterminate') {
    const detail = 'Nobody could tell whether this session is valid. Nothing has changed: try again.';
    return problem(
      { status: 503, title: 'Cannot tell', detail, code, headers: [['retry-after', RETRY_AFTER]] },
      options,
    );
  }
  if (answer.effect === 'challenge') return challenged(answer, code, options);
  if (answer.session === null) {
    return unauthorized({ title: 'No session', detail: 'There is no such session. Log in.', code }, options);
  }
  if (answer.session.ended !== null) {
    return unauthorized({ title: 'The session has ended', detail: `It ended: ${code}. Log in again.`, code }, options);
  }
  const detail = `The session is valid, and this is not allowed: ${code}.`;
  return problem({ status: 403, title: 'Not allowed', detail, code, headers: [] }, options);
}

/** A request that presented nothing: no error is named (RFC 6750 section 3.1). */
export function nothingPresented(options: RefusalOptions = {}): Refusal {
  const headers: HeaderLine[] = [['www-authenticate', `Bearer realm=${quoted(options.realm ?? 'session')}`]];
  const words = { status: 401, title: 'No session', detail: 'Log in.', code: 'credential_missing' };
  return problem({ ...words, headers }, options);
}

/** A request that presented something that can be no credential. */
export function malformedRequest(detail: string, options: RefusalOptions = {}): Refusal {
  const challenge = `${bearer(options, 'invalid_request')}, error_description=${quoted(detail)}`;
  const headers: HeaderLine[] = [['www-authenticate', challenge]];
  return problem({ status: 400, title: 'Malformed', detail, code: 'credential_malformed', headers }, options);
}

/** A request that another site may have made a browser send. */
export function crossSite(options: RefusalOptions = {}): Refusal {
  const detail = 'This request came from another site. Send it from a page of this one.';
  return problem({ status: 403, title: 'Cross-site', detail, code: 'request_cross_site', headers: [] }, options);
}

interface Words {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly code: ReasonCode;
  readonly headers: readonly HeaderLine[];
  /** Members beside those of RFC 9457. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Any problem, as RFC 9457 has it. Nobody may keep it: it is about one session at one moment. */
export function problem({ status, title, detail, code, headers, more }: Words, options: RefusalOptions = {}): Refusal {
  const type = `${options.problemType ?? 'urn:curfew:problem:'}${code}`;
  const lines: HeaderLine[] = [['content-type', 'application/problem+json'], ['cache-control', 'no-store'], ...headers];
  return { status, headers: lines, body: JSON.stringify({ type, title, status, detail, code, ...more }), code };
}

function unauthorized(words: Pick<Words, 'title' | 'detail' | 'code'>, options: RefusalOptions): Refusal {
  const challenge = `${bearer(options, 'invalid_token')}, error_description=${quoted(words.detail)}`;
  return problem({ ...words, status: 401, headers: [['www-authenticate', challenge]] }, options);
}

/** The step-up challenge: what to authenticate with, and how lately. */
function challenged({ maxAge, assuranceLevel }: Challenge, code: ReasonCode, options: RefusalOptions): Refusal {
  const detail =
    maxAge === null || maxAge > 0
      ? 'A stronger or more recent authentication is required.'
      : 'Authenticate again to go on.';
  const parts = [bearer(options, 'insufficient_user_authentication'), `error_description=${quoted(detail)}`];
  if (assuranceLevel !== null)
    parts.push(`acr_values=${quoted(options.acrValues?.[assuranceLevel] ?? assuranceLevel)}`);
  // down, because a proof that is older by part of a second is too old
  const seconds = maxAge === null ? null : Math.floor(maxAge / SECOND);
  if (seconds !== null) parts.push(`max_age=${quoted(String(seconds))}`);
  const headers: HeaderLine[] = [['www-authenticate', parts.join(', ')]];
  const more = { assuranceLevel, maxAgeMs: maxAge };
  return problem({ status: 401, title: 'Authenticate again', detail, code, headers, more }, options);
}

function bearer({ realm = 'session' }: RefusalOptions, error: string): string {
  return `Bearer realm=${quoted(realm)}, error=${quoted(error)}`;
}

/** RFC 9110 section 5.6.4; what no header may hold is left out, so that nothing can start a line of its own. */
function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, '\\$&')}"`;
}

function codeOf({ session, reasons, effect }: Refused): ReasonCode {
  if (session !== null && session.ended !== null) return session.ended.code;
  const first: Reason | undefined = reasons.find((reason) => reason.effect === effect) ?? reasons[0];
  return first?.code ?? 'session_missing';
}
