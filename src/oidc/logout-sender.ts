import { type CryptoKey, importJWK, type JWK, SignJWT } from 'jose';
import { curfewError, type Problem } from '../core/errors.js';
import { base64url, type Random, systemRandom } from '../engine/secrets.js';
import { type Clock, systemClock } from '../time/clock.js';
import type { Duration } from '../time/duration.js';
import { systemTimers, type Timers } from '../time/timer.js';
import { LOGOUT_EVENT } from './back-channel.js';
import { isText } from './claims.js';

/** An application that hears of logouts by the back channel. */
export interface RemoteApplication {
  readonly clientId: string;
  /** Its `backchannel_logout_uri`. */
  readonly uri: string;
}

/** How logouts are told to applications that share no store with you. */
export interface LogoutSenderOptions {
  /** What your ID Tokens name as `iss`. */
  readonly issuer: string;
  /** A private key whose public half is in the key set that the applications know. */
  readonly signingKey: { readonly kid: string; readonly alg: string; readonly privateKey: CryptoKey | JWK };
  readonly applications: readonly RemoteApplication[];
  /** `fetch` of the host; or one that goes through a proxy. */
  readonly fetch: (url: string, init: RequestInit) => Promise<{ readonly status: number }>;
  /** How often to try where an application does not answer, or says 5xx. Default 3. */
  readonly attempts?: number;
  /** How long one attempt may take, in milliseconds. Default 5,000. */
  readonly timeout?: Duration;
  readonly clock?: Pick<Clock, 'now'>;
  readonly timers?: Timers;
  readonly random?: Random;
}

/** Whose sessions are over. */
export interface LoggedOut {
  /** The `sub` of your ID Tokens. */
  readonly subject: string;
  /** Their `sid`; without it, all of the subject's sessions are over. */
  readonly sid?: string;
}

/** What became of one message. `refused`: to send it again is of no use. `failed`: nobody knows. */
export interface LogoutDelivery {
  readonly clientId: string;
  readonly outcome: 'done' | 'refused' | 'failed';
  /** Of the last answer; `null` if there was none. */
  readonly status: number | null;
}

const SECOND = 1_000;
/** Section 2.4 asks for at most two minutes. */
const LIFETIME = 120;
const JTI_BYTES = 16;
/** The application did not look at it, or had too much to do: that is no refusal. */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Tells applications elsewhere that sessions are over (OpenID Connect Back-Channel Logout 1.0 section 2.5): for an
 * organisation that is its own provider. Each attempt has a token of its own, and waits longer than the one before.
 *
 * @throws an error with code `oidc_options_invalid` that names every option that is wrong.
 * @example
 * const { privateKey } = await generateKeyPair('ES256');
 * const signingKey = { kid: 'k1', alg: 'ES256', privateKey };
 * const applications = [{ clientId: 'crm', uri: 'https://crm.example.com/backchannel' }];
 * const send = logoutSender({ issuer, signingKey, applications, fetch: async () => ({ status: 200 }) });
 * (await send({ subject: 'alice' }))[0].outcome; // => 'done'
 */
export function logoutSender(options: LogoutSenderOptions): (about: LoggedOut) => Promise<readonly LogoutDelivery[]> {
  checkOptions(options);
  const applications = [...options.applications];
  return (about) => Promise.all(applications.map((application) => deliver(options, application, about)));
}

async function deliver(
  options: LogoutSenderOptions,
  application: RemoteApplication,
  about: LoggedOut,
): Promise<LogoutDelivery> {
  const { attempts = 3, timers = systemTimers } = options;
  const { clientId } = application;
  let status: number | null = null;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await new Promise<void>((resolve) => timers.after(SECOND * 4 ** (attempt - 1), resolve));
    status = await attemptOf(options, application, about);
    if (status === 200 || status === 204) return { clientId, outcome: 'done', status };
    if (status !== null && status < 500 && !LATER.has(status)) return { clientId, outcome: 'refused', status };
  }
  return { clientId, outcome: 'failed', status };
}

/** The status of the answer; `null` for none in time. */
async function attemptOf(
  options: LogoutSenderOptions,
  { clientId, uri }: RemoteApplication,
  about: LoggedOut,
): Promise<number | null> {
  const { timeout = 5 * SECOND, timers = systemTimers } = options;
  const aborter = new AbortController();
  const cancel = timers.after(timeout, () => aborter.abort());
  try {
    const body = new URLSearchParams({ logout_token: await tokenFor(options, clientId, about) });
    // a redirect would carry the token to where nobody registered
    const init = { method: 'POST', body, redirect: 'manual', signal: aborter.signal } as const;
    const gone = new Promise<null>((resolve) => aborter.signal.addEventListener('abort', () => resolve(null)));
    const answer = await Promise.race([options.fetch(uri, init), gone]);
    return answer?.status ?? null;
  } catch {
    return null;
  } finally {
    cancel();
    // nobody reads the body, which would keep a connection busy
    aborter.abort();
  }
}

async function tokenFor(options: LogoutSenderOptions, clientId: string, { subject, sid }: LoggedOut): Promise<string> {
  const { issuer, signingKey, clock = systemClock, random = systemRandom } = options;
  const { kid, alg, privateKey } = signingKey;
  const seconds = Math.floor(clock.now() / SECOND);
  const key = 'kty' in privateKey ? await importJWK(privateKey, alg) : privateKey;
  return new SignJWT({ events: { [LOGOUT_EVENT]: {} }, ...(sid !== undefined && { sid }) })
    .setProtectedHeader({ alg, kid, typ: 'logout+jwt' })
    .setIssuer(issuer)
    .setSubject(subject)
    .setAudience(clientId)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + LIFETIME)
    .setJti(base64url(random(JTI_BYTES)))
    .sign(key);
}

function checkOptions({ issuer, signingKey, applications, fetch: send, attempts = 3 }: LogoutSenderOptions): void {
  const problems: Problem[] = [];
  const check = (isRight: boolean, path: string, message: string) => {
    if (!isRight) problems.push({ path, code: 'invalid', message });
  };
  check(isText(issuer), '/issuer', 'must be what your ID Tokens name as `iss`');
  check(isText(signingKey?.kid) && isText(signingKey.alg), '/signingKey', 'must have a `kid`, an `alg` and a key');
  check(!/^(?:none$|HS)/.test(String(signingKey?.alg)), '/signingKey/alg', 'must be asymmetric');
  const isList = Array.isArray(applications);
  check(isList, '/applications', 'must be a list');
  for (const [index, { clientId, uri }] of (isList ? applications : []).entries()) {
    check(isText(clientId), `/applications/${index}/clientId`, 'must be a client id');
    check(URL.canParse(uri), `/applications/${index}/uri`, 'must be an address');
  }
  check(typeof send === 'function', '/fetch', "must be a function such as the host's `fetch`");
  check(Number.isSafeInteger(attempts) && attempts >= 1, '/attempts', 'must be 1 or more');
  if (problems.length > 0) throw curfewError('oidc_options_invalid', 'these options are none:', problems);
}
