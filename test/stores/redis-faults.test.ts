import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/engine/ports.js';
import { type RedisStore, redisStore } from '../../src/stores/redis.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisServer, startRedis } from '../servers/redis-server.js';
import { startProxy, type TcpProxy } from '../servers/tcp-proxy.js';
import { until } from '../servers/until.js';
import { type OpenClient, SINGLE_CLIENTS } from './redis-clients.js';

const UNAVAILABLE = { code: 'store_unavailable' };

function anEnvelope(number: number, changes: Partial<Envelope> = {}): Envelope {
  const id = `Ab-_${String(number).padStart(18, '0')}`;
  return { id, subject: 'alice', record: 'first', revision: 1, purgeAt: Date.now() + 3_600_000, ...changes };
}

function nextOf(envelope: Envelope): Envelope {
  return { ...envelope, revision: envelope.revision + 1, record: 'next' };
}

/** Each with a server of its own, which is killed, and a proxy, which loses what it is told to. */
describeWith(REDIS, 'redisStore, when things break', () => {
  describe.each(SINGLE_CLIENTS)('with $name', (kind) => {
    let server: RedisServer;
    let proxy: TcpProxy;
    let open: OpenClient;
    let store: RedisStore;
    beforeAll(async () => {
      server = await startRedis();
    });
    afterAll(() => server.stop());
    beforeEach(async () => {
      await server.ask('FLUSHALL');
      proxy = await startProxy(server.port);
      open = await kind.connect(proxy.port);
      store = redisStore(open.client);
    });
    afterEach(async () => {
      await open.close();
      await proxy.close();
    });

    const comesBack = () =>
      until('the store answers', async () => (await store.load([])).length === 0 && (await store.now?.()) !== 0);

    it('finds nothing, and works on, after a restart that kept neither records nor scripts', async () => {
      const envelope = anEnvelope(1);
      await store.create(envelope);
      await store.replace([nextOf(envelope)], { announce: true });
      await server.kill();
      await expect(store.load([envelope.id])).rejects.toMatchObject(UNAVAILABLE);
      await server.start();
      await comesBack();
      expect(await store.load([envelope.id])).toEqual([null]);
      expect(await store.replace([nextOf(nextOf(envelope))])).toEqual(['conflict']);
      expect(await store.create(envelope)).toBe('written');
      expect(await store.replace([nextOf(envelope)])).toEqual(['written']);
      expect(await store.listBySubject('alice')).toEqual([nextOf(envelope)]);
    });

    it('runs its scripts on a server that has forgotten them', async () => {
      const envelope = anEnvelope(1);
      await store.create(envelope);
      await server.ask('SCRIPT', 'FLUSH');
      expect(await store.replace([nextOf(envelope)])).toEqual(['written']);
    });

    it('rejects a write whose answer is lost; it happened, and the next attempt is a conflict', async () => {
      const envelope = anEnvelope(1);
      await store.create(envelope);
      await store.replace([nextOf(anEnvelope(2))]);
      proxy.dropReplies();
      const lost = store.replace([nextOf(envelope)]).catch((error: unknown) => error);
      await until('the write has happened', async () =>
        (await server.ask('GET', `curfew:${envelope.id}`)).startsWith('2,'),
      );
      proxy.restore();
      proxy.cut();
      expect(await lost).toMatchObject(UNAVAILABLE);
      await comesBack();
      expect(await store.load([envelope.id])).toEqual([nextOf(envelope)]);
      expect(await store.replace([nextOf(envelope)])).toEqual(['conflict']);
    });

    it('says `store_unavailable` when the server refuses: read-only, out of memory', async () => {
      const envelope = anEnvelope(1);
      await store.create(envelope);
      await server.ask('REPLICAOF', '127.0.0.1', '1');
      await expect(store.replace([nextOf(envelope)])).rejects.toMatchObject({
        ...UNAVAILABLE,
        cause: expect.any(Error),
      });
      await server.ask('REPLICAOF', 'NO', 'ONE');
      await server.ask('CONFIG', 'SET', 'maxmemory', '1');
      await expect(store.replace([nextOf(envelope)])).rejects.toMatchObject(UNAVAILABLE);
      await server.ask('CONFIG', 'SET', 'maxmemory', '0');
      expect(await store.replace([nextOf(envelope)])).toEqual(['written']);
    });

    it('hangs nothing of what was written on its errors', async () => {
      await server.ask('REPLICAOF', '127.0.0.1', '1');
      const error: unknown = await store
        .create(anEnvelope(1, { record: 'do not tell' }))
        .catch((reason: unknown) => reason);
      await server.ask('REPLICAOF', 'NO', 'ONE');
      expect((error as Error).cause).toBeInstanceOf(Error);
      const told = [error, (error as Error).cause].map(
        (part) => JSON.stringify({ ...(part as object) }) + String(part),
      );
      expect(told.join()).not.toContain('do not tell');
    });

    describe('a watch', () => {
      it('says that it is lost once the connection breaks, fails its check while it is down, and comes back', async () => {
        const envelope = anEnvelope(1);
        await store.create(envelope);
        const heard: string[] = [];
        const watch = await store.watch?.({ changed: (id) => heard.push(id), lost: () => heard.push('lost') });
        await watch?.check();
        proxy.down();
        await until('the watch is lost', () => heard.includes('lost'));
        await expect(watch?.check()).rejects.toMatchObject(UNAVAILABLE);
        expect(heard).toEqual(['lost']);
        proxy.restore();
        await until('the watch is back', async () => {
          await watch?.check();
          return true;
        });
        await store.replace([nextOf(envelope)], { announce: true });
        await watch?.check();
        expect(heard).toEqual(['lost', envelope.id]);
        await watch?.close();
      });

      it('keeps its check until what was announced before has been told, however slow the line is', async () => {
        const envelopes = Array.from({ length: 300 }, (_, number) => anEnvelope(number));
        for (const envelope of envelopes) await store.create(envelope);
        const heard: string[] = [];
        const watch = await store.watch?.({ changed: (id) => heard.push(id), lost: () => heard.push('lost') });
        const direct = await kind.connect(server.port);
        proxy.hold();
        await redisStore(direct.client).replace(envelopes.map(nextOf), { announce: true });
        expect(heard).toEqual([]);
        const check = watch?.check();
        proxy.restore();
        proxy.delay(20);
        await check;
        expect(heard).toEqual(envelopes.map(({ id }) => id));
        await watch?.close();
        await direct.close();
      });

      it('neither resolves nor forgets a check on a line that swallows everything; it fails when the line breaks', async () => {
        const heard: string[] = [];
        const watch = await store.watch?.({ changed: (id) => heard.push(id), lost: () => heard.push('lost') });
        proxy.blackHole();
        let answer: unknown = 'none';
        const check = watch?.check().then(
          () => (answer = 'resolved'),
          (error: unknown) => (answer = error),
        );
        const direct = await kind.connect(server.port);
        await redisStore(direct.client).create(anEnvelope(1));
        expect(answer).toBe('none');
        proxy.cut();
        await check;
        expect(answer).toMatchObject(UNAVAILABLE);
        // the connection that listens and the one that commands take break one after the other
        await until('the watch is lost', () => heard.length > 0);
        expect(heard).toEqual(['lost']);
        await watch?.close();
        await direct.close();
      });

      it('leaves no connection behind when it is closed', async () => {
        const before = proxy.connections();
        const watch = await store.watch?.({ changed: () => {}, lost: () => {} });
        expect(proxy.connections()).toBe(before + 1);
        await watch?.close();
        await until('the connection is gone', () => proxy.connections() === before);
        await expect(watch?.check()).rejects.toMatchObject(UNAVAILABLE);
      });
    });
  });
});
