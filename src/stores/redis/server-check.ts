import type { RedisConnection } from './connection.js';

/** A setting of the server that costs sessions, or brings ended ones back. */
export interface RedisConcern {
  /** snake_case and append-only. */
  readonly code: 'evicts_sessions' | 'evicts_index' | 'forgets_at_restart' | 'restores_old_state' | 'too_old';
  /** What will happen, and which setting changes it. */
  readonly message: string;
}

const CONCERNS: Readonly<Record<RedisConcern['code'], string>> = {
  evicts_sessions: 'under memory pressure the server deletes live sessions: set `maxmemory-policy noeviction`',
  evicts_index:
    'under memory pressure the server deletes the index of subjects: sessions cannot be listed, so `endAll`, `list` ' +
    'and logins under a limit are refused; set `maxmemory-policy noeviction`',
  forgets_at_restart: 'a restart of the server ends every session: set `appendonly yes` to keep them',
  restores_old_state:
    'a restart of the server brings back the state of the last snapshot, sessions that ended since then included: ' +
    'set `appendonly yes`, or `save ""` to begin empty',
  too_old: 'the server is older than Redis 6.2, and does not know the commands that the store needs',
};

/** What the settings of one server give cause for. Asks `INFO`, which servers for hire answer too. */
export async function concernsOf(connection: RedisConnection): Promise<readonly RedisConcern[]> {
  const fields = fieldsOf(String(await connection.send(null, ['INFO'])));
  const codes: RedisConcern['code'][] = [];
  if (isOlderThan(fields.get('redis_version') ?? '', [6, 2])) codes.push('too_old');
  const policy = fields.get('maxmemory') === '0' ? 'noeviction' : (fields.get('maxmemory_policy') ?? '');
  if (policy !== 'noeviction') codes.push('evicts_sessions');
  if (policy.startsWith('allkeys')) codes.push('evicts_index');
  if (fields.get('aof_enabled') === '0')
    codes.push((await takesSnapshots(connection)) ? 'restores_old_state' : 'forgets_at_restart');
  return codes.map((code) => ({ code, message: CONCERNS[code] }));
}

/** Whether snapshots are written; a server that hides its settings is taken to. */
async function takesSnapshots(connection: RedisConnection): Promise<boolean> {
  const reply = await connection.send(null, ['CONFIG', 'GET', 'save']).catch(() => null);
  // a list in RESP2, a map in RESP3
  const value: unknown = Array.isArray(reply) ? reply[1] : (reply as { readonly save?: unknown } | null)?.save;
  return value !== '';
}

function isOlderThan(version: string, [major, minor]: readonly [number, number]): boolean {
  const [has = 0, hasMinor = 0] = version.split('.').map(Number);
  return has < major || (has === major && hasMinor < minor);
}

function fieldsOf(info: string): ReadonlyMap<string, string> {
  const lines = info.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}
