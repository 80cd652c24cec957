/** Signatures only: with none of these is the key that verifies the one that signs (RFC 8725 section 3.1). */
export const ALGORITHMS = [
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
  ...(['PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'] as const),
] as const;

/** How access tokens can be signed. */
export type SigningAlgorithm = (typeof ALGORITHMS)[number];
