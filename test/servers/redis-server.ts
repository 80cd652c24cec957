import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askRedis } from './ask-redis.js';
import { type Child, startChild } from './child.js';
import { freePort } from './free-port.js';
import { until } from './until.js';

/** How a server is started. */
export interface RedisServerOptions {
  /** Writes every change to disk before it is confirmed, so that a restart finds it. Default: nothing is kept. */
  readonly appendOnly?: boolean;
  /** More words of the command line, such as `['--maxmemory', '10mb']`. */
  readonly args?: readonly string[];
}

/** A Redis of the test's own. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  /** Asks it one thing, on a connection of its own. A list comes as lines. */
  ask(...words: string[]): Promise<string>;
  /** SIGKILL: no chance to save anything. */
  kill(): Promise<void>;
  /** Starts it again on the same port with what is on disk. */
  start(): Promise<void>;
  /** Stops answering, connections stay open. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Kills it and removes what it left. */
  stop(): Promise<void>;
}

/** Starts a Redis on a free port with a folder of its own. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'curfew-redis-'));
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    ...kept(options),
    '--repl-diskless-sync-delay',
    '0',
  ];
  const words = [...args, ...(options.args ?? [])];
  let child: Child;
  const start = async () => {
    child = await startChild('redis-server', words, folder);
    await until(`redis-server answers on port ${port}:\n${child.output()}`, async () => {
      const reply = await askRedis(port, ['PING']);
      return reply.includes('PONG');
    });
  };
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return child.pid;
    },
    ask: (...question) => askRedis(port, question),
    kill: () => child.signal('SIGKILL'),
    start,
    pause: () => child.signal('SIGSTOP'),
    resume: () => child.signal('SIGCONT'),
    async stop() {
      await child.signal('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function kept({ appendOnly = false }: RedisServerOptions): string[] {
  return appendOnly ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
}
