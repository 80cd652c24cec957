import { type CryptoKey, compactVerify, exportJWK, importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose';
import { curfewError } from '../core/errors.js';
import type { SigningKey } from './options.js';

/** The key that signs, and what everybody may know of all of them. */
export interface LoadedKeys {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey | Uint8Array;
  readonly publicKeys: JSONWebKeySet;
}

/** What of a JWK is public; a list of what is, so that nothing else can slip out. */
const PUBLIC: Readonly<Record<string, readonly (keyof JWK)[]>> = {
  EC: ['kty', 'crv', 'x', 'y'],
  OKP: ['kty', 'crv', 'x'],
  RSA: ['kty', 'n', 'e'],
};

/**
 * Reads the keys.
 *
 * @throws an error with code `signing_key_invalid` that names the key, and nothing of what is in it.
 */
export async function loadKeys(keys: readonly SigningKey[]): Promise<LoadedKeys> {
  const published = await Promise.all(keys.map((key) => named(key, () => publicPartOf(key))));
  const [first] = keys as readonly [SigningKey];
  const privateKey = await named(first, async () => {
    const key = first.privateKey as CryptoKey | JWK;
    return isJwk(key) ? importJWK(key, first.alg) : key;
  });
  const loaded = { kid: first.kid, alg: first.alg, privateKey, publicKeys: { keys: published } };
  await named(first, () => tryOut(loaded, published[0] as JWK));
  return loaded;
}

/** A key that cannot sign, or not for the public key beside it, is told before it is wanted. */
async function tryOut({ alg, kid, privateKey }: LoadedKeys, publicKey: JWK): Promise<void> {
  const token = await new SignJWT({}).setProtectedHeader({ alg, kid }).sign(privateKey);
  await compactVerify(token, await importJWK(publicKey, alg));
}

async function publicPartOf({ kid, alg, privateKey, publicKey }: SigningKey): Promise<JWK> {
  const key = (publicKey ?? privateKey) as CryptoKey | JWK;
  const jwk = isJwk(key) ? key : await exportJWK(key);
  const members = PUBLIC[String(jwk.kty)] ?? [];
  const parts = Object.fromEntries(members.map((name) => [name, jwk[name]]));
  const part = { ...parts, kid, alg, use: 'sig' } as JWK;
  // a key that cannot be used is told here, and not to whoever gets the set
  await importJWK(part, alg);
  return part;
}

function isJwk(key: CryptoKey | JWK): key is JWK {
  return 'kty' in key;
}

async function named<Value>({ kid, alg }: SigningKey, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch {
    const message = `is no key for ${alg}, or not a whole one`;
    throw curfewError('signing_key_invalid', 'a key cannot be used:', [{ path: kid, code: 'invalid', message }]);
  }
}
