import { expect, it } from 'vitest';
import { describeWith, REDIS } from '../servers/available.js';
import { type SentinelServers, startSentinels } from '../servers/redis-sentinel.js';
import type { RedisServer } from '../servers/redis-server.js';
import { until } from '../servers/until.js';
import { monotonic } from './hand-over.js';
import type { StoreSettings } from './open-store.js';
import { play, type Result, type Stage } from './scenario.js';
import { isSound, PATIENCE } from './sound.js';

/** What a confirmed write of a store with `replicas: 1` must have kept from happening, failover or not. */
const ANNOUNCED = /^(?:permit_after_end|end_changed|ended_by_nobody|handle_after_grace|double_rotation)/;

describeWith(REDIS, 'three processes behind Sentinels', () => {
  /** Kills the one that is primary, and starts it again as a replica of the one that took its place. */
  async function failOver(servers: SentinelServers, { letRun, failedOver }: Stage): Promise<void> {
    await letRun(500);
    const port = await servers.primaryPort();
    const [old, next] = inOrder(servers, port);
    const from = monotonic();
    await old.kill();
    await until('another one is primary', async () => (await servers.primaryPort()) === next.port, 45_000);
    await until('it knows', async () => (await next.ask('ROLE')).startsWith('master'), 45_000);
    await old.start();
    const isStep = async () => (await old.ask('INFO', 'replication')).includes('master_link_status:up');
    await until('the old one follows', isStep, 45_000);
    // for so long a client may have found the old one, and been confirmed what the new one replaced
    failedOver({ from, to: monotonic() });
  }

  async function playWith(replicas: number, name: string): Promise<Result> {
    const servers = await startSentinels();
    const { sentinels, name: called } = servers;
    const store = (process: number): StoreSettings => {
      const library = process % 2 === 0 ? 'node-redis' : 'ioredis';
      return { kind: 'sentinel', name: called, sentinels, replicas, library };
    };
    try {
      return await play({ name, store, fault: (stage) => failOver(servers, stage) });
    } finally {
      await servers.stop();
    }
  }

  it.concurrent(
    'lose no end and no rotation with a primary, if a replica must have them',
    async () => {
      const result = await playWith(1, 'Sentinel, primary killed, `replicas: 1`');
      isSound(result);
      expect(result.lostByFailover.filter((text) => ANNOUNCED.test(text))).toEqual([]);
    },
    PATIENCE,
  );

  it.concurrent(
    'lose only what the primary had not passed on, if no replica is waited for',
    async () => {
      isSound(await playWith(0, 'Sentinel, primary killed, no replica waited for'));
    },
    PATIENCE,
  );
});

function inOrder({ primary, replica }: SentinelServers, primaryPort: number): readonly [RedisServer, RedisServer] {
  return primary.port === primaryPort ? [primary, replica] : [replica, primary];
}
