/** Nobody may keep an answer of these endpoints (OpenID Connect Back-Channel Logout section 2.8). */
const NOT_KEPT = { 'cache-control': 'no-store' };
/** How soon to try again when nobody could tell, in seconds. */
const RETRY_AFTER = '1';

/** It was done. */
export function done(body: object | null = null): Response {
  return body === null ? new Response(null, { headers: NOT_KEPT }) : Response.json(body, { headers: NOT_KEPT });
}

/** What was sent is no good, in words that say nothing of its content. */
export function refusal(description: string, status = 400, error = 'invalid_request'): Response {
  const headers = status === 405 ? { ...NOT_KEPT, allow: 'POST' } : NOT_KEPT;
  return Response.json({ error, error_description: description }, { status, headers });
}

/** Nobody could tell whether it is done: send it again. */
export function tryAgain(): Response {
  const headers = { ...NOT_KEPT, 'retry-after': RETRY_AFTER };
  return Response.json({ error: 'temporarily_unavailable' }, { status: 503, headers });
}
