import { createHash, timingSafeEqual } from 'node:crypto';
import type { Problem } from '../core/errors.js';
import { type Reply, refused } from './reply.js';

/**
 * What a key is good for. `sessions`: to start sessions, and to act on one whose handle one has. `admin`: to look at
 * and end the sessions of anybody, and to report signals. `evaluate`: to ask for decisions. `metrics`: to read figures.
 */
export type Permission = 'sessions' | 'admin' | 'evaluate' | 'metrics';

/** Who may call the gateway's own endpoints. */
export interface GatewayKey {
  /** For logs and records: `shop`, `support-desk`. No secret. */
  readonly name: string;
  /** What is sent as `Authorization: Bearer`: at least 32 characters, from a source of randomness. */
  readonly secret: string;
  readonly may: readonly Permission[];
}

export const PERMISSIONS: readonly Permission[] = ['sessions', 'admin', 'evaluate', 'metrics'];
const SHORTEST = 32;
const LONGEST = 1_024;

/** Finds out who calls, or what to answer. */
export type Keyring = (header: string | undefined, needed: Permission) => string | Reply;

/** Says what is wrong with keys. Nothing of a secret is repeated. */
export function keyProblems(keys: readonly GatewayKey[]): readonly Problem[] {
  const seen = new Map<string, number>();
  return keys.flatMap(({ name, secret, may }, index) => {
    const problems: Problem[] = [];
    const tell = (where: string, message: string) =>
      problems.push({ path: `/keys/${index}/${where}`, code: 'invalid', message });
    if (!/^[a-z0-9][a-z0-9_.-]{0,63}$/i.test(name)) tell('name', 'must be letters, digits, `_`, `.`, `-`');
    if (seen.has(`name ${name}`)) tell('name', `is taken: /keys/${seen.get(`name ${name}`)} has it too`);
    if (!/^[!-~]*$/.test(secret)) tell('secret', 'must be printable ASCII without spaces');
    else if (secret.length < SHORTEST || secret.length > LONGEST) {
      tell('secret', `must have at least ${SHORTEST} characters: \`openssl rand -base64 32\` makes one`);
    } else if (seen.has(`secret ${secret}`)) tell('secret', `is that of /keys/${seen.get(`secret ${secret}`)}`);
    const wrong = may.filter((one) => !PERMISSIONS.includes(one));
    if (wrong.length > 0 || may.length === 0) tell('may', `must be some of ${PERMISSIONS.join(', ')}`);
    seen.set(`name ${name}`, index).set(`secret ${secret}`, index);
    return problems;
  });
}

/**
 * Makes the check. What was sent is compared with every key, by hashes of one length and in constant time: how long it
 * takes says nothing of any of them.
 */
export function keyring(keys: readonly GatewayKey[]): Keyring {
  const known = keys.map(({ name, secret, may }) => ({ name, may, hash: hashOf(secret) }));
  const closed = refused(403, 'endpoint_closed', 'This gateway has no keys, and so nobody may ask here.');
  return (header, needed) => {
    if (known.length === 0) return closed;
    const sent = /^bearer +([!-~]{1,1024}) *$/i.exec(header ?? '')?.[1];
    if (sent === undefined) return unauthorized('key_missing', 'Send a key of the gateway as a bearer token.');
    const hash = hashOf(sent);
    let found: (typeof known)[number] | null = null;
    for (const one of known) if (timingSafeEqual(one.hash, hash)) found = one;
    if (found === null) return unauthorized('key_unknown', 'This key is none of the gateway.');
    if (found.may.includes(needed)) return found.name;
    return refused(403, 'key_may_not', `This key is not for that: it needs \`${needed}\`.`);
  };
}

function unauthorized(code: 'key_missing' | 'key_unknown', detail: string): Reply {
  const error = code === 'key_missing' ? '' : ', error="invalid_token"';
  return refused(401, code, detail, { headers: [['www-authenticate', `Bearer realm="gateway"${error}`]] });
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
