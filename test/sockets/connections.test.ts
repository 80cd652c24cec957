import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import type { EngineOptions } from '../../src/engine/options.js';
import { byId } from '../../src/engine/question.js';
import type { Context, PolicyDocument } from '../../src/index.js';
import type { Permitted, Transport, Warning } from '../../src/sockets/connection.js';
import { sessionConnections } from '../../src/sockets/connections.js';
import { closeReason, type SocketEnding } from '../../src/sockets/ending.js';
import type { ConnectionOptions } from '../../src/sockets/options.js';
import { memoryStore } from '../../src/stores/memory.js';
import { aWorld, HOUR, login, MINUTE, never, policyWith, SECOND, testStore, USER } from '../engine/support.js';
import { watchingStore } from '../engine/watching-store.js';

interface Scene {
  readonly policy?: Partial<PolicyDocument>;
  readonly options?: Partial<ConnectionOptions>;
  readonly engine?: Partial<EngineOptions>;
}

/** A transport that notes what it is told. */
function aTransport() {
  const log: string[] = [];
  const endings: SocketEnding[] = [];
  const transport: Transport = {
    end(ending) {
      endings.push(ending);
      log.push(`end ${ending.closeCode} ${ending.reason}`);
    },
    cut: () => log.push('cut'),
    hold: () => log.push('hold'),
    resume: () => log.push('resume'),
  };
  return { transport, log, endings };
}

async function aScene({ policy = {}, options = {}, engine: part = {} }: Scene = {}) {
  const world = aWorld();
  const store = watchingStore();
  const engine = world.engine({ policy: policyWith(policy), store, ...part });
  const other = world.engine({ policy: policyWith(policy), store, ...part });
  const warnings: (Warning & { at: number })[] = [];
  const connections = sessionConnections({
    engine,
    clock: engine.clock,
    timers: world.timers,
    onWarning: (_, warning) => warnings.push({ ...warning, at: world.elapsed() }),
    ...options,
  });
  const { handle, session } = await login(engine);
  const enter = async (context?: Context) => {
    const answer = await engine.access(handle, { activity: 'background', ...(context && { context }) });
    const { transport, log } = aTransport();
    const connection = connections.bind(answer as Permitted, transport, context);
    await world.settle();
    return { connection, log };
  };
  return { world, store, engine, other, connections, warnings, handle, session, enter };
}

