import type { Problem } from '../core/errors.js';
import type { Policy } from '../core/policy.js';
import type { EngineOptions } from '../engine/options.js';
import type { SessionStore } from '../engine/ports.js';
import type { HttpOptions } from '../http/options.js';
import type { DurationText } from '../policy/document.js';
import { parseDuration } from '../time/duration.js';
import { type GatewayKey, keyProblems } from './keys.js';
import type { LogRecord } from './log.js';
import type { ProxyKind } from './original.js';
import { type RouteRule, routeProblems } from './routes.js';
import { proxyProblems } from './trusted-peer.js';

type FromHttp = 'cookie' | 'bearer' | 'activity' | 'realm' | 'acrValues' | 'problemType' | 'clearSiteData';

/** What a gateway is made of. */
export interface GatewayOptions extends Pick<HttpOptions, FromHttp | 'statusHeader' | 'warn'> {
  readonly policy: Policy;
  /** Where the sessions are. It stays the caller's: the gateway does not close it. */
  readonly store: SessionStore;
  /** What else its engine takes: `cache`, `recordEvery`, `clock`. */
  readonly engine?: Omit<EngineOptions, 'policy' | 'store'>;
  /** Where to listen. Default `127.0.0.1`: another address than this machine's own needs a key. */
  readonly host?: string;
  /** Default 7447; 0 for any that is free. */
  readonly port?: number;
  /** Which proxy asks at `/auth`, and so which headers tell what was asked of it. Default `nginx`. */
  readonly proxy?: ProxyKind;
  /**
   * Addresses and ranges of the proxies in front. Nobody else may ask at `/auth`, and nobody else's `X-Forwarded-For`
   * is believed. Default: this machine.
   */
  readonly trustProxies?: readonly string[];
  /** Which requests ask for an operation of the policy. The first that fits counts. Default: none. */
  readonly routes?: readonly RouteRule[];
  /** Who may start and end sessions, and ask for decisions. Without one, these endpoints are closed. */
  readonly keys?: readonly GatewayKey[];
  /** Where pages find the endpoints of their own session; `false` for nowhere. Default `/session`. */
  readonly sessionPath?: string | false;
  /** Origins other than this one whose pages may call them. Default: none. */
  readonly trustedOrigins?: readonly string[];
  /** Whether `/metrics` needs no key. Default false. */
  readonly openMetrics?: boolean;
  /**
   * For how long nginx may keep a permit (`X-Accel-Expires`), in whole seconds of at most 60: an end elsewhere is seen
   * up to one second more than that later. Default 0: every request is asked about.
   */
  readonly keepPermits?: DurationText;
  /** How long requests under way may take when the gateway closes. Default 10 s. */
  readonly drainFor?: DurationText;
  /** Which decisions are logged. Default `refused`. */
  readonly logDecisions?: 'all' | 'refused' | 'none';
  /**
   * Codes of your own that `/metrics` tells apart: of revocations, such as `account_disabled`, and of signals. All that
   * neither these nor the policy name are `other`. Default: none.
   */
  readonly codes?: readonly string[];
  /** Is handed every line of the log. Default: nobody. */
  readonly log?: (record: LogRecord) => void;
}

/** Options that have a default, with it. */
export interface GatewaySettings {
  readonly host: string;
  readonly port: number;
  readonly proxy: ProxyKind;
  readonly trustProxies: readonly string[];
  readonly routes: readonly RouteRule[];
  readonly keys: readonly GatewayKey[];
  readonly keepPermits: number;
  readonly drainFor: number;
}

export const PROXIES: readonly ProxyKind[] = ['nginx', 'envoy', 'traefik'];
export const DEFAULT_PORT = 7_447;
export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PROXIES: readonly string[] = ['127.0.0.0/8', '::1'];
const SECOND = 1_000;
const LONGEST_KEPT = 60 * SECOND;
const HIGHEST_PORT = 65_535;
const CODE = /^[a-z][a-z0-9_]{0,63}$/;
/** Each may become a series of its own in several figures. */
const MOST_CODES = 100;

/** The settings, and everything that is wrong with them. */
export function readGateway(options: GatewayOptions): {
  readonly settings: GatewaySettings;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const tell = (path: string, message: string) => problems.push({ path, code: 'invalid', message });
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, proxy = 'nginx', routes = [], keys = [] } = options;
  const { trustProxies = DEFAULT_PROXIES, keepPermits = 0, drainFor = 10 * SECOND } = options;
  if (!Number.isInteger(port) || port < 0 || port > HIGHEST_PORT) tell('/port', 'must be a port: 0 to 65535');
  if (!PROXIES.includes(proxy)) tell('/proxy', `must be one of ${PROXIES.join(', ')}`);
  const kept = parseDuration(keepPermits);
  if (kept === null || kept % SECOND !== 0 || kept > LONGEST_KEPT) {
    tell('/keepPermits', 'must be whole seconds, at most 60: "1s"');
  }
  const drained = parseDuration(drainFor);
  if (drained === null) tell('/drainFor', 'must be a duration such as "10s"');
  if (keys.length === 0 && !isLoopback(host)) {
    tell('/host', `\`${host}\` can be reached from elsewhere: give a key, or listen on 127.0.0.1`);
  }
  problems.push(...codeProblems(options.codes ?? []));
  problems.push(...proxyProblems(trustProxies), ...keyProblems(keys));
  if (typeof options.policy?.fingerprint === 'string') {
    problems.push(...routeProblems(routes, Object.keys(options.policy.operations)));
  }
  const numbers = { keepPermits: (kept ?? 0) / SECOND, drainFor: drained ?? 0 };
  return { settings: { host, port, proxy, trustProxies, routes, keys, ...numbers }, problems };
}

function codeProblems(codes: readonly string[]): readonly Problem[] {
  const message = 'must be a code such as `account_disabled`: lower case letters, digits and `_`';
  const wrong = [...codes.keys()].filter((index) => !CODE.test(codes[index] as string));
  const problems = wrong.map((index) => ({ path: `/codes/${index}`, code: 'invalid', message }));
  if (codes.length <= MOST_CODES) return problems;
  return [...problems, { path: '/codes', code: 'invalid', message: `must be at most ${MOST_CODES} codes` }];
}

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
