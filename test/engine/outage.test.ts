import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { readRecord } from '../../src/engine/record.js';
import { aWorld, login, never, policyWith, SECOND, said, testStore, USER } from './support.js';

const away = () => Promise.reject(new Error('ECONNREFUSED'));

async function scene(staleFor: string | undefined) {
  const world = aWorld();
  const store = testStore();
  const operations = { pay: { authenticatedWithin: '5m' } };
  const policy = policyWith({ operations, ...(staleFor === undefined ? {} : { staleFor }) });
  const engine = world.engine({ store, policy });
  const { handle, session } = await login(engine);
  await world.advance(SECOND);
  await engine.access(handle, USER);
  return { world, store, engine, handle, session };
}

// better-auth#10566: an outage is no logout, and what happens in one is the policy's to say
describe('a store that is away', () => {
  it('is waited for: without `staleFor` nothing is permitted, and nothing is ended', async () => {
    const { store, engine, handle } = await scene(undefined);
    store.intercept = away;
    expect(said(await engine.access(handle, USER))).toBe('indeterminate store_unavailable');
    expect(engine.exposure().outage).toBe(0);
    store.intercept = null;
    expect(said(await engine.access(handle, USER))).toBe('permit');
  });

  it('is done without for as long as the policy says, and not a millisecond longer', async () => {
    const { world, store, engine, handle } = await scene('30s');
    store.intercept = away;
    await world.advance(30 * SECOND);
    const answer = await engine.access(handle, USER);
    expect(answer).toMatchObject({ effect: 'permit', reasons: [{ code: 'store_unavailable', effect: 'permit' }] });
    await world.advance(1);
    expect(said(await engine.access(handle, USER))).toBe('indeterminate store_unavailable');
    expect(engine.exposure().outage).toBe(30 * SECOND);
  });

  it('hears of the activity when it is back', async () => {
    const { world, store, engine, handle, session } = await scene('30s');
    store.intercept = away;
    await world.advance(20 * SECOND);
    await engine.access(handle, USER);
    await world.advance(60 * SECOND);
    store.intercept = null;
    await world.advance(2 * SECOND);
    const { lastActivityAt, createdAt } = readRecord(await store.envelope(session.id)).session;
    expect(lastActivityAt - createdAt).toBe(21 * SECOND);
  });

  it.each(['pay', 'unknown'])('is never done without for an operation (%s)', async (operation) => {
    const { store, engine, handle } = await scene('30s');
    store.intercept = away;
    expect(said(await engine.access(handle, { ...USER, operation }))).toBe('indeterminate store_unavailable');
  });

  it('ends no session from memory, and permits none that has ended there', async () => {
    const { world, store, engine, handle, session } = await scene('1h');
    store.intercept = away;
    await world.advance(15 * 60 * SECOND);
    expect(said(await engine.access(handle, USER))).toBe('indeterminate store_unavailable');
    store.intercept = null;
    const other = await login(engine);
    await engine.end(byId(other.session.id));
    store.intercept = away;
    expect(said(await engine.access(other.handle, USER))).toBe('indeterminate store_unavailable');
    store.intercept = never;
    expect(readRecord(await store.base.load([session.id]).then(([one]) => one as never)).session.ended).toBeNull();
  });

  it('is not the same as a record that is damaged: that is refused', async () => {
    const { store, engine, handle, session } = await scene('30s');
    store.intercept = (method, go) => (method === 'load' ? [{ id: session.id, damage: 'not a hash' }] : go());
    expect(said(await engine.access(handle, USER))).toBe('indeterminate store_record_invalid');
  });
});
