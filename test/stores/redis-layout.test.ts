import { Redis } from 'ioredis';
import { createClient, createClientPool, RESP_TYPES } from 'redis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/engine/ports.js';
import { redisStore } from '../../src/stores/redis.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisServer, startRedis } from '../servers/redis-server.js';

const HOUR = 3_600_000;

function anEnvelope(number: number, changes: Partial<Envelope> = {}): Envelope {
  const id = `Ab-_${String(number).padStart(18, '0')}`;
  return { id, subject: 'alice', record: 'first', revision: 1, purgeAt: Date.now() + HOUR, ...changes };
}

function nextOf(envelope: Envelope, changes: Partial<Envelope> = {}): Envelope {
  return { ...envelope, revision: envelope.revision + 1, record: 'next', ...changes };
}

describeWith(REDIS, 'redisStore', () => {
  let server: RedisServer;
  let client: Redis;
  beforeAll(async () => {
    server = await startRedis();
    client = new Redis(server.port, '127.0.0.1');
  });
  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });
  beforeEach(() => server.ask('FLUSHALL'));

  /** How often the server ran each command while `act` ran, those in scripts included. */
  async function commandsOf(act: () => Promise<unknown>): Promise<Record<string, number>> {
    await server.ask('CONFIG', 'RESETSTAT');
    await act();
    const lines = (await server.ask('INFO', 'commandstats')).matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm);
    const counts = Object.fromEntries([...lines].map(([, name, calls]) => [name, Number(calls)]));
    delete counts['config|resetstat'];
    delete counts['info'];
    return counts;
  }

  describe('in commands', () => {
    it('reads a hundred sessions with one', async () => {
      const store = redisStore(client);
      const envelopes = Array.from({ length: 100 }, (_, number) => anEnvelope(number));
      for (const envelope of envelopes) await store.create(envelope);
      expect(await commandsOf(() => store.load(envelopes.map(({ id }) => id)))).toEqual({ mget: 1 });
    });

    it('needs a second one for all those that it does not find', async () => {
      const ids = Array.from({ length: 100 }, (_, number) => anEnvelope(number).id);
      expect(await commandsOf(() => redisStore(client).load(ids))).toEqual({ mget: 1, exists: 1 });
    });

    it('writes n sessions with n + 2, in scripts of at most 200', async () => {
      const store = redisStore(client);
      const envelopes = Array.from({ length: 350 }, (_, number) => anEnvelope(number));
      for (const envelope of envelopes) await store.create(envelope);
      await store.replace([nextOf(anEnvelope(999))]);
      const few = envelopes.slice(0, 150).map((envelope) => nextOf(envelope));
      expect(await commandsOf(() => store.replace(few))).toEqual({ evalsha: 1, mget: 1, set: 150 });
      const rest = envelopes.map((envelope, index) => (index < 150 ? nextOf(nextOf(envelope)) : nextOf(envelope)));
      expect(await commandsOf(() => store.replace(rest))).toEqual({ evalsha: 2, mget: 2, set: 350 });
    });

    it('announces with one for all of them', async () => {
      const store = redisStore(client);
      const envelopes = [1, 2, 3].map((number) => anEnvelope(number));
      for (const envelope of envelopes) await store.create(envelope);
      await store.replace([nextOf(anEnvelope(999))]);
      const act = () =>
        store.replace(
          envelopes.map((envelope) => nextOf(envelope)),
          { announce: true },
        );
      expect(await commandsOf(act)).toEqual({ evalsha: 1, mget: 1, set: 3, publish: 1 });
    });
  });

  it('takes the same session twice in a list, one after the other', async () => {
    const store = redisStore(client);
    const first = anEnvelope(1);
    await store.create(first);
    const [second, third] = [nextOf(first), nextOf(nextOf(first))];
    expect(await store.replace([second, second, third])).toEqual(['written', 'conflict', 'written']);
  });

  it('lets Redis remove each record by itself, and one that never ends stay', async () => {
    const store = redisStore(client);
    const purgeAt = Date.now() + HOUR;
    await store.create(anEnvelope(1, { purgeAt }));
    await store.create(anEnvelope(2, { purgeAt: 8.64e15 }));
    expect(await client.pexpiretime(`curfew:${anEnvelope(1).id}`)).toBe(purgeAt);
    expect(await client.pexpiretime(`curfew:${anEnvelope(2).id}`)).toBe(-1);
    await store.replace([nextOf(anEnvelope(1), { purgeAt: 8.64e15 }), nextOf(anEnvelope(2), { purgeAt })]);
    expect(await client.pexpiretime(`curfew:${anEnvelope(1).id}`)).toBe(-1);
    expect(await client.pexpiretime(`curfew:${anEnvelope(2).id}`)).toBe(purgeAt);
  });

  describe('its index of subjects', () => {
    const bucket = 'curfew:.1.0';
    const hasPassed = String(Math.floor(Date.now() / 60_000) - 10);
    const fields = async () => Object.entries(await client.hgetall(bucket));

    it('forgets what is gone, little by little, and keeps whoever was prolonged', async () => {
      const store = redisStore(client, { buckets: 1 });
      const prolonged = anEnvelope(0, { subject: 'prolonged' });
      await store.create(prolonged);
      const [[field = ''] = []] = await fields();
      // as if the minute had passed that the index was told at the creation
      await client.hset(bucket, field, hasPassed);
      for (let number = 1; number <= 600; number++) {
        await store.create(anEnvelope(number, { purgeAt: Date.now() - 600_000 }));
      }
      expect((await fields()).length).toBeLessThan(300);
      expect(await store.listBySubject('prolonged')).toEqual([prolonged]);
      const minute = Number(await client.hget(bucket, field));
      expect(minute).toBe(Math.ceil(prolonged.purgeAt / 60_000));
    });

    it('never forgets a session that lives, however many come and go beside it', async () => {
      const store = redisStore(client, { buckets: 1 });
      const living = Array.from({ length: 40 }, (_, number) => anEnvelope(number, { subject: `living ${number % 7}` }));
      for (const envelope of living) await store.create(envelope);
      for (const [field] of await fields()) await client.hset(bucket, field, hasPassed);
      const passing = Array.from({ length: 400 }, (_, number) =>
        anEnvelope(100 + number, { purgeAt: Date.now() - 600_000 }),
      );
      await Promise.all(passing.map((envelope) => store.create(envelope)));
      const listed = await Promise.all([0, 1, 2, 3, 4, 5, 6].map((number) => store.listBySubject(`living ${number}`)));
      expect(
        listed
          .flat()
          .map((envelope) => envelope?.id)
          .sort(),
      ).toEqual(living.map(({ id }) => id).sort());
    });

    it('lists from a bucket that Redis no longer packs', async () => {
      const store = redisStore(client, { buckets: 1 });
      const envelopes = Array.from({ length: 700 }, (_, number) =>
        anEnvelope(number, { subject: `subject ${number % 350}` }),
      );
      for (const envelope of envelopes) await store.create(envelope);
      expect(await client.object('ENCODING', bucket)).toBe('hashtable');
      for (const number of [0, 1, 349]) expect(await store.listBySubject(`subject ${number}`)).toHaveLength(2);
    });

    it('lists what was created with another number of buckets, as long as that is named', async () => {
      const before = Array.from({ length: 20 }, (_, number) => anEnvelope(number));
      for (const envelope of before) await redisStore(client, { buckets: 8 }).create(envelope);
      const store = redisStore(client, { buckets: [64, 8] });
      await store.create(anEnvelope(100));
      expect(await store.listBySubject('alice')).toHaveLength(21);
      expect(await redisStore(client, { buckets: 64 }).listBySubject('alice')).toHaveLength(1);
    });

    it('lists before the creation is confirmed', async () => {
      const stores = [redisStore(client), redisStore(client.duplicate())];
      const created = Array.from({ length: 50 }, async (_, number) => {
        const envelope = anEnvelope(number);
        await (stores[number % 2] ?? redisStore(client)).create(envelope);
        const listed = await redisStore(client).listBySubject('alice');
        expect(listed.map((found) => found?.id)).toContain(envelope.id);
      });
      await Promise.all(created);
    });
  });

  describe('checkServer', () => {
    const codes = async () => (await redisStore(client).checkServer()).map(({ code }) => code);

    it('names settings that lose sessions or bring them back', async () => {
      expect(await codes()).toEqual(['forgets_at_restart']);
      await client.config('SET', 'save', '3600 1');
      expect(await codes()).toEqual(['restores_old_state']);
      await client.config('SET', 'appendonly', 'yes');
      await client.config('SET', 'maxmemory', '100mb');
      await client.config('SET', 'maxmemory-policy', 'volatile-lru');
      expect(await codes()).toEqual(['evicts_sessions']);
      await client.config('SET', 'maxmemory-policy', 'noeviction');
      expect(await codes()).toEqual([]);
      await client.config('SET', 'maxmemory', '0');
      await client.config('SET', 'appendonly', 'no');
      await client.config('SET', 'save', '');
    });
  });

  describe('takes a client as it is', () => {
    const works = async (store: ReturnType<typeof redisStore>) => {
      const envelope = anEnvelope(1);
      expect(await store.create(envelope)).toBe('written');
      expect(await store.replace([nextOf(envelope)], { announce: true })).toEqual(['written']);
      expect(await store.load([envelope.id, 'none'])).toEqual([nextOf(envelope), null]);
      expect(await store.listBySubject('alice')).toEqual([nextOf(envelope)]);
      expect(await store.now?.()).toBeGreaterThan(1_700_000_000_000);
    };

    it('node-redis that was told to give buffers', async () => {
      const buffers = createClient({ url: server.url }).withTypeMapping({
        [RESP_TYPES.BLOB_STRING]: Buffer,
        [RESP_TYPES.SIMPLE_STRING]: Buffer,
        [RESP_TYPES.NUMBER]: String,
      });
      await buffers.connect();
      await works(redisStore(buffers));
      expect(await redisStore(buffers).checkServer()).toHaveLength(1);
      buffers.destroy();
    });

    it('a pool of node-redis, which cannot be watched', async () => {
      const pool = createClientPool({ url: server.url });
      await pool.connect();
      const store = redisStore(pool);
      await works(store);
      expect(store.watch).toBeUndefined();
      await pool.close();
    });

    it.each([
      { stringNumbers: true },
      { keyPrefix: 'app:' },
      { enableAutoPipelining: true },
      { replyMapping: 'resp3' as const },
      { db: 3 },
    ])('ioredis with %j', async (options) => {
      const special = new Redis({ host: '127.0.0.1', port: server.port, ...options });
      const store = redisStore(special);
      await works(store);
      const heard: string[] = [];
      const watch = await store.watch?.({ changed: (id) => heard.push(id), lost: () => heard.push('lost') });
      await store.replace([nextOf(nextOf(anEnvelope(1)))], { announce: true });
      await watch?.check();
      expect(heard).toEqual([anEnvelope(1).id]);
      await watch?.close();
      special.disconnect();
    });
  });

  describe('refuses', () => {
    const invalid = (path: string) =>
      expect.objectContaining({ code: 'store_options_invalid', problems: [expect.objectContaining({ path })] });

    it.each([
      ['/prefix', { prefix: '' }],
      ['/prefix', { prefix: 'curfew' }],
      ['/buckets', { buckets: 0 }],
      ['/buckets', { buckets: 1.5 }],
      ['/buckets', { buckets: [16, Number.NaN] as const }],
      ['/replicas', { replicas: -1 }],
      ['/replicaTimeout', { replicas: 1, replicaTimeout: 0 }],
    ] as const)('%s in %j', (path, options) => {
      expect(() => redisStore(client, options)).toThrow(invalid(path));
    });

    it('what is no client, and one that reads from replicas', () => {
      const replicaReader = new Redis({
        lazyConnect: true,
        sentinels: [{ host: '127.0.0.1', port: 1 }],
        name: 'a',
        role: 'slave',
      });
      expect(() => redisStore({} as Redis)).toThrow(invalid('/client'));
      expect(() => redisStore(replicaReader)).toThrow(invalid('/client'));
    });
  });

  describe('with `replicas`', () => {
    it('confirms an announced write once a replica has it, and rejects if none is there in time', async () => {
      const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(server.port)] });
      const [nodeRedis, ioredis] = [createClient({ url: server.url }).on('error', () => {}), client.duplicate()];
      await nodeRedis.connect();
      const stores = [nodeRedis, ioredis].map((each) => redisStore(each, { replicas: 1, replicaTimeout: 5_000 }));
      for (const [number, store] of stores.entries()) {
        const envelope = anEnvelope(number);
        await store.create(envelope);
        expect(await store.replace([nextOf(envelope)], { announce: true })).toEqual(['written']);
        expect(await replica.ask('GET', `curfew:${envelope.id}`)).toMatch(/^2,/);
      }
      await replica.stop();
      const hurried = [nodeRedis, ioredis].map((each) => redisStore(each, { replicas: 1, replicaTimeout: 1 }));
      for (const [number, store] of hurried.entries()) {
        const next = nextOf(nextOf(anEnvelope(number)));
        await expect(store.replace([next], { announce: true })).rejects.toMatchObject({ code: 'store_unavailable' });
        expect(await store.load([next.id])).toMatchObject([{ revision: 3 }]);
      }
      nodeRedis.destroy();
      ioredis.disconnect();
    });
  });
});
