import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import type { Envelope, Loaded } from '../../src/engine/ports.js';
import { aPromise, aWorld, login, SECOND, said, testStore, USER } from './support.js';

async function scene(count: number) {
  const world = aWorld();
  const store = testStore();
  const [engine, other] = [world.engine({ store }), world.engine({ store })];
  const logins = [];
  for (let turn = 0; turn < count; turn++) {
    logins.push(await login(turn % 2 ? other : engine));
    await world.advance(SECOND);
  }
  return { world, store, engine, other, logins };
}
type Logins = Awaited<ReturnType<typeof scene>>['logins'];
const first = (logins: Logins) => logins[0] as Logins[number];

describe('ending every session of a subject', () => {
  it('ends all of them, in every process, and nobody else', async () => {
    const { engine, other, logins } = await scene(70);
    const bob = await login(engine, { subject: 'bob' });
    const answer = await engine.endAll('alice', { code: 'password_changed', by: 'support' });
    expect(answer.effect).toBe('permit');
    expect(answer.ended.map(({ id }) => id).sort()).toEqual(logins.map(({ session }) => session.id).sort());
    for (const { handle } of logins) expect(said(await other.access(handle, USER))).toBe('deny password_changed');
    expect((await other.access(bob.handle, USER)).effect).toBe('permit');
    expect(await engine.endAll('alice')).toEqual({ effect: 'permit', ended: [] });
    expect(await engine.endAll('nobody')).toEqual({ effect: 'permit', ended: [] });
  });

  it.each(['handle', 'id'] as const)('but for one, named by its %s', async (how) => {
    const { engine, other, logins } = await scene(3);
    const { handle, session } = first(logins);
    const answer = await other.endAll('alice', { except: how === 'handle' ? handle : byId(session.id) });
    expect(answer.ended).toHaveLength(2);
    expect((await engine.access(handle, USER)).effect).toBe('permit');
    for (const one of logins.slice(1)) expect(said(await engine.access(one.handle, USER))).toBe('deny logout');
  });

  it('not for one whose handle was guessed or is not accepted any more', async () => {
    const { world, engine, logins } = await scene(2);
    const { handle, session } = first(logins);
    const guessed = `${session.id}.${'A'.repeat(43)}`;
    expect((await engine.endAll('alice', { except: guessed })).ended).toHaveLength(2);
    const { handle: old } = await login(engine);
    await engine.reauthenticate(old, { assuranceLevel: 'aal2' });
    await world.advance(11 * SECOND);
    expect((await engine.endAll('alice', { except: old })).ended).toHaveLength(1);
    expect(said(await engine.access(handle, USER))).toBe('deny logout');
  });

  it('the spared one may have been rotated since: the id is what counts', async () => {
    const { world, engine, logins } = await scene(2);
    const rotated = await engine.reauthenticate(first(logins).handle, { assuranceLevel: 'aal2' });
    await world.advance(SECOND);
    await engine.endAll('alice', { except: first(logins).handle });
    expect((await engine.access(rotated.handle as string, USER)).effect).toBe('permit');
  });

  it('leaves one that was started after it began', async () => {
    const { world, store, engine, other, logins } = await scene(2);
    const listed = aPromise();
    store.intercept = async (method, go) => {
      const answer = await go();
      if (method === 'listBySubject') await listed.promise;
      return answer;
    };
    const asked = engine.endAll('alice');
    await world.settle();
    const late = await login(other);
    listed.resolve();
    const answer = await asked;
    expect(answer.ended.map(({ id }) => id).sort()).toEqual(logins.map(({ session }) => session.id).sort());
    expect((await engine.access(late.handle, USER)).effect).toBe('permit');
  });

  it('wins over activity that another process has not written yet, and over writes in between', async () => {
    const { engine, other, logins } = await scene(4);
    for (const { handle } of logins) await other.access(handle, USER);
    const writes = logins.map(({ handle }) => other.signal(handle, { signal: 'odd', level: 'low' }));
    const [answer] = await Promise.all([engine.endAll('alice'), ...writes]);
    expect([answer.effect, answer.ended.length]).toEqual(['permit', 4]);
    await other.flush();
    for (const { handle } of logins) expect((await other.access(handle, USER)).session?.ended?.code).toBe('logout');
  });

  it('says what it ended when the store fails in the middle, and that it was not all', async () => {
    const { store, engine, logins } = await scene(40);
    let writes = 0;
    store.intercept = (method, go) => {
      if (method === 'replace') writes += 1;
      return method === 'replace' && writes > 35 ? Promise.reject(new Error('away')) : go();
    };
    const answer = await engine.endAll('alice');
    expect(answer).toMatchObject({ effect: 'indeterminate', reasons: [{ code: 'store_unavailable' }] });
    store.intercept = null;
    const over: string[] = [];
    for (const { handle, session } of logins) {
      if ((await engine.access(handle, USER)).effect !== 'permit') over.push(session.id);
    }
    expect(over).toHaveLength(35);
    expect(answer.ended.map(({ id }) => id).sort()).toEqual(over.sort());
  });

  it('ends the others where one record is damaged, and says that it was not all', async () => {
    const { store, engine, logins } = await scene(3);
    const { id } = first(logins).session;
    const spoil = (one: Loaded): Loaded => (one?.id === id ? { ...(one as Envelope), record: '{', revision: 9 } : one);
    store.intercept = async (method, go) => {
      const answer = await go();
      return method === 'listBySubject' || method === 'load' ? (answer as Loaded[]).map(spoil) : answer;
    };
    const answer = await engine.endAll('alice');
    expect(said(answer as never)).toBe('indeterminate store_record_invalid');
    expect(answer.ended).toHaveLength(2);
  });

  it('with a code that is none never claims to have ended anything', async () => {
    const { engine, logins } = await scene(2);
    const answer = await engine.endAll('alice', { code: 'Not A Code' }).catch(() => null);
    for (const session of answer?.ended ?? []) expect(session.ended).not.toBeNull();
    if (answer?.effect === 'permit') {
      expect((await engine.access(first(logins).handle, USER)).effect).toBe('deny');
    }
  });

  it('never ends the session of somebody whom the store listed by mistake', async () => {
    const { store, engine } = await scene(1);
    const bob = await login(engine, { subject: 'bob' });
    const envelope = await store.envelope(bob.session.id);
    store.intercept = async (method, go) =>
      method === 'listBySubject' ? [...((await go()) as Envelope[]), envelope] : go();
    expect((await engine.endAll('alice')).ended).toHaveLength(1);
    expect(await engine.list('alice')).toEqual({ effect: 'permit', sessions: [] });
    expect((await engine.access(bob.handle, USER)).effect).toBe('permit');
  });
});

