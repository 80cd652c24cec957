export type {
  Answer,
  Ceiling,
  EndAllAnswer,
  ListAnswer,
  Listed,
  ReauthenticateAnswer,
  RefreshAnswer,
  StartAnswer,
  Started,
  Superseded,
  Unavailable,
} from './answers.js';
export { createEngine, type Engine, type Exposure } from './engine.js';
export type * from './observer.js';
export type { CacheOptions, EngineOptions } from './options.js';
export type * from './ports.js';
export { byId, type SessionReference, type Which } from './question.js';
export type { Access, Ending, Proof, Report } from './requests.js';
export type { Random } from './secrets.js';
export type { EngineLogin } from './start.js';
