import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { GatewayKey } from '../server/index.js';
import { fileFailure } from './failure.js';
import type { ConfigProblem, ConfiguredKey } from './parse-serve-config.js';

/** What the environment's one key is called, and good for: everything. */
const FROM_ENVIRONMENT: Omit<GatewayKey, 'secret'> = {
  name: 'environment',
  may: ['sessions', 'admin', 'evaluate', 'metrics'],
};

/** The keys with their secrets, and what is wrong. */
export interface ReadKeys {
  readonly keys: readonly GatewayKey[];
  readonly problems: readonly ConfigProblem[];
}

/** Reads each key's secret from where the configuration says, and `CURFEW_KEY`. */
export async function readKeys(configured: readonly ConfiguredKey[], env: NodeJS.ProcessEnv): Promise<ReadKeys> {
  const keys: GatewayKey[] = [];
  const problems: ConfigProblem[] = [];
  for (const [index, key] of configured.entries()) {
    const read = await secretOf(key, env);
    if (!('secret' in read)) problems.push({ path: `/keys/${index}${read.path}`, message: read.message });
    // one that cannot be read keeps its place, so that what is said of the others names the right one
    const secret = 'secret' in read ? read.secret : randomUUID();
    keys.push({ name: key.name, may: key.may, secret });
  }
  const own = env['CURFEW_KEY'] ?? '';
  if (own !== '') keys.push({ ...FROM_ENVIRONMENT, secret: own });
  return { keys, problems };
}

/** The words for a problem with a key: that of the environment stands in no list. */
export function keyProblem({ path, message }: ConfigProblem, configured: readonly ConfiguredKey[]): ConfigProblem {
  const [, index, member] = /^\/keys\/(\d+)\/(\w+)$/.exec(path) ?? [];
  if (index === undefined || Number(index) < configured.length) return { path, message };
  const what = member === 'secret' ? '' : `its ${member} \`${FROM_ENVIRONMENT.name}\` `;
  return { path: '', message: `CURFEW_KEY: ${what}${message}` };
}

async function secretOf(
  { secret, secretFile, secretEnv }: ConfiguredKey,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly secret: string } | ConfigProblem> {
  const ways = [secret, secretFile, secretEnv].filter((one) => one !== undefined).length;
  if (ways !== 1) return { path: '', message: 'must have one of secretFile, secretEnv and secret' };
  if (secret !== undefined) return { secret };
  if (secretEnv !== undefined) {
    const value = env[secretEnv] ?? '';
    return value === '' ? { path: '/secretEnv', message: `\`${secretEnv}\` is not set` } : { secret: value };
  }
  try {
    return { secret: (await readFile(secretFile as string, 'utf8')).trim() };
  } catch (error) {
    return { path: '/secretFile', message: fileFailure(0, secretFile as string, error).message };
  }
}
