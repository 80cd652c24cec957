import { expect, it } from 'vitest';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisServer, startRedis } from '../servers/redis-server.js';
import { startProxy, type TcpProxy } from '../servers/tcp-proxy.js';
import { monotonic } from './hand-over.js';
import { violations } from './history.js';
import type { StoreSettings } from './open-store.js';
import { PROMISED } from './promises.js';
import { play, type Stage } from './scenario.js';
import { isSound, PATIENCE } from './sound.js';

const through =
  (port: number) =>
  (process: number): StoreSettings => ({
    kind: 'redis',
    port,
    library: process % 2 === 0 ? 'node-redis' : 'ioredis',
  });

interface Own {
  readonly server: RedisServer;
  readonly proxies: readonly [TcpProxy, TcpProxy, TcpProxy];
  /** Each process has a line of its own, so that one of them can be cut off. */
  readonly lines: (process: number) => StoreSettings;
}

/** A Redis that writes everything down before it confirms it, for one test alone: they run side by side. */
async function withRedis(test: (own: Own) => Promise<void>, appendOnly = true): Promise<void> {
  const server = await startRedis({ appendOnly });
  const proxies = [
    await startProxy(server.port),
    await startProxy(server.port),
    await startProxy(server.port),
  ] as const;
  const lines = (process: number) => through((proxies[process % 3] as TcpProxy).port)(process);
  try {
    await test({ server, proxies, lines });
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await server.stop();
  }
}

describeWith(REDIS, 'three processes on one Redis', () => {
  it(
    'agree when nothing breaks, and every question has an answer',
    () =>
      withRedis(async ({ server }) => {
        const result = await play({ name: 'Redis, quiet', store: through(server.port) });
        isSound(result);
        expect(result.indeterminate).toBe(0);
      }),
    PATIENCE,
  );

  it.concurrent(
    'lose nothing with a process that is killed',
    () =>
      withRedis(async ({ server }) => {
        const fault = async ({ letRun, workers, replace }: Stage) => {
          await letRun(500);
          await workers[1]?.kill();
          await replace(1);
        };
        isSound(await play({ name: 'Redis, a worker is killed', store: through(server.port), fault }));
      }),
    PATIENCE,
  );

  it.concurrent(
    'lose nothing with a Redis that is killed, if that writes everything down',
    () =>
      withRedis(async ({ server }) => {
        const fault = async ({ letRun }: Stage) => {
          await letRun(700);
          await server.kill();
          await letRun(400);
          await server.start();
        };
        isSound(await play({ name: 'Redis, killed, appendfsync always', store: through(server.port), fault }));
      }),
    PATIENCE,
  );

  it.concurrent(
    'have nothing left of a Redis that kept nothing, and revive nothing',
    () =>
      withRedis(async ({ server }) => {
        const fault = async ({ letRun, lost }: Stage) => {
          await letRun(700);
          const from = monotonic();
          await server.kill();
          lost({ from, to: monotonic() });
          await letRun(200);
          await server.start();
        };
        const result = await play({ name: 'Redis, killed, no persistence', store: through(server.port), fault });
        isSound(result);
        // had nobody told the checker of the loss, it would have noticed
        const found = violations(result.history, PROMISED).map(({ kind }) => kind);
        expect(found).toContain('session_lost');
      }, false),
    PATIENCE,
  );

  it.concurrent(
    'survive lines that are cut, slow, silent, and lines that lose what comes back',
    () =>
      withRedis(async ({ proxies, lines }) => {
        const fault = async ({ letRun }: Stage) => {
          const [one, other] = proxies;
          for (const harm of ['cut', 'down', 'blackHole', 'dropReplies', 'hold'] as const) {
            one[harm]();
            await letRun(150);
            other.cut();
            await letRun(harm === 'cut' ? 0 : 450);
            one.restore();
            // what was swallowed leaves a connection that answers the wrong question, or none
            if (harm !== 'hold') one.cut();
          }
          other.delay(120);
          await letRun(400);
          other.restore();
          // what still waits would be overtaken, which no connection does
          other.cut();
        };
        isSound(await play({ name: 'Redis, lines cut, held, delayed, silent', store: lines, fault }));
      }),
    PATIENCE,
  );

  it.concurrent(
    'do not go by a clock that jumps',
    () =>
      withRedis(async ({ server }) => {
        const jumps: { readonly process: number; readonly from: number; to: number }[] = [];
        const fault = async ({ letRun, workers }: Stage) => {
          for (const offset of [3_600_000, -3_600_000]) {
            const worker = workers[jumps.length % workers.length];
            if (worker === undefined) throw new Error('no worker');
            const jump = { process: worker.process, from: await worker.setClock(offset), to: 0 };
            await letRun(600);
            jump.to = monotonic();
            jumps.push(jump);
            await worker.setClock(0);
            await letRun(300);
          }
        };
        const result = await play({ name: 'Redis, a clock jumps by an hour', store: through(server.port), fault });
        isSound(result);
        const during = result.history.filter(({ process, invoked, returned }) =>
          jumps.some((jump) => jump.process === process && jump.from < invoked && returned < jump.to),
        );
        expect(during.length).toBeGreaterThan(20);
        // a subject without sessions has none, whatever the time
        const answered = during.filter(({ effect, operation }) => effect !== 'indeterminate' && operation !== 'endAll');
        expect(answered).toEqual([]);
      }),
    PATIENCE,
  );

  it.concurrent(
    'see an end elsewhere within the bound of the cache, with a watch that breaks and one that goes silent',
    () =>
      withRedis(async ({ proxies, lines }) => {
        const fault = async ({ letRun }: Stage) => {
          const [one, other] = proxies;
          await letRun(500);
          one.cut();
          await letRun(300);
          other.blackHole();
          await letRun(800);
          other.restore();
          other.cut();
        };
        const result = await play({ name: 'Redis, cache, the watch breaks', store: lines, cache: true, fault });
        isSound(result);
      }),
    PATIENCE,
  );
});
