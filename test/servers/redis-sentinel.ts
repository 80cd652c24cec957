import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askRedis } from './ask-redis.js';
import { type Child, startChild } from './child.js';
import { freePort } from './free-port.js';
import { type RedisServer, startRedis } from './redis-server.js';
import { until } from './until.js';

/** A primary, its replica, and three Sentinels that watch over them. */
export interface SentinelServers {
  /** What clients call the primary. */
  readonly name: string;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  /** The port of the one that is primary, as the Sentinels see it. */
  primaryPort(): Promise<number>;
  stop(): Promise<void>;
}

const NAME = 'sessions';

export async function startSentinels(): Promise<SentinelServers> {
  const primary = await startRedis();
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(primary.port)] });
  const folder = await mkdtemp(join(tmpdir(), 'curfew-sentinel-'));
  const children: Child[] = [];
  const ports: number[] = [];
  const stop = async () => {
    await Promise.all(children.map((child) => child.signal('SIGKILL')));
    await Promise.all([primary.stop(), replica.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
  const primaryPort = async () => {
    const lines = await askRedis(ports[0] ?? 0, ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME]);
    return Number(lines.split('\n').at(-1));
  };
  try {
    for (let index = 0; index < 3; index++) {
      const port = await freePort();
      ports.push(port);
      children.push(await startSentinel(join(folder, `${port}.conf`), port, primary.port));
    }
    await until('the Sentinels know each other and the replica', async () => {
      const views = await Promise.all(ports.map((port) => askRedis(port, ['SENTINEL', 'MASTER', NAME])));
      return views.every((view) => isComplete(view.split('\n')));
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name: NAME,
    sentinels: ports.map((port) => ({ host: '127.0.0.1', port })),
    primary,
    replica,
    primaryPort,
    stop,
  };
}

async function startSentinel(file: string, port: number, primary: number): Promise<Child> {
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor ${NAME} 127.0.0.1 ${primary} 2`,
    `sentinel down-after-milliseconds ${NAME} 1500`,
    `sentinel failover-timeout ${NAME} 3000`,
  ];
  await writeFile(file, lines.join('\n'));
  return startChild('redis-server', [file, '--sentinel'], tmpdir());
}

function isComplete(fields: readonly string[]): boolean {
  const fieldOf = (name: string) => fields[fields.indexOf(name) + 1];
  return fieldOf('num-slaves') === '1' && fieldOf('num-other-sentinels') === '2';
}
