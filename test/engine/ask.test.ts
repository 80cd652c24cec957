import { describe, expect, it } from 'vitest';
import type { SessionStore } from '../../src/engine/ports.js';
import { memoryStore } from '../../src/stores/memory.js';
import { aWorld, MINUTE, policyWith, USER } from './support.js';

const OPERATIONS = { pay: { authenticatedWithin: '5m' }, look: {} } as const;

async function letIn(operations = OPERATIONS) {
  const world = aWorld();
  const calls: string[] = [];
  const store = memoryStore();
  const told: SessionStore = {
    ...store,
    load: (ids) => {
      calls.push('load');
      return store.load(ids);
    },
    replace: (...args) => {
      calls.push('replace');
      return store.replace(...args);
    },
  };
  const engine = world.engine({ store: told, policy: policyWith({ operations }) });
  const started = await engine.start({ subject: 'alice' });
  if (started.effect !== 'permit') throw new Error('not started');
  const { handle } = started;
  return { world, engine, calls, handle, answer: await engine.access(handle, USER) };
}

describe('asking of a session in hand', () => {
  it('says what the policy says, and touches nothing', async () => {
    const { world, engine, calls, handle, answer } = await letIn();
    await world.advance(6 * MINUTE);
    calls.length = 0;
    expect(engine.ask(answer, { ...USER, operation: 'look' }).effect).toBe('permit');
    expect(engine.ask(answer, { ...USER, operation: 'pay' })).toMatchObject({ effect: 'challenge', maxAge: 300_000 });
    expect(engine.ask(answer, { ...USER, operation: 'fly' }).reasons[0]?.code).toBe('operation_unknown');
    expect(calls).toEqual([]);
    await world.advance(9 * MINUTE);
    // the user activity that was only asked about has extended nothing
    expect((await engine.access(handle, USER)).reasons[0]?.code).toBe('idle_timeout');
  });

  it('cannot say more than the answer in hand', async () => {
    const { world, engine, handle } = await letIn();
    await world.advance(15 * MINUTE);
    const refused = await engine.access(handle, USER);
    expect(engine.ask(refused, { ...USER, operation: 'look' })).toBe(refused);
    expect(engine.ask(await engine.access('nonsense', USER), USER).reasons[0]?.code).toBe('session_missing');
  });

  it('is up to date with the clock: an answer in hand does not outlive its session', async () => {
    const { world, engine, answer } = await letIn();
    await world.advance(15 * MINUTE);
    expect(engine.ask(answer, USER)).toMatchObject({ effect: 'deny', reasons: [{ code: 'idle_timeout' }] });
  });

  it('says nothing by a clock that was set', async () => {
    const { engine, answer } = await letIn();
    engine.clock.setBy(-60 * MINUTE);
    expect(engine.ask(answer, USER)).toMatchObject({ effect: 'indeterminate', reasons: [{ code: 'clock_off' }] });
  });

  it('is on record', async () => {
    const { engine, answer } = await letIn();
    engine.ask(answer, { ...USER, operation: 'look' });
    expect(engine.log().at(-1)).toMatchObject({
      operation: 'look',
      effect: 'permit',
      from: 'memory',
      written: 'nothing',
    });
  });
});
