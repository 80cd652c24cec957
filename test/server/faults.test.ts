import { createClient } from 'redis';
import { expect, it } from 'vitest';
import { redisStore } from '../../src/stores/redis.js';
import { systemClock } from '../../src/time/clock.js';
import { describeWith, REDIS } from '../servers/available.js';
import { startRedis } from '../servers/redis-server.js';
import { until } from '../servers/until.js';
import { type LoadClient, loadClient } from './load.js';
import { aGateway, KEYS, NGINX, startNginx, startService, type TestGateway } from './support.js';

const CONNECTIONS = 24;
const SESSIONS = 60;

/** One session of the run, and what is known of it from outside. */
interface Known {
  readonly id: string;
  readonly cookie: string;
  /** `ending`: somebody was told to end it, and has not said yet that it has. */
  state: 'live' | 'ending' | 'ended';
}

describeWith(REDIS, 'with a Redis that is killed again and again', () => {
  describeWith(NGINX, 'and an nginx under load', () => {
    it.each([false, true])('gives no wrong answer (cache: %s)', async (cache) => {
      const redis = await startRedis({ appendOnly: true });
      const connect = async () => {
        const client = createClient({ url: redis.url, disableOfflineQueue: true, socket: { reconnectStrategy: 20 } });
        client.on('error', () => undefined);
        await client.connect();
        return client;
      };
      const clients = [await connect(), await connect()];
      const gatewayOn = (client: unknown) => {
        return aGateway({
          store: redisStore(client as never),
          engine: { clock: systemClock, cache, storeTimeout: 500 },
        });
      };
      // the one that nginx asks, and another that ends sessions behind its back
      const [asked, other] = [await gatewayOn(clients[0]), await gatewayOn(clients[1])];
      const service = await startService(asked.url);
      const nginx = await startNginx('docs/recipes/gateway/nginx.conf', { 7447: asked.port, 8000: service.port });
      const load = loadClient(nginx.port, CONNECTIONS);
      const sessions: Known[] = [];
      for (let index = 0; index < SESSIONS; index++) sessions.push(await aSession(other, index));

      const run = { isOver: false, wrong: [] as string[], counts: new Map<number, number>() };
      const asking = Array.from({ length: CONNECTIONS }, (_, index) => askOn(load, sessions, run, index));
      // with the cache, an end elsewhere counts from when its announcement arrived: its own process knows at once
      const ending = endSome(cache ? asked : other, sessions, run);
      for (let kill = 0; kill < 3; kill++) {
        await until('answers came in', () => (run.counts.get(200) ?? 0) > 100 * (kill + 1));
        await redis.kill();
        await until('nobody could tell', () => (run.counts.get(503) ?? 0) > 30 * (kill + 1));
        await redis.start();
        await until('it is ready again', async () => (await fetch(`${asked.url}/readyz`)).status === 200);
      }
      run.isOver = true;
      await Promise.all([...asking, ending]);

      expect(run.wrong).toEqual([]);
      expect(sessions.filter(({ state }) => state === 'ended').length).toBeGreaterThan(5);
      expect([...run.counts.keys()].sort()).toEqual([200, 401, 503]);
      load.close();
      for (const served of [nginx, service]) await served.stop();
      for (const gateway of [asked, other]) await gateway.close();
      for (const client of clients) client.destroy();
      await redis.stop();
    });
  });
});

async function aSession(gateway: TestGateway, index: number): Promise<Known> {
  const { body } = await gateway.call('/v1/sessions', { subject: `person-${index}` });
  return { id: body.session.id, cookie: `session=${body.handle}`, state: 'live' };
}

interface Run {
  isOver: boolean;
  readonly wrong: string[];
  readonly counts: Map<number, number>;
}

/** Asks about one session after the other, and holds each answer against what was known before and after it. */
async function askOn(load: LoadClient, sessions: readonly Known[], run: Run, offset: number): Promise<void> {
  for (let turn = offset; !run.isOver; turn += 7) {
    const session = sessions[turn % sessions.length] as Known;
    const before = session.state;
    const { status } = await load.get('/inbox', { cookie: session.cookie, 'curfew-activity': 'user' });
    run.counts.set(status, (run.counts.get(status) ?? 0) + 1);
    if (status === 200 && before === 'ended') run.wrong.push('a permit for a session that had ended');
    if (status === 401 && session.state === 'live') run.wrong.push('a logout that nobody decided');
    if (![200, 401, 503].includes(status)) run.wrong.push(`a ${status}`);
  }
}

/** Ends every third session, one by one, and tries again for as long as nobody can tell. */
async function endSome(gateway: TestGateway, sessions: readonly Known[], run: Run): Promise<void> {
  for (const session of sessions.filter((_, index) => index % 3 === 0)) {
    session.state = 'ending';
    for (let status = 0; status !== 200 && !run.isOver; ) {
      ({ status } = await gateway.call(`/v1/sessions/${session.id}/end`, {}, KEYS.admin));
      if (status === 200) session.state = 'ended';
    }
    const answers = [...run.counts.values()].reduce((sum, one) => sum + one, 0);
    await until(
      'more was asked',
      () => run.isOver || [...run.counts.values()].reduce((a, b) => a + b, 0) > answers + 20,
    );
  }
}
