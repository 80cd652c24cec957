export type { SigningAlgorithm } from './algorithms.js';
export type { Granted, Introspection, TokenError, TokenExposure, TokenRefusal, TokenResponse } from './answers.js';
export type { Client, ClientAuthenticator } from './client.js';
export type { Form } from './form.js';
export type { SigningKey, TokenKeeper, TokenOptions } from './options.js';
export { createTokens, type ForClient, type RefreshOptions, type Tokens } from './tokens.js';
export {
  type AccessTokenClaims,
  type AccessTokenVerifier,
  accessTokenVerifier,
  type VerifierOptions,
} from './verifier.js';
