import { afterAll, beforeAll, describe, it } from 'vitest';
import { storeContract } from '../../src/testing/store-contract.js';
import { describeWith, REDIS } from '../servers/available.js';
import { type RedisServer, startRedis } from '../servers/redis-server.js';
import { redisFixture, SINGLE_CLIENTS } from './redis-clients.js';

/** What the libraries do in another way in RESP2 than in RESP3: messages, errors, what is absent. */
const DEPENDS_ON_PROTOCOL = /^(?:load|create|replace|faults|cut|watch)/;

describeWith(REDIS, 'redisStore on one server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  describe.each(SINGLE_CLIENTS)('with $name', (kind) => {
    const makeStore = () =>
      redisFixture({
        connect: () => kind.connect(server.port),
        unreachable: () => kind.unreachable(),
        ask: (_key, ...words) => server.ask(...words),
        async cut() {
          for (const type of ['normal', 'pubsub']) await server.ask('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
        },
      });
    const cases = storeContract({ makeStore, removal: 'expiry' });
    const chosen = kind.isDefault ? cases : cases.filter(({ name }) => DEPENDS_ON_PROTOCOL.test(name));
    for (const { name, run } of chosen) it(name, run);
  });
});