describe('a connection', () => {
  it('is ended at its own deadline, by one that is moved by nothing', async () => {
    const { world, enter, connections } = await aScene();
    const { connection, log } = await enter();
    await world.advance(15 * MINUTE - 1);
    expect([connection.state, log]).toEqual(['open', []]);
    await world.advance(51);
    expect(log).toEqual(['hold', 'end 4401 idle_timeout']);
    expect([connection.state, connections.size]).toEqual(['closed', 0]);
  });

  it('goes on when another tab’s activity has moved the deadline, and what came meanwhile is let through', async () => {
    const { world, enter, other, handle } = await aScene();
    const { connection, log } = await enter();
    await world.advance(10 * MINUTE);
    await other.access(handle, USER);
    await world.advance(5 * MINUTE + 50);
    expect(log).toEqual(['hold', 'resume']);
    expect(connection.until).toBe(connection.session.lastActivityAt + 15 * MINUTE);
    await world.advance(10 * MINUTE);
    expect(log.slice(2)).toEqual(['hold', 'end 4401 idle_timeout']);
  });

  it('is ended at once when its session is ended elsewhere, without a deadline coming near', async () => {
    const { world, enter, other, session } = await aScene();
    const { connection, log } = await enter();
    await other.end(byId(session.id), { code: 'account_disabled' });
    await world.settle();
    expect(log).toEqual(['end 4401 account_disabled']);
    expect(connection.ending).toEqual({ closeCode: 4401, reason: 'account_disabled' });
  });

  it('is ended if the session ended between the handshake and the watch', async () => {
    const { world, engine, other, session, handle, connections } = await aScene();
    const answer = (await engine.access(handle, { activity: 'background' })) as Permitted;
    await other.end(byId(session.id));
    const { transport, log } = aTransport();
    connections.bind(answer, transport);
    await world.settle();
    expect(log).toEqual(['end 4401 logout']);
  });

  it('is not ended by a new handle', async () => {
    const { world, enter, engine, handle } = await aScene({
      policy: { reauthentication: { after: '4h', resets: ['idle'] } },
    });
    const { connection, log } = await enter();
    const { handle: next } = await engine.reauthenticate(handle, { assuranceLevel: 'aal2' });
    expect(next).not.toBeNull();
    await world.advance(14 * MINUTE);
    expect([connection.state, log]).toEqual(['open', []]);
    expect(connection.session.authenticatedAt).toBeGreaterThanOrEqual(connection.session.createdAt);
  });

  it.each([
    ['a reauthentication that is due', { reauthentication: { after: '5m' } }, 5 * MINUTE, 'reauthentication_due'],
    [
      'an idle lock',
      { onIdle: 'lock', reauthentication: { after: '4h', resets: ['idle'] } },
      15 * MINUTE,
      'idle_timeout',
    ],
  ] as const)('is closed with a code of its own by %s: the session lives', async (_, policy, after, reason) => {
    const { world, enter } = await aScene({ policy: policy as Partial<PolicyDocument> });
    const { connection, log } = await enter();
    await world.advance(after + 50);
    expect(log.at(-1)).toBe(`end 4403 ${reason}`);
    expect(connection.session.ended).toBeNull();
  });

  it('is closed by a signal that asks for a proof, and by one that ends', async () => {
    const risk = [
      { signal: 'odd', then: 'challenge' },
      { signal: 'stolen', then: 'end' },
    ] as const;
    for (const [signal, said] of [
      ['odd', 'end 4403 odd'],
      ['stolen', 'end 4401 stolen'],
    ] as const) {
      const { world, enter, other, session } = await aScene({ policy: { risk } });
      const { log } = await enter();
      await other.signal(byId(session.id), { signal });
      await world.settle();
      expect(log).toEqual([said]);
    }
  });

  it('takes every later question from where its handshake came', async () => {
    const policy = {
      networks: { office: ['203.0.113.0/24'] },
      conditions: [{ when: { network: 'office' }, idleTimeout: '30m', relax: true }],
      risk: [{ signal: 'device_changed', then: 'end', missing: 'changed' }],
    } as const;
    const { world, enter, engine, handle } = await aScene({ policy });
    await engine.reauthenticate(handle, { assuranceLevel: 'aal1', context: { ip: '203.0.113.7', deviceId: 'd1' } });
    const context = { ip: '203.0.113.7', deviceId: 'd1' };
    await world.advance(SECOND);
    await engine.access(handle, { ...USER, context });
    const { connection, log } = await enter(context);
    await world.advance(20 * MINUTE);
    expect(log).toEqual([]);
    connection.touch();
    await world.settle();
    expect(connection.until - connection.session.lastActivityAt).toBe(30 * MINUTE);
  });

  it('tells the page in time, once for each deadline', async () => {
    const { world, enter, warnings, other, handle } = await aScene({ policy: { warnBefore: '2m' } });
    await enter();
    await world.advance(10 * MINUTE);
    await other.access(handle, USER);
    await world.advance(13 * MINUTE + 50);
    expect(warnings).toEqual([{ at: 23 * MINUTE, remainingMs: 2 * MINUTE, boundBy: 'idle_timeout' }]);
    await other.access(handle, USER);
    await world.advance(13 * MINUTE + 50);
    expect(warnings.length).toBe(2);
  });

  it('keeps its session alive by touches, and by nothing else', async () => {
    const { world, enter } = await aScene();
    const { connection, log } = await enter();
    for (let time = 0; time < 4; time++) {
      await world.advance(10 * MINUTE);
      connection.touch();
    }
    await world.advance(15 * MINUTE + 50);
    expect(log).toEqual(['hold', 'end 4401 idle_timeout']);
    expect(world.elapsed()).toBe(55 * MINUTE + 50);
  });

  it('tells the engine of a thousand frames a second once, and the store of far fewer', async () => {
    const { world, enter, engine, store } = await aScene();
    const { connection } = await enter();
    await world.advance(2 * SECOND);
    engine.records.length = 0;
    const { loaded, written } = { ...store.counts };
    for (let frame = 0; frame < 10_000; frame++) {
      connection.touch();
      if (frame % 10 === 9) await world.advance(10);
    }
    expect(engine.log().filter(({ type }) => type === 'access').length).toBeLessThanOrEqual(11);
    expect(store.counts.loaded - loaded).toBeLessThanOrEqual(11);
    expect(store.counts.written - written).toBeLessThanOrEqual(1);
  });

  it('asks about an operation, whose refusal closes nothing', async () => {
    const { enter, world } = await aScene({ policy: { operations: { pay: { assuranceLevel: 'aal3' } } } });
    const { connection, log } = await enter();
    const { effect } = await connection.access({ activity: 'user', operation: 'pay' });
    await world.settle();
    expect([effect, connection.state, log]).toEqual(['challenge', 'open', []]);
  });

  it('answers nothing after its end, and a late frame keeps no session alive', async () => {
    const { enter, connections, engine, handle } = await aScene();
    const { connection, log } = await enter();
    connections.close();
    expect(log).toEqual(['end 1001 server_closing']);
    const before = engine.records.length;
    connection.touch();
    const answer = await connection.access(USER);
    expect([answer.effect, answer.reasons[0]?.code]).toEqual(['indeterminate', 'connection_closed']);
    expect(engine.records.length).toBe(before);
    const late = aTransport();
    connections.bind((await engine.access(handle, { activity: 'background' })) as Permitted, late.transport);
    expect(late.log).toEqual(['end 1001 server_closing']);
  });

  it('is cut if the other side does not close', async () => {
    const { world, enter, other, session } = await aScene();
    const { log } = await enter();
    await other.end(byId(session.id));
    await world.advance(5 * SECOND + 50);
    expect(log).toEqual(['end 4401 logout', 'cut']);
    await world.advance(HOUR);
    expect(log.length).toBe(2);
  });

  it('follows a policy that becomes tighter within a second', async () => {
    const { world, enter, engine } = await aScene();
    const { log } = await enter();
    await world.advance(10 * MINUTE);
    engine.use({ policy: policyWith({ idleTimeout: '5m' }) });
    await world.advance(SECOND);
    expect(log).toEqual(['end 4401 idle_timeout']);
  });
});

