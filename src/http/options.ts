import type { Context } from '../core/session.js';
import type { StartAnswer } from '../engine/answers.js';
import type { Engine } from '../engine/engine.js';
import type { EngineLogin } from '../engine/start.js';
import type { ActivityOptions } from './activity.js';
import type { CookieOptions } from './cookie.js';
import type { BearerReader, Presented } from './credential.js';
import type { RefusalOptions } from './refusal.js';
import type { HttpRequest } from './request.js';

type Asked =
  | 'access'
  | 'ask'
  | 'peek'
  | 'reauthenticate'
  | 'changeAttributes'
  | 'end'
  | 'endAll'
  | 'list'
  | 'policy'
  | 'now'
  | 'exposure';

/** What of an engine requests need; something else that keeps sessions can stand in for it. */
export interface SessionKeeper<Operation extends string = string> extends Pick<Engine<Operation>, Asked> {
  /** Starts a session. An engine needs no request for it. */
  start(login: EngineLogin, request: HttpRequest): Promise<StartAnswer>;
  /**
   * Which session a request means, where that is no handle: then no cookie is read or written. Default: the cookie and
   * the token of the options.
   */
  presented?(request: HttpRequest): Presented | Promise<Presented>;
}

/** Pages for people, where a browser asks for a page and a refusal would show them JSON. */
export interface Pages {
  /** Where to log in: `/login`. It is told `reason` and `return_to`, a path of this site. */
  readonly signIn?: string;
  /** Where to authenticate again. Default: `signIn`. */
  readonly stepUp?: string;
}

/** How sessions and requests meet. */
export interface HttpOptions<Operation extends string = string> extends RefusalOptions {
  readonly engine: SessionKeeper<Operation>;
  /** The cookie that carries the handle; `false` for none. */
  readonly cookie?: CookieOptions | false;
  /**
   * Accept `Authorization: Bearer`: `true` for handles, or a reader for tokens of another kind. Default `false`.
   */
  readonly bearer?: boolean | BearerReader;
  /** What counts as a person's doing. */
  readonly activity?: ActivityOptions;
  /** Addresses and ranges of the proxies in front: only their `X-Forwarded-For` is believed. Default: none. */
  readonly trustProxies?: readonly string[];
  /** What is known of where a request comes from, beside its address and user agent: a country, a device. */
  readonly context?: (request: HttpRequest) => Context;
  readonly pages?: Pages;
  /** What a browser forgets at a logout (W3C Clear Site Data). Default `cache` and `storage`; `[]`: nothing. */
  readonly clearSiteData?: readonly ('cache' | 'cookies' | 'storage' | 'executionContexts' | '*')[];
  /** Tell the page how long its session has, in the response header `Curfew-Session`. Default true. */
  readonly statusHeader?: boolean;
  /** Is told once if a session runs out under a person's hands for want of a mark. Default `console.warn`. */
  readonly warn?: (message: string) => void;
}
