import { base64url, FlattenedSign, flattenedVerify } from 'jose';
import { ASSURANCE_LEVELS } from '../core/levels.js';
import type { AssuranceLevel } from '../core/session.js';

/**
 * What a refresh token says. Nothing of it is secret: that it comes from here is what the code at its end proves.
 *
 * When and how strongly the person authenticated is part of it, because that stays what it was for all tokens that
 * derive from one login (RFC 9068 section 2.2.1).
 */
export interface RefreshGrant {
  readonly sessionId: string;
  readonly generation: number;
  /** Seconds since the Unix epoch, as in `auth_time`. */
  readonly authTime: number;
  readonly assuranceLevel: AssuranceLevel;
}

/** Whose tokens they are, and what proves it. */
export interface RefreshSigner {
  readonly issuer: string;
  readonly secrets: readonly Uint8Array[];
}

/** `cr1` tells scanners of leaked secrets what it is; the last character leaves two bits of 258 unused: zero. */
const TOKEN =
  /^cr1\.([A-Za-z0-9_-]{22})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,12})\.([1-3])\.([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/;
const STAND_IN = ['', '', '0', '0', '1', 'A'.repeat(43)] as const;
const LONGEST = 128;
/** Keeps these codes apart from any other use of a secret. */
const HEADER = { alg: 'HS256', typ: 'curfew-refresh-v1' } as const;
const PROTECTED = base64url.encode(JSON.stringify(HEADER));

/**
 * The token for a grant: the same text for the same generation. So whoever did not hear the answer is given the same
 * successor, and no token is kept anywhere.
 */
export async function makeRefreshToken(signer: RefreshSigner, clientId: string, grant: RefreshGrant): Promise<string> {
  const { sessionId, generation, authTime, assuranceLevel } = grant;
  const payload = payloadOf(signer, clientId, grant);
  const [secret] = signer.secrets as readonly [Uint8Array];
  const { signature } = await new FlattenedSign(payload).setProtectedHeader(HEADER).sign(secret);
  const level = ASSURANCE_LEVELS.indexOf(assuranceLevel) + 1;
  return `cr1.${sessionId}.${generation}.${authTime}.${level}.${signature}`;
}

/**
 * Reads a token that a client presented; `null` if it was not made here, for this client. Every token that is no good
 * takes the same work, and no store is asked about it.
 */
export async function readRefreshToken(
  signer: RefreshSigner,
  clientId: string,
  text: unknown,
): Promise<RefreshGrant | null> {
  const match = typeof text === 'string' && text.length <= LONGEST ? TOKEN.exec(text) : null;
  const [, sessionId, generation, authTime, level, signature] = (match ?? STAND_IN) as typeof STAND_IN;
  const grant: RefreshGrant = {
    sessionId,
    generation: Number(generation),
    authTime: Number(authTime),
    assuranceLevel: ASSURANCE_LEVELS[Number(level) - 1] as AssuranceLevel,
  };
  const payload = payloadOf(signer, clientId, grant);
  const jws = { protected: PROTECTED, payload: base64url.encode(payload), signature };
  const outcomes = await Promise.all(signer.secrets.map((secret) => isMadeWith(secret, jws)));
  return match !== null && outcomes.includes(true) ? grant : null;
}

/** The comparison is the runtime's own, which takes the same time for every code (Web Crypto, HMAC `verify`). */
async function isMadeWith(secret: Uint8Array, jws: Parameters<typeof flattenedVerify>[0]): Promise<boolean> {
  try {
    await flattenedVerify(jws, secret, { algorithms: ['HS256'] });
    return true;
  } catch {
    return false;
  }
}

/** A list in JSON, so that no two grants are written alike. */
function payloadOf({ issuer }: RefreshSigner, clientId: string, grant: RefreshGrant): Uint8Array {
  const { sessionId, generation, authTime, assuranceLevel } = grant;
  return new TextEncoder().encode(JSON.stringify([issuer, clientId, sessionId, generation, authTime, assuranceLevel]));
}
