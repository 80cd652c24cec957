import { describe, expect, it } from 'vitest';
import type { Envelope, Watch } from '../../src/engine/ports.js';
import { type RedisStore, redisStore } from '../../src/stores/redis.js';
import { describeWith, REDIS } from '../servers/available.js';
import { startCluster } from '../servers/redis-cluster.js';
import { startSentinels } from '../servers/redis-sentinel.js';
import type { RedisServer } from '../servers/redis-server.js';
import { until } from '../servers/until.js';
import { CLUSTER_CLIENTS, type OpenClient, SENTINEL_CLIENTS } from './redis-clients.js';

const COUNT = 60;
/** A failover takes seconds to be decided, and clients look for the new primary at intervals. */
const PATIENCE = 45_000;

function anEnvelope(number: number): Envelope {
  const id = `Ab-_${String(number).padStart(18, '0')}`;
  return { id, subject: `subject ${number % 5}`, record: 'first', revision: 1, purgeAt: Date.now() + 3_600_000 };
}

function nextOf(envelope: Envelope): Envelope {
  return { ...envelope, revision: envelope.revision + 1, record: `revision ${envelope.revision + 1}` };
}

/** Ends sessions, kills primaries, and looks whether what was confirmed is still so, and whether it is told. */
async function survives(open: OpenClient, fail: () => Promise<void>): Promise<void> {
  const store = redisStore(open.client, { replicas: 1, replicaTimeout: 5_000 });
  const first = Array.from({ length: COUNT }, (_, number) => anEnvelope(number));
  for (const envelope of first) expect(await store.create(envelope)).toBe('written');
  const heard: string[] = [];
  const watch = await store.watch?.({ changed: (id) => heard.push(id), lost: () => heard.push('lost') });
  if (watch === undefined) throw new Error('this client can be watched');
  const second = first.map(nextOf);
  expect(await store.replace(second, { announce: true })).toEqual(second.map(() => 'written'));
  await watch.check();
  expect([...heard].sort()).toEqual(first.map(({ id }) => id));

  await fail();
  const ids = first.map(({ id }) => id);
  await until('every session can be read again', async () => (await store.load(ids)).length === COUNT, PATIENCE);
  expect(await store.load(ids)).toEqual(second);
  await until('the watch has noticed', () => seesTheLoss(watch, heard), PATIENCE);
  // the replica that is primary now has none of its own to wait for
  await worksOn(redisStore(open.client), { watch, second, heard });
  await watch.close();
}

/** A check fails or passes in between; what counts is that somebody was told before one passes for good. */
async function seesTheLoss(watch: Watch, heard: readonly string[]): Promise<boolean> {
  await watch.check();
  return heard.includes('lost');
}

interface After {
  readonly watch: Watch;
  readonly second: readonly Envelope[];
  readonly heard: string[];
}

async function worksOn(store: RedisStore, { watch, second, heard }: After): Promise<void> {
  const third = second.map(nextOf);
  expect(await store.replace(third)).toEqual(third.map(() => 'written'));
  expect(await store.load(third.map(({ id }) => id))).toEqual(third);
  expect(await store.replace(second)).toEqual(second.map(() => 'conflict'));
  for (const number of [0, 1, 2, 3, 4]) expect(await store.listBySubject(`subject ${number}`)).toHaveLength(COUNT / 5);
  await watch.check();
  heard.length = 0;
  await store.replace(third.map(nextOf), { announce: true });
  await watch.check();
  expect([...heard].sort()).toEqual(third.map(({ id }) => id));
}

describeWith(REDIS, 'redisStore, when a primary dies', () => {
  describe('behind Sentinels', () => {
    it.each(SENTINEL_CLIENTS)(
      'keeps what was confirmed and is told again, with $name',
      async (kind) => {
        const servers = await startSentinels();
        let open: OpenClient | null = null;
        try {
          open = await kind.connect(servers);
          await survives(open, async () => {
            await servers.primary.kill();
            const isNew = async () => (await servers.primaryPort()) === servers.replica.port;
            await until('the Sentinels agree on the replica', isNew, PATIENCE);
          });
        } finally {
          await open?.close();
          await servers.stop();
        }
      },
      120_000,
    );
  });

  describe('of a Cluster', () => {
    it.each(CLUSTER_CLIENTS)(
      'keeps what was confirmed and is told again, with $name',
      async (kind) => {
        const servers = await startCluster({ replicas: 1 });
        let open: OpenClient | null = null;
        try {
          open = await kind.connect(servers);
          await survives(open, async () => {
            await servers.primaries[0]?.kill();
            await until('the replica took over', () => isPrimary(servers.replicas[0]), PATIENCE);
            await until(
              'the cluster is well',
              async () => {
                const states = await Promise.all(servers.replicas.map((server) => server.ask('CLUSTER', 'INFO')));
                return states.every((state) => state.includes('cluster_state:ok'));
              },
              PATIENCE,
            );
          });
        } finally {
          await open?.close();
          await servers.stop();
        }
      },
      120_000,
    );
  });
});

async function isPrimary(server: RedisServer | undefined): Promise<boolean> {
  return (await server?.ask('ROLE'))?.startsWith('master') ?? false;
}
