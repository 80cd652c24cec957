import type { RequestListener } from 'node:http';
import { curfewError } from '../core/errors.js';
import type { Policy } from '../core/policy.js';
import type { Engine } from '../engine/engine.js';
import { httpSessions } from '../http/sessions.js';
import { readSettings } from '../http/settings.js';
import { checkedGateway } from './check.js';
import { dispatcher } from './dispatch.js';
import { healthOf } from './health.js';
import { endpointsOf, httpOptionsOf } from './http-options.js';
import { keyring } from './keys.js';
import { openListener } from './listener.js';
import type { GatewayOptions } from './options.js';
import { type GatewayParts, partsOf } from './parts.js';
import { demandsBy, type RouteRule, routeProblems } from './routes.js';
import { serving } from './serve.js';
import { trustedPeers } from './trusted-peer.js';

/** Where a gateway listens. */
export interface Listening {
  readonly host: string;
  readonly port: number;
}

/** What became of a policy that was handed in while the gateway ran. */
export type PolicyOutcome = 'applied' | 'unchanged';

/** A gateway: sessions for services in any language, through their proxy or over HTTP. */
export interface Gateway {
  /** The engine that decides, for code in the same process. */
  readonly engine: Engine;
  /** For a server of your own. */
  readonly handle: RequestListener;
  /** Listens on `host` and `port` of the options. */
  listen(): Promise<Listening>;
  /**
   * From the next request on, another policy decides. One with the same fingerprint changes nothing.
   *
   * @throws an error with code `gateway_options_invalid` if a route names an operation that it does not have; then the
   * one before stays in force.
   */
  use(policy: Policy): PolicyOutcome;
  /** Counts a policy file that could not be used, for `/metrics`. */
  refusedPolicy(): void;
  /**
   * Takes no more requests, answers those under way, writes what waits to be written; whether all of it is in the
   * store.
   */
  close(): Promise<boolean>;
}

/**
 * Makes a gateway. It listens when you say so; `curfew serve` is this with a configuration around it.
 *
 * @throws an error with code `gateway_options_invalid`, `engine_options_invalid` or `http_options_invalid` that names
 * everything that is wrong.
 * @example
 * const gateway = createGateway({ policy, store: memoryStore(), port: 0 });
 * const { host } = await gateway.listen();
 * host; // => '127.0.0.1'
 * await gateway.close(); // => true
 */
export function createGateway(options: GatewayOptions): Gateway {
  const settings = checkedGateway(options);
  const parts = partsOf(options);
  const { engine, counts, log } = parts;
  const listener = openListener((message, response) => handle(message, response), parts.timers);
  const http = httpOptionsOf(options, engine);
  const dispatch = dispatcher({
    forwarding: {
      engine,
      settings: readSettings(http),
      proxy: settings.proxy,
      isTrusted: trustedPeers(settings.trustProxies),
      demandOf: demandsBy(settings.routes),
      keepPermits: settings.keepPermits,
    },
    sessions: httpSessions(http),
    endpoints: endpointsOf(options),
    keyOf: keyring(settings.keys),
    hasOpenMetrics: options.openMetrics === true,
    health: healthOf(engine),
    counts,
    log,
    isClosing: listener.isClosing,
  });
  const handle = serving({ dispatch, counts, log, monotonic: parts.monotonic, engine, isClosing: listener.isClosing });
  return {
    engine,
    handle,
    listen: async () => ({ host: settings.host, port: await listener.listen(settings.host, settings.port) }),
    use: (policy) => usePolicy(parts, settings.routes, policy),
    refusedPolicy: () => counts.reloaded('refused'),
    async close() {
      await listener.close(settings.drainFor);
      parts.faults.close();
      return engine.close();
    },
  };
}

function usePolicy({ engine, counts }: GatewayParts, routes: readonly RouteRule[], policy: Policy): PolicyOutcome {
  const problems = routeProblems(routes, Object.keys(policy.operations));
  if (problems.length > 0) throw curfewError('gateway_options_invalid', 'the routes need operations:', problems);
  const outcome = policy.fingerprint === engine.policy().fingerprint ? 'unchanged' : 'applied';
  engine.use({ policy });
  counts.reloaded(outcome);
  return outcome;
}
