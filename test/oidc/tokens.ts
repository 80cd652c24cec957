import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { BEGIN } from '../engine/support.js';

export const ISSUER = 'https://login.example.com';
export const CLIENT = 'web';
export const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
const stranger = (await generateKeyPair('RS256')).privateKey;

export const KEYS: JSONWebKeySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'p1', alg: 'RS256', use: 'sig' }] };

let count = 0;

/** A logout token as OpenID Connect has it, with what a test changes; `undefined` leaves a claim out. */
export async function aToken(
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
  at = BEGIN,
): Promise<string> {
  const seconds = Math.floor(at / 1_000);
  const all: Record<string, unknown> = {
    iss: ISSUER,
    aud: CLIENT,
    iat: seconds,
    exp: seconds + 120,
    jti: `j-${count++}`,
    events: { [EVENT]: {} },
    sub: 'alice',
    ...claims,
  };
  for (const [name, value] of Object.entries(all)) if (value === undefined) delete all[name];
  const protectedHeader: Record<string, unknown> = { alg: 'RS256', kid: 'p1', typ: 'logout+jwt', ...header };
  for (const [name, value] of Object.entries(protectedHeader)) if (value === undefined) delete protectedHeader[name];
  return new SignJWT(all).setProtectedHeader(protectedHeader as { alg: string }).sign(privateKey);
}

/** The same, signed by somebody else under the name of the provider's key. */
export async function aForgery(): Promise<string> {
  const seconds = Math.floor(BEGIN / 1_000);
  const claims = {
    iss: ISSUER,
    aud: CLIENT,
    iat: seconds,
    exp: seconds + 120,
    jti: 'f',
    sub: 'alice',
    events: { [EVENT]: {} },
  };
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'p1', typ: 'logout+jwt' }).sign(stranger);
}

/** A request as a provider sends it. */
export function posted(form: Readonly<Record<string, string>> | string, headers: HeadersInit = {}): Request {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  const all = new Headers(headers);
  if (!all.has('content-type')) all.set('content-type', 'application/x-www-form-urlencoded');
  return new Request('https://app.example.com/backchannel', { method: 'POST', body, headers: all });
}
