export { checkGateway } from './check.js';
export { createGateway, type Gateway, type Listening, type PolicyOutcome } from './gateway.js';
export type { GatewayKey, Permission } from './keys.js';
export type { LogRecord } from './log.js';
export type { GatewayOptions } from './options.js';
export type { ProxyKind } from './original.js';
export type { RouteRule } from './routes.js';
