import type { ServeConfig } from './parse-serve-config.js';
import type { PlannedOptions } from './serve-plan.js';

/** What is going to be served, for people to look at: no secret is in it. */
export function shownConfig(
  { policy: policyFile, store, keys: _keys, $schema: _schema, ...config }: ServeConfig,
  { policy, keys = [] }: PlannedOptions,
  placeOf: (pointer: string) => string,
): object {
  const settings = { policy: policyFile, store: withoutSecrets(store), ...config };
  const from = Object.fromEntries(Object.keys(settings).map((name) => [name, placeOf(`/${name}`)]));
  return {
    ...settings,
    keys: keys.map(({ name, may }) => ({ name, may })),
    fingerprint: policy.fingerprint,
    from,
  };
}

/** The server, the port and the database; who connects, with which password and options, is left out. */
function withoutSecrets(address: string): string {
  if (!/^[a-z]+:\/\//i.test(address)) return address;
  try {
    const { protocol, host, pathname } = new URL(address);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return `${address.split(':', 1)[0]}://…`;
  }
}
