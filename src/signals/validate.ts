import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { Instant } from '../time/instant.js';
import { eventName } from './event-types.js';
import { isShallow, readClaims, type SetClaims } from './parse-claims.js';
import { readPayload } from './parse-event.js';
import { readSubject } from './parse-subject.js';
import type { SecurityEvent } from './security-event.js';
import { isSetError, refusedSet, type SetError } from './set-error.js';

/** Where a transmitter's public keys come from: its key set, the address of that, or whatever gets a key (jose). */
export type TransmitterKeys = JSONWebKeySet | URL | JWTVerifyGetKey;

/** What a SET is held against. */
export interface SetRules {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly getKey: JWTVerifyGetKey;
  readonly algorithms: readonly string[];
  /** Members of complex subjects that must be understood, and those that are. */
  readonly critical: readonly string[];
  readonly members: readonly string[];
  readonly isInterop: boolean;
}

/** A SET takes one or two kB; nobody decodes a megabyte for a stranger. */
export const LONGEST_SET = 65_536;
/** Signatures only, and asymmetric ones: with none of these is the key that verifies the one that signs. */
export const SET_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** The ways in which a key set says that it has no such key. */
const NO_KEY = new Set(['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_JOSE_NOT_SUPPORTED']);
/** Thrown where the keys cannot be got: that says nothing about the SET. */
const KEYS_UNAVAILABLE = 'keys_unavailable';

/**
 * Validates a SET, in this order: what it is, how it is signed, by whom, for whom, the signature, what it says (RFC
 * 8417 section 2, RFC 8725 section 3; Shared Signals Framework 1.0, section "Security Event Token profile").
 *
 * @throws what `isKeysUnavailable` knows: try again.
 */
export async function validateSet(set: string, rules: SetRules, now: Instant): Promise<SecurityEvent | SetError> {
  if (set.length > LONGEST_SET) return refusedSet('invalid_request', 'the SET is too long');
  const outside = outsideProblem(set, rules);
  if (outside !== null) return outside;
  const payload = await verified(set, rules, now);
  return isSetError(payload) ? payload : eventOf(payload, rules);
}

/** What can be seen before the signature is checked. None of it is believed: it only says what to refuse, and why. */
function outsideProblem(set: string, { algorithms, issuer, audience }: SetRules): SetError | null {
  try {
    const { typ, alg } = decodeProtectedHeader(set);
    if (typeof typ !== 'string' || !/^(?:application\/)?secevent\+jwt$/i.test(typ)) {
      return refusedSet('invalid_request', 'the type of the token is not secevent+jwt');
    }
    if (alg === undefined || !algorithms.includes(alg))
      return refusedSet('invalid_key', 'not signed with an algorithm that is allowed here');
    const claims = decodeJwt(set);
    if (claims.iss !== issuer) return refusedSet('invalid_issuer', 'not the issuer of this stream');
    const named = typeof claims.aud === 'string' ? [claims.aud] : Array.isArray(claims.aud) ? claims.aud : [];
    if (!named.some((one) => audience.includes(one))) return refusedSet('invalid_audience', 'not for this receiver');
    // a token that can expire, or that has a subject of its own, may be some other kind of token in disguise
    if ('sub' in claims || 'exp' in claims) return refusedSet('invalid_request', 'sub and exp must not be present');
    return null;
  } catch {
    return refusedSet('invalid_request', 'this is not one SET in compact form');
  }
}

async function verified(set: string, { getKey, algorithms }: SetRules, now: Instant): Promise<JWTPayload | SetError> {
  try {
    const options = { algorithms: [...algorithms], currentDate: new Date(now) };
    return (await jwtVerify(set, getKey, options)).payload;
  } catch (error) {
    if (isKeysUnavailable(error)) throw error;
    const code = String((error as { code?: unknown }).code);
    if (code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') {
      return refusedSet('authentication_failed', 'the signature is not that of the issuer');
    }
    if (code.startsWith('ERR_JWS_') || code.startsWith('ERR_JWT_')) {
      return refusedSet('invalid_request', 'this is not one SET in compact form');
    }
    return refusedSet('invalid_key', 'the key is not known, or not good enough');
  }
}

function eventOf(payload: JWTPayload, rules: SetRules): SecurityEvent | SetError {
  const claims = isShallow(payload) ? readClaims(payload) : null;
  if (claims === null) return refusedSet('invalid_request', 'jti, iat, sub_id and events are needed, each of its kind');
  const [[uri, value] = ['', null], ...others] = Object.entries(claims.events);
  if (uri === '' || others.length > 0) return refusedSet('invalid_request', 'one event is needed, and no more');
  const type = eventName(uri);
  const read = readPayload(type, value);
  if (read === null) return refusedSet('invalid_request', 'the event is not what its definition asks for');
  const subject = subjectOf(claims, rules);
  if (isSetError(subject)) return subject;
  const { jti, txn, toe, iat } = claims;
  const { timestamp, ...facts } = read;
  const at = lastOfSecond(timestamp ?? toe ?? iat);
  const base = {
    type,
    issuer: rules.issuer,
    jti,
    txn: txn ?? null,
    subject,
    at,
    issuedAt: lastOfSecond(iat),
    ...facts,
  };
  return rules.isInterop ? (interopProblem(base) ?? base) : base;
}

function subjectOf({ sub_id }: SetClaims, { critical, members }: SetRules): SecurityEvent['subject'] | SetError {
  const read = readSubject(sub_id);
  if (read === null) return refusedSet('invalid_request', 'sub_id is no subject identifier of a known format');
  const { subject, unread } = read;
  const present = subject.format === 'complex' ? Object.keys(subject).filter((name) => name !== 'format') : [];
  const ignored = [...unread, ...present.filter((name) => !members.includes(name))];
  if (ignored.some((name) => critical.includes(name))) {
    return refusedSet('invalid_request', 'a critical member of the subject cannot be processed here');
  }
  return subject;
}

/** CAEP Interoperability Profile 1.0: these two must say why. */
const EXPLAINED = new Set(['caep/session-revoked', 'caep/credential-change']);

function interopProblem({ type, reasonAdmin }: SecurityEvent): SetError | null {
  const isExplained = Object.values(reasonAdmin ?? {}).some((text) => text !== '');
  return EXPLAINED.has(type) && !isExplained
    ? refusedSet('invalid_request', 'the interoperability profile asks for a reason_admin')
    : null;
}

function lastOfSecond(seconds: number): Instant {
  return Number.isInteger(seconds) ? seconds * 1_000 + 999 : Math.ceil(seconds * 1_000);
}

/** Whether it was thrown because the keys cannot be got. */
export function isKeysUnavailable(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === KEYS_UNAVAILABLE;
}

/** What gets a key. That there is none says something about the SET; that it cannot be got does not. */
export function keyGetter(keys: TransmitterKeys): JWTVerifyGetKey {
  const getKey =
    keys instanceof URL ? createRemoteJWKSet(keys) : typeof keys === 'function' ? keys : createLocalJWKSet(keys);
  return async (header, token) => {
    // jose gets no key set anew that it got a moment ago: a key that is not in it may be newer than it
    const isStale = (getKey as { readonly coolingDown?: unknown }).coolingDown === true;
    try {
      return await getKey(header, token);
    } catch (cause) {
      const code = String((cause as { code?: unknown } | null)?.code);
      const isNone = NO_KEY.has(code) && !(isStale && code === 'ERR_JWKS_NO_MATCHING_KEY');
      throw isNone ? cause : Object.assign(new Error('the keys cannot be got'), { code: KEYS_UNAVAILABLE, cause });
    }
  };
}
