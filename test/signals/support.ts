import { readFileSync } from 'node:fs';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { EngineOptions } from '../../src/engine/index.js';
import type { PolicyDocument } from '../../src/index.js';
import {
  createReceiver,
  type ReceiverOptions,
  type SecurityEventRecord,
  type SimpleSubject,
  type StreamRecord,
  type SubjectFinder,
} from '../../src/signals/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { aWorld, BEGIN, policyWith } from '../engine/support.js';

/** One of the examples that CAEP 1.0, RISC 1.0 and the Shared Signals Framework 1.0 print, and what it leads to here. */
export interface SetVector {
  readonly name: string;
  readonly source: string;
  readonly login: Login;
  /** A session that the event is not about. */
  readonly bystander?: Login;
  /** What the session's next request is answered; `until` is how long a permit holds. */
  readonly expect: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** The signal that is raised, and its level. */
  readonly signal?: string;
  /** What the observer is told of the stream. */
  readonly stream?: string;
  readonly claims: Claims;
}

export interface Login {
  readonly subject: string;
  readonly attributes?: Readonly<Record<string, string | boolean>>;
}

export type Claims = JWTPayload & {
  readonly iss: string;
  readonly aud: string | string[];
  readonly iat: number;
  readonly events: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

export const VECTORS = JSON.parse(
  readFileSync(new URL('vectors.json', import.meta.url), 'utf8'),
) as readonly SetVector[];

export const ISSUER = 'https://idp.example.com';
export const AUDIENCE = 'https://app.example.com';
export const SESSION_REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';
export const RISK_LEVEL = 'https://schemas.openid.net/secevent/caep/event-type/risk-level-change';

const PAIR = await generateKeyPair('ES256', { extractable: true });
export const OTHER_PAIR = await generateKeyPair('ES256');
export const RSA_PAIR = await generateKeyPair('RS256', { extractable: true });
export const PRIVATE_KEY = PAIR.privateKey;

export const KEY_SET = {
  keys: [
    { ...(await exportJWK(PAIR.publicKey)), kid: 'k1', alg: 'ES256' },
    { ...(await exportJWK(RSA_PAIR.publicKey)), kid: 'r1', alg: 'RS256' },
  ],
};

/** A SET, signed as it should be unless a test says otherwise. */
export function signSet(
  claims: JWTPayload,
  header: Readonly<Record<string, unknown>> = {},
  key: Parameters<SignJWT['sign']>[0] = PRIVATE_KEY,
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'secevent+jwt', ...header }).sign(key);
}

let count = 0;

/** Claims of a SET about alice, with a `jti` of its own. */
export function claimsOf(event: string, payload: object = {}, part: object = {}): Claims {
  count += 1;
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    iat: Math.floor(BEGIN / 1_000),
    jti: `jti-${count}`,
    sub_id: { format: 'iss_sub', iss: ISSUER, sub: 'alice' },
    events: { [event]: payload },
    ...part,
  } as Claims;
}

/** A policy that asks for a new login whenever something of weight was signalled. */
export const RISKS: Partial<PolicyDocument> = {
  risk: [
    { signal: 'risk_level', atLeast: 'medium', then: 'challenge' },
    { signal: 'credential_change', atLeast: 'medium', then: 'challenge' },
    { signal: 'assurance_level_change', atLeast: 'medium', then: 'challenge' },
    { signal: 'device_compliance_change', atLeast: 'medium', then: 'challenge' },
    { signal: 'credential_change_required', then: 'challenge' },
    { signal: 'credential_compromise', then: 'challenge' },
    { signal: 'identifier_changed', atLeast: 'medium', then: 'challenge' },
  ],
  conditions: [
    { when: { attributes: { role: ['ro-admin'] } }, idleTimeout: '5m' },
    { when: { attributes: { trusted_network: [false] } }, idleTimeout: '10m' },
  ],
};

/** An engine with time that moves only when told to, and a receiver over it that writes down what it is told. */
export function aReceiver(options: Partial<ReceiverOptions> = {}, base: Partial<EngineOptions> = {}) {
  const world = aWorld();
  const engine = world.engine({ store: memoryStore(), policy: policyWith(RISKS), ...base });
  const told: (SecurityEventRecord | StreamRecord)[] = [];
  const make = (changes: Partial<ReceiverOptions> = {}) =>
    createReceiver({
      engine,
      transmitter: { issuer: ISSUER, audience: AUDIENCE, keys: KEY_SET },
      observer: (record) => told.push(record),
      ...options,
      ...changes,
    });
  return {
    world,
    engine,
    receiver: make(),
    make,
    told,
    events: () => told.filter((one): one is SecurityEventRecord => one.kind === 'security_event'),
    streams: () => told.filter((one): one is StreamRecord => one.kind === 'stream'),
  };
}

/** Finds subjects by whatever the examples call them. */
export const findAny: SubjectFinder = (subject) => {
  if (subject.format === 'complex') return { subject: subject.user === undefined ? 'jane' : nameOf(subject.user) };
  return { subject: nameOf(subject) };
};

function nameOf(subject: SimpleSubject | { readonly format: 'aliases' }): string {
  switch (subject.format) {
    case 'email':
      return subject.email;
    case 'iss_sub':
      return subject.sub;
    case 'opaque':
      return subject.id;
    case 'jwt_id':
      return subject.jti;
    case 'saml_assertion_id':
      return subject.assertion_id;
    default:
      return 'nobody';
  }
}

/** A request that pushes a SET. */
export function pushOf(set: string, headers: HeadersInit = {}): Request {
  const all = new Headers({ 'content-type': 'application/secevent+jwt', accept: 'application/json' });
  for (const [name, value] of new Headers(headers)) all.set(name, value);
  return new Request(`${AUDIENCE}/events`, { method: 'POST', body: set, headers: all });
}
