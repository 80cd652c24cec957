import type { GatewayKey } from '../server/index.js';
import type { ServeConfig } from './parse-serve-config.js';
import { readServeConfig, type ServeFlags } from './serve-config.js';
import { readKeys } from './serve-keys.js';
import type { ServeLog } from './serve-log.js';

/** What is served, and where it was read from. */
export interface Served {
  readonly config: ServeConfig;
  readonly keys: readonly GatewayKey[];
  readonly flags: ServeFlags;
  readonly env: NodeJS.ProcessEnv;
}

const HINT = 'settings are read once: restart for those';

/**
 * Warns if the settings have become others than those that are served: whoever sends SIGHUP may believe that they count
 * from now on. Names of settings are told and no values, which may be secrets.
 */
export async function tellChangedSettings({ config, keys, flags, env }: Served, log: ServeLog): Promise<void> {
  const read = await readServeConfig(flags, env);
  const secrets = read.config === null ? null : await readKeys(read.config.keys ?? [], env);
  const problems = read.problems.length + (secrets?.problems.length ?? 0);
  if (read.config === null || secrets === null || problems > 0) {
    const hint = `${HINT}, but mend them first: \`curfew serve --check\` says what is wrong`;
    log({ level: 'warn', event: 'settings_wrong', problems, hint });
    return;
  }
  const settings = differing({ ...config, keys }, { ...read.config, keys: secrets.keys });
  if (settings.length > 0) log({ level: 'warn', event: 'settings_differ', settings, hint: HINT });
}

function differing(before: object, after: object): readonly string[] {
  const [ones, others] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const names = [...new Set([...ones.keys(), ...others.keys()])].filter((name) => name !== '$schema');
  return names.filter((name) => JSON.stringify(ones.get(name)) !== JSON.stringify(others.get(name)));
}
