import { type CryptoKey, exportJWK, type JSONWebKeySet, type JWK } from 'jose';

/** What a transmitter says of itself. Addresses that are left out are not said to be there. */
export interface TransmitterDocument {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly delivery?: readonly ('push' | 'poll')[];
  readonly verificationEndpoint?: string;
  readonly criticalSubjectMembers?: readonly string[];
}

const METHODS = { push: 'urn:ietf:rfc:8935', poll: 'urn:ietf:rfc:8936' } as const;

/**
 * The document for `/.well-known/ssf-configuration` (Shared Signals Framework 1.0, "Transmitter Configuration
 * Metadata").
 *
 * @example
 * const issuer = 'https://idp.example.com';
 * const document = ssfConfiguration({ issuer, jwksUri: `${issuer}/jwks.json` });
 * document.delivery_methods_supported; // => ['urn:ietf:rfc:8935', 'urn:ietf:rfc:8936']
 */
export function ssfConfiguration({
  issuer,
  jwksUri,
  delivery = ['push', 'poll'],
  verificationEndpoint,
  criticalSubjectMembers,
}: TransmitterDocument) {
  return {
    spec_version: '1_0',
    issuer,
    jwks_uri: jwksUri,
    delivery_methods_supported: delivery.map((method): string => METHODS[method]),
    default_subjects: 'ALL',
    authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6750' }],
    ...(verificationEndpoint !== undefined && { verification_endpoint: verificationEndpoint }),
    ...(criticalSubjectMembers !== undefined && { critical_subject_members: criticalSubjectMembers }),
  };
}

/** A key that SETs are signed with, as everybody may see it. */
export interface PublishedKey {
  readonly kid: string;
  readonly alg: string;
  /** The public key, or a private JWK: only its public part is published. */
  readonly key: CryptoKey | JWK;
}

/** What of a JWK is public; a list of what is, so that nothing else can slip out. */
const PUBLIC: Readonly<Record<string, readonly (keyof JWK)[]>> = {
  EC: ['kty', 'crv', 'x', 'y'],
  OKP: ['kty', 'crv', 'x'],
  RSA: ['kty', 'n', 'e'],
};

/**
 * The key set for `jwks_uri` (RFC 7517 section 5): public parts only, whatever is handed in.
 *
 * @example
 * const key = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', d: 'secret' };
 * const { keys } = await ssfKeySet([{ kid: '1', alg: 'EdDSA', key }]);
 * keys[0].d; // => undefined
 */
export async function ssfKeySet(keys: readonly PublishedKey[]): Promise<JSONWebKeySet> {
  const published = keys.map(async ({ kid, alg, key }): Promise<JWK> => {
    const jwk = isJwk(key) ? key : await exportJWK(key);
    const parts = (PUBLIC[String(jwk.kty)] ?? []).map((name) => [name, jwk[name]]);
    return { ...Object.fromEntries(parts), kid, alg, use: 'sig' } as JWK;
  });
  return { keys: await Promise.all(published) };
}

/** Whether a key is one as JSON. */
export function isJwk(key: CryptoKey | JWK): key is JWK {
  return 'kty' in key;
}
