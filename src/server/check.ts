import { type CurfewError, curfewError, type Problem } from '../core/errors.js';
import { readOptions } from '../engine/options.js';
import { readEndpoints } from '../http/endpoints.js';
import type { SessionKeeper } from '../http/options.js';
import { readSettings } from '../http/settings.js';
import { endpointsOf, httpOptionsOf } from './http-options.js';
import { type GatewayOptions, type GatewaySettings, readGateway } from './options.js';

/** Stands for an engine while options are looked at: nobody asks it. */
const NO_ENGINE = { access: () => undefined } as unknown as SessionKeeper;

/**
 * Says everything that is wrong with a gateway's options at once, without opening anything.
 *
 * @throws an error with code `gateway_options_invalid`.
 * @example
 * checkGateway({ policy, store: memoryStore(), port: 0 });
 */
export function checkGateway(options: GatewayOptions): void {
  checkedGateway(options);
}

/**
 * Reads the options.
 *
 * @throws an error with code `gateway_options_invalid` that names everything that is wrong.
 */
export function checkedGateway(options: GatewayOptions): GatewaySettings {
  const { settings, problems: own } = readGateway(options);
  const endpoints = endpointsOf(options);
  const problems = [
    ...own,
    ...problemsOf(() => readOptions({ ...options.engine, policy: options.policy, store: options.store })),
    // ranges that are none are told of already
    ...problemsOf(() => readSettings({ ...httpOptionsOf(options, NO_ENGINE), trustProxies: [] })),
    ...problemsOf(() => endpoints !== null && readEndpoints(endpoints)),
  ];
  if (problems.length > 0) throw curfewError('gateway_options_invalid', 'these options make no gateway:', problems);
  return settings;
}

function problemsOf(read: () => unknown): readonly Problem[] {
  try {
    read();
    return [];
  } catch (error) {
    const { problems } = error as Partial<CurfewError>;
    if (problems === undefined) throw error;
    return problems;
  }
}
