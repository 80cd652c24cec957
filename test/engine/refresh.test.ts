import { describe, expect, it } from 'vitest';
import { byId, type RefreshAnswer } from '../../src/engine/index.js';
import { readRecord } from '../../src/engine/record.js';
import { aPromise, aWorld, login, policyWith, SECOND, said, testStore, USER } from './support.js';

const told = (answer: RefreshAnswer) => (answer.effect === 'permit' ? answer.refresh : said(answer));
const count = (answers: readonly RefreshAnswer[]) => {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const name = String(told(answer));
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

async function scene(refreshGrace: string | number, engines = 1) {
  const world = aWorld();
  const store = testStore();
  const policy = policyWith({ tokens: { refreshGrace } });
  const all = Array.from({ length: engines }, () => world.engine({ store, policy }));
  const [engine] = all as [(typeof all)[number]];
  const { handle, session } = await login(engine);
  await world.advance(SECOND);
  const stored = async () => readRecord(await store.envelope(session.id)).session;
  return { world, store, engine, all, handle, session, stored };
}

describe('refreshing', () => {
  // auth-js#213: two tabs, one token
  it.each([1, 3])(
    'twenty at once through %i engines: one rotates, the others are given the same successor',
    async (engines) => {
      const { all, handle, stored } = await scene('10s', engines);
      const asked = Array.from({ length: 20 }, (_, index) => all[index % engines]?.refresh(handle, 0));
      const answers = (await Promise.all(asked)) as RefreshAnswer[];
      expect(count(answers)).toEqual({ rotated: 1, replayed: 19 });
      expect((await stored()).refresh.generation).toBe(1);
      expect(answers.every(({ session }) => session?.refresh.generation === 1)).toBe(true);
    },
  );

  // bluesky social-app#11195: the loser of the race is no thief
  it.each([1, 3])(
    'twenty at once through %i engines without a grace: the losers are superseded, nobody is ended',
    async (engines) => {
      const { all, store, handle, engine, stored } = await scene(0, engines);
      // all of them look before any of them writes
      const looked = aPromise();
      let looks = 0;
      store.intercept = async (method, go) => {
        if (method !== 'load' || looks >= engines) return go();
        const answer = await go();
        looks += 1;
        if (looks === engines) looked.resolve();
        await looked.promise;
        return answer;
      };
      const asked = Array.from({ length: 20 }, (_, index) => all[index % engines]?.refresh(handle, 0));
      const answers = (await Promise.all(asked)) as RefreshAnswer[];
      expect(count(answers)).toEqual({ rotated: 1, superseded: 19 });
      for (const { session } of answers) expect(session).toMatchObject({ ended: null, refresh: { generation: 1 } });
      expect((await stored()).ended).toBeNull();
      expect((await engine.access(handle, USER)).effect).toBe('permit');
    },
  );

  // bike4mind#1801: the write happened, the answer did not arrive
  it.each(['rejected', 'never came'])(
    'after a reply that %s, the client that tries again gets its successor',
    async (fate) => {
      const { world, store, engine, handle, stored } = await scene('10s');
      store.intercept = async (method, go) => {
        const answer = await go();
        if (method !== 'replace') return answer;
        if (fate === 'rejected') throw new Error('connection lost');
        return new Promise(() => undefined);
      };
      const first = engine.refresh(handle, 0);
      await world.advance(2 * SECOND);
      expect(said(await first)).toBe(`indeterminate ${fate === 'rejected' ? 'store_unavailable' : 'store_timeout'}`);
      store.intercept = null;
      expect(told(await engine.refresh(handle, 0))).toBe('replayed');
      expect((await stored()).refresh.generation).toBe(1);
      await world.advance(10 * SECOND);
      expect(told(await engine.refresh(handle, 1))).toBe('rotated');
    },
  );

  it('with a token that was retired long ago ends the session, for everybody', async () => {
    const { world, all, handle, stored } = await scene('10s', 2);
    const [first, second] = all as [(typeof all)[number], (typeof all)[number]];
    await first.refresh(handle, 0);
    await world.advance(10 * SECOND);
    expect(said(await second.refresh(handle, 0))).toBe('deny refresh_reused');
    expect((await stored()).ended?.code).toBe('refresh_reused');
    expect(said(await first.access(handle, USER))).toBe('deny refresh_reused');
  });

  // keycloak#16081: other logins of the same person live on
  it('a reuse ends that session alone', async () => {
    const { world, engine, handle } = await scene(0);
    const other = await login(engine);
    await engine.refresh(handle, 0);
    await world.advance(SECOND);
    expect(said(await engine.refresh(handle, 0))).toBe('deny refresh_reused');
    expect((await engine.access(other.handle, USER)).effect).toBe('permit');
  });

  it('with a generation that was never issued refuses, and ends nothing', async () => {
    const { engine, handle, stored } = await scene('10s');
    for (const generation of [1, 2, 1e9, 8.64e15]) {
      expect(said(await engine.refresh(handle, generation))).toBe('deny refresh_unknown');
    }
    for (const generation of [-1, 0.5, Number.NaN, '0', null, undefined, {}] as number[]) {
      expect(said(await engine.refresh(handle, generation))).toBe('deny event_invalid');
    }
    expect((await stored()).ended).toBeNull();
    expect(told(await engine.refresh(handle, 0))).toBe('rotated');
  });

  it('is background: it moves no idle deadline', async () => {
    const { world, engine, handle, session } = await scene(0);
    for (let generation = 0; generation < 14; generation++) {
      expect(told(await engine.refresh(handle, generation))).toBe('rotated');
      await world.advance(60 * SECOND);
    }
    await world.advance(59 * SECOND);
    expect(said(await engine.refresh(handle, 14))).toBe('deny idle_timeout');
    expect(session.stamps.idle - session.createdAt).toBe(15 * 60 * SECOND);
  });

  // better-auth#11073: an in-flight refresh must not bring back what was revoked
  it('that was on its way when the session was ended finds it ended', async () => {
    const { engine, all, handle, session, stored } = await scene('10s', 2);
    const [, other] = all as [(typeof all)[number], (typeof all)[number]];
    const answers = await Promise.all([
      engine.refresh(handle, 0),
      other.end(byId(session.id)),
      engine.refresh(handle, 0),
    ]);
    expect(answers[1].effect).toBe('deny');
    expect((await stored()).ended?.code).toBe('logout');
    expect(said(await engine.refresh(handle, 0))).toBe('deny logout');
  });
});
