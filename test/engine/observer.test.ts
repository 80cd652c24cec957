import { describe, expect, it } from 'vitest';
import { byId, type Observer } from '../../src/engine/index.js';
import { aWorld, BACKGROUND, login, MINUTE, policyWith, SECOND, said, testStore, USER } from './support.js';

const CONTEXT = { ip: '203.0.113.77', deviceId: 'device-secret', userAgent: 'Agent/7', country: 'DE' };
const policy = policyWith({ operations: { pay: { assuranceLevel: 'aal2' } }, tokens: { refreshGrace: 0 } });

describe('the observer', () => {
  it('is told of every answer to a question about a session, once', async () => {
    const world = aWorld();
    const store = testStore();
    const engine = world.engine({ store, policy });
    const { handle, session } = await login(engine);
    await world.advance(SECOND);
    const other = await login(engine);
    const expected: [string, string][] = [
      ['start', 'permit'],
      ['start', 'permit'],
    ];
    const ask = async (type: string, asked: Promise<{ readonly effect: string }>) => {
      expected.push([type, (await asked).effect]);
    };
    await ask('access', engine.access(handle, { ...USER, context: CONTEXT }));
    await ask('access', engine.access(handle, BACKGROUND));
    await ask('access', engine.access(handle, { ...USER, operation: 'pay' }));
    await ask('access', engine.access('rubbish', USER));
    await ask('operation_finished', engine.finish(handle, 'pay'));
    await ask('signal', engine.signal(handle, { signal: 'odd' }));
    await ask('reauthenticated', engine.reauthenticate(handle, { assuranceLevel: 'aal2' }));
    await ask('attributes_changed', engine.changeAttributes(byId(session.id), { plan: 'secret-plan' }));
    const [first, second] = await Promise.all([engine.refresh(handle, 0), engine.refresh(handle, 0)]);
    expected.push(['token_refreshed', first.effect], ['token_refreshed', second.effect]);
    await ask('revoked', engine.end(handle, { by: 'admin' }));
    await ask('access', engine.access(other.handle, USER));
    store.intercept = () => Promise.reject(new Error('away'));
    await ask('access', engine.access(other.handle, USER));
    await ask('start', engine.start({ subject: 'alice' }));
    expect(engine.log().map(({ type, effect }) => [type, effect])).toEqual(expected);
    expect(expected.map(([, effect]) => effect)).toEqual(expect.arrayContaining(['superseded', 'indeterminate']));
  });

  it('is told where the answer came from, and what became of the change', async () => {
    const world = aWorld();
    const engine = world.engine({ store: testStore(), policy });
    const { handle, session } = await login(engine);
    await world.advance(SECOND);
    await engine.access(handle, USER);
    await engine.access(handle, BACKGROUND);
    await engine.signal(handle, { signal: 'odd' });
    await engine.access('rubbish', USER);
    const told = engine.log().map(({ from, written, sessionId, subject }) => [from, written, sessionId, subject]);
    const { id } = session;
    expect(told).toEqual([
      [null, 'now', id, 'alice'],
      ['store', 'later', id, 'alice'],
      ['store', 'nothing', id, 'alice'],
      ['store', 'now', id, 'alice'],
      [null, 'nothing', null, null],
    ]);
  });

  it('changes nothing by throwing', async () => {
    const world = aWorld();
    const observer: Observer = () => {
      throw new Error('the log is full');
    };
    const store = testStore();
    const engine = world.engine({ store, policy, observer });
    const { handle } = await login(engine);
    await world.advance(SECOND);
    expect(said(await engine.access(handle, USER))).toBe('permit');
    store.intercept = () => Promise.reject(new Error('away'));
    expect(said(await engine.access(handle, USER))).toBe('indeterminate store_unavailable');
    expect(await engine.flush()).toBe(false);
    store.intercept = null;
    expect(await engine.flush()).toBe(true);
    await engine.close();
  });

  it('is told who did it, how long the session had been idle, whether it was about to end, and what ended it', async () => {
    const world = aWorld();
    const engine = world.engine({ store: testStore(), policy: policyWith({ warnBefore: '2m' }) });
    const { handle, session } = await login(engine);
    await world.advance(14 * MINUTE);
    await engine.access(handle, USER);
    await world.advance(MINUTE);
    await engine.access(handle, BACKGROUND);
    await world.advance(20 * MINUTE);
    await engine.access(handle, USER);
    await engine.access(handle, USER);
    const { createdAt } = session;
    expect(
      engine.log().map(({ activity, until, warned, endedNow, idleFor, age }) => ({
        activity,
        until: until === null ? null : until - createdAt,
        warned,
        endedNow,
        idleFor,
        age,
      })),
    ).toEqual([
      { activity: 'user', until: 15 * MINUTE, warned: false, endedNow: false, idleFor: null, age: null },
      { activity: 'user', until: 29 * MINUTE, warned: true, endedNow: false, idleFor: 14 * MINUTE, age: 14 * MINUTE },
      { activity: 'background', until: 29 * MINUTE, warned: false, endedNow: false, idleFor: MINUTE, age: 15 * MINUTE },
      { activity: 'user', until: null, warned: false, endedNow: true, idleFor: 21 * MINUTE, age: 35 * MINUTE },
      { activity: 'user', until: null, warned: false, endedNow: false, idleFor: 21 * MINUTE, age: 35 * MINUTE },
    ]);
  });

  it('may look at what was stated, and at who ended a session; a copy or a log line has no address', async () => {
    const engine = aWorld().engine({ store: testStore(), policy });
    const { handle } = await login(engine, { context: CONTEXT });
    await engine.access(handle, { ...USER, context: CONTEXT });
    await engine.end(handle, { code: 'account_disabled', by: 'support' });
    const [started, accessed, ended] = engine.log();
    expect([started?.context, accessed?.context, ended?.context]).toEqual([CONTEXT, CONTEXT, null]);
    expect([started?.by, ended?.by]).toEqual([null, 'support']);
    expect({ ...accessed }).not.toHaveProperty('context');
    expect(JSON.stringify(engine.log())).not.toContain('203.0.113.77');
  });

  it('changes nothing by being rejected, if it is async', async () => {
    const rejected: unknown[] = [];
    const note = (error: unknown) => rejected.push(error);
    process.on('unhandledRejection', note);
    const observer = async () => {
      throw new Error('the log is full');
    };
    const world = aWorld();
    const engine = world.engine({ store: testStore(), observer });
    const { handle } = await login(engine);
    expect((await engine.access(handle, USER)).effect).toBe('permit');
    await world.settle();
    process.off('unhandledRejection', note);
    expect(rejected).toEqual([]);
  });

  it('hears no handle, no secret, no context and no attribute', async () => {
    const world = aWorld();
    const store = testStore();
    const engine = world.engine({ store, policy });
    const { handle } = await login(engine, { context: CONTEXT, attributes: { plan: 'secret-plan' } });
    await world.advance(SECOND);
    await engine.access(handle, { ...USER, context: { ...CONTEXT, ip: '198.51.100.9' } });
    const next = await engine.reauthenticate(handle, { assuranceLevel: 'aal2', context: CONTEXT });
    await engine.refresh(handle, 0, CONTEXT);
    await engine.access(`${handle}x`, { ...USER, context: CONTEXT });
    const envelope = await store.envelope(handle.slice(0, 22));
    store.intercept = (method, go) =>
      method === 'load' ? Promise.resolve([{ ...envelope, record: envelope.record.slice(0, -9), revision: 77 }]) : go();
    await engine.access(handle, USER);
    const told = JSON.stringify(engine.records, (_key, value) =>
      value instanceof Error ? [value.message, value.stack, value.cause] : value,
    );
    const secrets = [handle.slice(23), (next.handle as string).slice(23), 'secret-plan', 'device-secret', 'Agent/7'];
    for (const secret of [...secrets, '203.0.113.77', '198.51.100.9', envelope.record.slice(5, 20)]) {
      expect(told).not.toContain(secret);
    }
    expect(engine.faults()).toHaveLength(1);
  });

  it('is told of faults with what was thrown, and in which part', async () => {
    const world = aWorld();
    const store = testStore();
    const engine = world.engine({ store, policy });
    const { handle } = await login(engine);
    await world.advance(SECOND);
    await engine.access(handle, USER);
    const error = new Error('ECONNREFUSED');
    store.intercept = () => Promise.reject(error);
    await engine.access(handle, USER);
    await engine.flush();
    await engine.list('alice');
    await engine.purge();
    expect(engine.faults().map(({ code, during, error: thrown }) => [code, during, thrown])).toEqual([
      ['store_unavailable', 'answer', error],
      ['store_unavailable', 'flush', error],
      ['store_unavailable', 'list', error],
      ['store_unavailable', 'purge', error],
    ]);
  });
});
