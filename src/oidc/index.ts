export { type BackChannelOptions, backChannelLogout, type ProviderEndpoint } from './back-channel.js';
export type { AssuranceLevels, IdTokenClaims } from './claims.js';
export { type AccountCommand, type ProviderCommandOptions, providerCommands } from './commands.js';
export { type EndSessionRequest, endSessionUrl, isLogoutReturn, logoutState } from './end-session.js';
export type { SessionEnder } from './ending.js';
export {
  type FrontChannelAnswer,
  type FrontChannelOptions,
  type FrontChannelSession,
  frontChannelLogout,
} from './front-channel.js';
export {
  type LoginFromClaimsOptions,
  loginFromAssertion,
  loginFromClaims,
  type ProviderLoginOptions,
  type SamlSession,
} from './login.js';
export {
  type LoggedOut,
  type LogoutDelivery,
  type LogoutSenderOptions,
  logoutSender,
  type RemoteApplication,
} from './logout-sender.js';
export type { SingleSignOnOptions } from './organisation.js';
export { type ProofFromClaims, type ProofFromClaimsOptions, proofFromClaims } from './proof.js';
export type { ProviderOptions } from './provider-token.js';
export { type RedisValuesClient, type RedisValuesOptions, redisValues } from './redis-values.js';
export { type ProviderSession, rememberingSids, type Sids, sidsIn } from './sids.js';
export { singleSignOn } from './single-sign-on.js';
export { type MemoryValuesOptions, memoryValues, type SharedValues } from './values.js';