describe('where nobody can tell', () => {
  it('a connection is kept for a while, and then closed with 1013', async () => {
    const { world, enter, store, session, other } = await aScene();
    const { connection, log } = await enter();
    store.intercept = (method, go) => (method === 'load' ? Promise.reject(new Error('away')) : go());
    store.breakDown();
    await world.advance(3 * SECOND - 100);
    expect(connection.state).toBe('open');
    await world.advance(8 * SECOND);
    expect(log).toEqual(['end 1013 store_unavailable', 'cut']);
    expect([session.ended, other.records.length]).toEqual([null, 0]);
  });

  it('it goes on when the store is back in time', async () => {
    const { world, enter, store } = await aScene({ options: { keepFor: '20s' } });
    const { connection, log } = await enter();
    store.intercept = (method, go) => (method === 'load' ? Promise.reject(new Error('away')) : go());
    store.breakDown();
    await world.advance(12 * SECOND);
    store.intercept = null;
    store.comeUp();
    await world.advance(MINUTE);
    expect([connection.state, log]).toEqual(['open', []]);
  });

  it('it is not kept past the deadline that was last known', async () => {
    const { world, enter, store } = await aScene({ options: { keepFor: '1h' } });
    const { log } = await enter();
    store.intercept = (method) => (method === 'load' ? never() : Promise.reject(new Error('away')));
    await world.advance(15 * MINUTE + 50);
    expect(log).toEqual(['hold']);
    await world.advance(2 * SECOND);
    expect(log).toEqual(['hold', 'end 1013 store_timeout']);
  });

  it('an end elsewhere is heard within seconds though the channel is down', async () => {
    const { world, enter, store, other, session } = await aScene();
    const { log } = await enter();
    store.breakDown();
    await other.end(byId(session.id));
    await world.advance(3 * SECOND + 50);
    expect(log).toEqual(['end 4401 logout']);
  });

  it('a clock that was set back puts no deadline off', async () => {
    const { world, enter, engine } = await aScene();
    const { log } = await enter();
    await world.advance(5 * MINUTE);
    engine.clock.setBy(-HOUR);
    await world.advance(10 * MINUTE + 100);
    expect(log.at(-1)).toMatch(/^end 1013 /);
  });

  it('a clock that jumps forwards, as after a sleep, closes all that is due at the next look', async () => {
    const { world, enter, engine, connections } = await aScene();
    const all = await Promise.all(Array.from({ length: 20 }, () => enter()));
    await world.advance(MINUTE);
    engine.clock.setBy(HOUR);
    await world.advance(SECOND);
    expect(connections.size).toBe(0);
    for (const { log } of all) expect(log.at(-1)).toMatch(/^end (?:1013|4401) /);
  });
});