describe('listing', () => {
  it('tells the live sessions, the latest first, with their deadlines, and writes nothing', async () => {
    const { world, store, engine, other, logins } = await scene(3);
    await other.end(first(logins).handle);
    await engine.access(logins[1]?.handle as string, USER);
    const writes = store.calls.replace;
    const answer = await engine.list('alice');
    if (answer.effect !== 'permit') throw new Error(said(answer));
    expect(answer.sessions.map(({ session }) => session.id)).toEqual([logins[2]?.session.id, logins[1]?.session.id]);
    expect(answer.sessions[1]).toMatchObject({ boundBy: 'idle_timeout' });
    expect(answer.sessions[1]?.until).toBe(engine.clock.now() + 15 * 60 * SECOND);
    expect(store.calls.replace).toBe(writes);
    await world.advance(15 * 60 * SECOND);
    expect(await engine.list('alice')).toEqual({ effect: 'permit', sessions: [] });
  });

  it('is indeterminate while the store is away, and tells nothing', async () => {
    const { store, engine } = await scene(1);
    store.intercept = () => {
      throw new Error('at once');
    };
    expect(said((await engine.list('alice')) as never)).toBe('indeterminate store_unavailable');
    expect(said((await engine.endAll('alice')) as never)).toBe('indeterminate store_unavailable');
  });
});
