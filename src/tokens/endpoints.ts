import type { Granted, TokenRefusal } from './answers.js';
import { type Client, clientOf, unknownClient } from './client.js';
import { type Form, invalid, readForm } from './form.js';
import type { Parts } from './grant.js';
import { introspect } from './introspect.js';
import { refused } from './refusals.js';
import { revoke } from './revoke.js';

/** How a refresh token is exchanged: with what is known of where the request comes from. */
export type Exchange = (refreshToken: string, clientId: string) => Promise<Granted | TokenRefusal>;

/** What an endpoint makes of a form: something to send as JSON, with nothing to say `null`; or a refusal. */
type Outcome = { readonly body: object | null } | { readonly refusal: TokenRefusal };
type Endpoint = (parts: Parts, form: Form, client: Client, exchange: Exchange) => Promise<Outcome>;

const ENDPOINTS: Readonly<Record<string, Endpoint>> = { '/token': token, '/revoke': revocation, '/introspect': told };
const KEYS = '/.well-known/jwks.json';
/** Nobody may keep an answer that is about one session at one moment (RFC 6749 section 5.1). */
const NOT_KEPT = { 'cache-control': 'no-store', pragma: 'no-cache' };
const RETRY_AFTER = '1';

/** Answers a request to one of the endpoints; `null` if it is to none of them. */
export async function answerTokenRequest(parts: Parts, request: Request, exchange: Exchange): Promise<Response | null> {
  const { path: base = '' } = parts.options;
  const { pathname } = new URL(request.url);
  const rest = pathname.startsWith(base) ? pathname.slice(base.length) : '';
  const endpoint = Object.hasOwn(ENDPOINTS, rest) ? ENDPOINTS[rest] : undefined;
  if (rest === KEYS) return keySet(parts, request);
  if (endpoint === undefined) return null;
  if (request.method !== 'POST') return notAllowed('POST');
  const form = await readForm(request);
  if ('effect' in form) return refusal(form, request);
  const client = await clientOf(parts.options, request, form);
  if ('effect' in client) return refusal(client, request);
  const outcome = await endpoint(parts, form, client, exchange);
  if ('refusal' in outcome) return refusal(outcome.refusal, request);
  return outcome.body === null ? new Response(null, { headers: NOT_KEPT }) : json(200, outcome.body);
}

/** RFC 6749 section 6. What scope the tokens have is the application's to say: one that is asked for is ignored. */
async function token(_: Parts, form: Form, { clientId }: Client, exchange: Exchange): Promise<Outcome> {
  const grantType = form.get('grant_type');
  const refreshToken = form.get('refresh_token');
  if (grantType === undefined) return missing('grant_type');
  if (grantType !== 'refresh_token') {
    const text = 'There is no grant but refresh_token here.';
    return { refusal: refused(400, 'unsupported_grant_type', 'grant_type_unsupported', text) };
  }
  if (refreshToken === undefined) return missing('refresh_token');
  const answer = await exchange(refreshToken, clientId);
  return answer.effect === 'permit' ? { body: answer.response } : { refusal: answer };
}

/** RFC 7009 section 2. A hint is not needed: no token can be taken for one of the other kind. */
async function revocation(parts: Parts, form: Form, { clientId }: Client): Promise<Outcome> {
  const presented = form.get('token');
  if (presented === undefined) return missing('token');
  const refusal = await revoke(parts, presented, clientId);
  return refusal === null ? { body: null } : { refusal };
}

/** RFC 7662 section 2. Only for who proved who they are: anybody else could try tokens here. */
async function told(parts: Parts, form: Form, { clientId, isPublic = false }: Client): Promise<Outcome> {
  const presented = form.get('token');
  if (isPublic) return { refusal: unknownClient() };
  if (presented === undefined) return missing('token');
  const answer = await introspect(parts, presented, clientId);
  return 'active' in answer ? { body: answer } : { refusal: answer };
}

function missing(name: string): Outcome {
  return { refusal: invalid(`The parameter ${name} is missing.`) };
}

async function keySet(parts: Parts, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return notAllowed('GET, HEAD');
  const headers = { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=300' };
  const text = JSON.stringify((await parts.keys()).publicKeys);
  return new Response(request.method === 'HEAD' ? null : text, { status: 200, headers });
}

function refusal({ status, body }: TokenRefusal, request: Request): Response {
  const headers: Record<string, string> = {};
  if (status === 503) headers['retry-after'] = RETRY_AFTER;
  // RFC 6749 section 5.2: in the scheme that was tried, and not otherwise, because browsers would ask for a password
  const scheme = /^[a-z][a-z0-9-]{0,31}(?= )/i.exec(request.headers.get('authorization') ?? '')?.[0];
  if (status === 401 && scheme !== undefined) headers['www-authenticate'] = `${scheme} realm="token"`;
  return json(status, body, headers);
}

function notAllowed(allow: string): Response {
  return json(405, invalid('Not with this method.', 405).body, { allow });
}

function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Response {
  const own = { 'content-type': 'application/json', ...NOT_KEPT, ...headers };
  return new Response(JSON.stringify(body), { status, headers: own });
}