describe('many connections', () => {
  it('of one session share one watch and one question', async () => {
    const { world, enter, store, other, session } = await aScene();
    const all = await Promise.all(Array.from({ length: 50 }, () => enter()));
    await world.settle();
    const before = store.counts.loaded;
    await other.signal(byId(session.id), { signal: 'odd' });
    await world.settle();
    expect(store.counts.loaded - before).toBeLessThanOrEqual(3);
    expect(all.every(({ connection }) => connection.state === 'open')).toBe(true);
  });

  it('leave nothing behind: a hundred thousand come and go', async () => {
    const world = aWorld();
    const store = testStore(memoryStore());
    const engine = world.engine({ store });
    let watches = 0;
    const counting: Pick<Engine, 'access' | 'peek' | 'watch' | 'policy' | 'now'> = {
      ...engine,
      watch(id, changed) {
        watches += 1;
        const stop = engine.watch(id, changed);
        return () => {
          watches -= 1;
          stop();
        };
      },
    };
    const connections = sessionConnections({ engine: counting, clock: engine.clock, timers: world.timers });
    const { handle } = await login(engine);
    const answer = (await engine.access(handle, { activity: 'background' })) as Permitted;
    const idle = world.timersPending();
    for (let round = 0; round < 100; round++) {
      const bound = Array.from({ length: 1_000 }, () => connections.bind(answer, aTransport().transport));
      expect([connections.size, watches]).toEqual([1_000, 1]);
      for (const one of bound) one.release();
      await world.settle();
    }
    expect([connections.size, watches, world.timersPending()]).toEqual([0, 0, idle]);
  });
});

describe('a close reason', () => {
  it('is cut to what a frame takes, between characters', () => {
    expect(closeReason('idle_timeout')).toBe('idle_timeout');
    expect(closeReason('a'.repeat(200))).toBe('a'.repeat(123));
    expect(closeReason('é'.repeat(80))).toBe('é'.repeat(61));
    expect(closeReason('😀'.repeat(40))).toBe('😀'.repeat(30));
  });
});

it('says which options are none', () => {
  const wrong = { engine: {}, keepFor: 'soon', touchEvery: -1 } as unknown as ConnectionOptions;
  expect(() => sessionConnections(wrong)).toThrowError(
    expect.objectContaining({
      code: 'socket_options_invalid',
      problems: ['/engine', '/keepFor', '/touchEvery'].map((path) => expect.objectContaining({ path })),
    }),
  );
});
