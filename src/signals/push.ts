import { readText } from '../http/read-text.js';
import { type Authenticator, isAuthentic } from './authenticate.js';
import { refusedSet, type SetError, type SetErrorCode, type SetVerdict } from './set-error.js';
import { LONGEST_SET } from './validate.js';

/** Where a pushed SET goes. */
export interface PushParts {
  readonly receive: (set: string) => Promise<SetVerdict>;
  /** Tells the observer of what was refused before there was a SET. */
  readonly refuse: (error: SetError) => void;
  readonly authenticate: Authenticator | undefined;
}

const SET_TYPE = /^application\/secevent\+jwt(?:\s*;.*)?$/i;
const RETRY_AFTER = '5';
const NOT_KEPT = { 'cache-control': 'no-store' };

/** Answers a request that pushes a SET (RFC 8935 section 2): 202 once it is stored, 400 with a code, 503 for later. */
export async function answerPush(parts: PushParts, request: Request): Promise<Response> {
  const { receive, authenticate } = parts;
  if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST', ...NOT_KEPT } });
  const isKnown = await isAuthentic(authenticate, request).catch(() => null);
  if (isKnown === null) return later();
  if (!isKnown) return refused(parts, 'authentication_failed', 'the transmitter could not be authenticated');
  if (!SET_TYPE.test(request.headers.get('content-type') ?? '')) {
    return refused(parts, 'invalid_request', 'send one SET as application/secevent+jwt');
  }
  const body = await readText(request, LONGEST_SET);
  if ('problem' in body) return refused(parts, 'invalid_request', 'the SET is too long, or broke off');
  const verdict = await receive(body.text.trim());
  if (verdict.outcome === 'indeterminate') return later();
  return verdict.outcome === 'refused'
    ? refusal(verdict.error)
    : new Response(null, { status: 202, headers: NOT_KEPT });
}

/** A token that was rotated on one side only loses every event: whoever watches has to see it. */
function refused({ refuse }: PushParts, err: SetErrorCode, description: string): Response {
  const error = refusedSet(err, description);
  refuse(error);
  return refusal(error);
}

/** RFC 8935 section 2.3: always 400, whatever is wrong, and with the language of the description. */
function refusal({ err, description }: SetError): Response {
  const headers = { 'content-type': 'application/json', 'content-language': 'en', ...NOT_KEPT };
  return new Response(JSON.stringify({ err, description }), { status: 400, headers });
}

function later(): Response {
  return new Response(null, { status: 503, headers: { 'retry-after': RETRY_AFTER, ...NOT_KEPT } });
}
