import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/engine/ports.js';
import { redisStore } from '../../src/stores/redis.js';
import type { Timers } from '../../src/time/timer.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisServer, startRedis } from '../servers/redis-server.js';
import { until } from '../servers/until.js';
import { type OpenClient, SINGLE_CLIENTS } from './redis-clients.js';

const FIRST: Envelope = {
  id: `Ab-_${'0'.repeat(18)}`,
  subject: 'alice',
  record: 'first',
  revision: 1,
  purgeAt: Date.now() + 3_600_000,
};
const NEXT: Envelope = { ...FIRST, record: 'next', revision: 2 };
const UNAVAILABLE = { code: 'store_unavailable' };

describeWith(REDIS, 'a watch of redisStore', () => {
  let server: RedisServer;
  let line: SilentLine;
  let open: OpenClient;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  describe.each(SINGLE_CLIENTS)('with $name', (kind) => {
    beforeEach(async () => {
      await server.ask('FLUSHALL');
      line = await silentLine(server.port);
      open = await kind.connect(line.port);
    });
    afterEach(async () => {
      await open.close();
      await line.close();
    });

    async function scene() {
      const time = manualTimers();
      const store = redisStore(open.client, { timers: time.timers });
      await store.create(FIRST);
      const heard: string[] = [];
      const watch = await store.watch?.({ changed: (id) => heard.push(id), lost: () => heard.push('lost') });
      if (watch === undefined) throw new Error('this client can be watched');
      await watch.check();
      return { store, watch, heard, time };
    }

    it('replaces the line that listens when it falls silent, while the one that commands take goes on', async () => {
      const { store, watch, heard, time } = await scene();
      line.silence();
      const check = watch.check().catch((error: unknown) => error);
      await until('the check has been sent', () => time.waiting().length > 0);
      expect(await store.load([FIRST.id])).toEqual([FIRST]);
      time.fire();
      expect(await check).toMatchObject(UNAVAILABLE);
      expect(heard).toEqual(['lost']);
      await watch.check();
      await store.replace([NEXT], { announce: true });
      await watch.check();
      expect(heard).toEqual(['lost', FIRST.id]);
      await watch.close();
    });

    it('leaves no timer behind', async () => {
      const { watch, time } = await scene();
      expect(time.waiting()).toEqual([]);
      await watch.close();
      expect(time.waiting()).toEqual([]);
    });

    it('fails its check once the server is a replica, and the store gives out nothing that may be old', async () => {
      const { store, watch } = await scene();
      await server.ask('REPLICAOF', '127.0.0.1', '1');
      await expect(watch.check()).rejects.toMatchObject(UNAVAILABLE);
      await expect(store.load([FIRST.id])).rejects.toMatchObject(UNAVAILABLE);
      await expect(store.listBySubject('alice')).rejects.toMatchObject(UNAVAILABLE);
      await server.ask('REPLICAOF', 'NO', 'ONE');
      await watch.check();
      expect(await store.load([FIRST.id])).toEqual([FIRST]);
      await watch.close();
    });
  });
});

/** A line to a server on which every connection that listens can be made silent. */
interface SilentLine {
  readonly port: number;
  silence(): void;
  close(): Promise<void>;
}

async function silentLine(target: number): Promise<SilentLine> {
  const sockets = new Set<Socket>();
  const listening = new Set<Socket>();
  const silent = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (/subscribe/i.test(chunk.toString('latin1'))) listening.add(client);
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!silent.has(client)) client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    silence() {
      for (const client of listening) silent.add(client);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Timers that fire when the test says so. */
function manualTimers() {
  const due = new Set<() => void>();
  const timers: Timers = {
    after(_, act) {
      due.add(act);
      return () => due.delete(act);
    },
    soon: (act) => void setImmediate(act),
  };
  return {
    timers,
    waiting: () => [...due],
    fire() {
      for (const act of [...due]) act();
    },
  };
}
