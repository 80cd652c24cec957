import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { byId, type Engine, type ReauthenticateAnswer } from '../../src/engine/index.js';
import type { Envelope, Loaded } from '../../src/engine/ports.js';
import { readRecord } from '../../src/engine/record.js';
import type { Session } from '../../src/index.js';
import {
  aPromise,
  aWorld,
  type Intercept,
  login,
  MINUTE,
  never,
  policyWith,
  runs,
  SECOND,
  said,
  testStore,
  USER,
  unhandledRejections,
} from './support.js';

const rejections = unhandledRejections();
afterAll(async () => {
  await aWorld().settle();
  expect(rejections).toEqual([]);
});

async function scene() {
  const world = aWorld();
  const store = testStore();
  const engine = world.engine({ store, policy: policyWith({ concurrency: { maxSessions: 50 } }) });
  const { handle, session } = await login(engine);
  await world.advance(SECOND);
  const other = world.engine({ store });
  return { world, store, engine, other, handle, session };
}

interface Told {
  readonly effect: string;
  readonly session?: Session | null;
}

/** Everything that can be asked of one session. */
const QUESTIONS: Readonly<Record<string, (engine: Engine, handle: string) => Promise<Told>>> = {
  access: (engine, handle) => engine.access(handle, USER),
  finish: (engine, handle) => engine.finish(handle, 'pay'),
  signal: (engine, handle) => engine.signal(handle, { signal: 'odd' }),
  reauthenticate: (engine, handle) => engine.reauthenticate(handle, { assuranceLevel: 'aal2' }),
  refresh: (engine, handle) => engine.refresh(handle, 0),
  changeAttributes: (engine, handle) => engine.changeAttributes(handle, { plan: 'pro' }),
  end: (engine, handle) => engine.end(handle),
  peek: (engine, handle) => engine.peek(handle),
  start: (engine) => engine.start({ subject: 'alice' }),
  list: (engine) => engine.list('alice'),
  endAll: (engine) => engine.endAll('alice'),
};

const FAULTS: Readonly<Record<string, Intercept>> = {
  'is away': () => Promise.reject(new Error('ECONNREFUSED')),
  'throws at once': () => {
    throw new TypeError('not a promise at all');
  },
  'never answers': never,
  'answers nothing': () => Promise.resolve(undefined),
  'answers too little': () => Promise.resolve([]),
  'answers with no promise': () => 7,
  'throws nonsense': () => Promise.reject(null),
};

describe.each(Object.entries(FAULTS))('a store that %s', (name, intercept) => {
  // a list that is empty is an answer like any other
  const isTold = (question: string) => name !== 'answers too little' || !['list', 'endAll'].includes(question);

  // better-auth#10566: an outage is no logout
  it.each(Object.keys(QUESTIONS).filter(isTold))(
    'makes %s indeterminate; nothing is thrown, and afterwards all is as before',
    async (question) => {
      const { world, store, engine, handle, session } = await scene();
      const before = await store.envelope(session.id);
      store.intercept = intercept;
      const asked = QUESTIONS[question]?.(engine, handle) as Promise<{ readonly effect: string }>;
      await world.advance(2 * SECOND);
      expect((await asked).effect).toBe('indeterminate');
      expect(engine.faults().length).toBeGreaterThan(0);
      store.intercept = null;
      await world.advance(SECOND);
      expect(await store.envelope(session.id)).toEqual(before);
      expect((await engine.access(handle, USER)).effect).toBe('permit');
    },
  );
});

describe('an answer about something else', () => {
  it('lets nobody into another session: records swapped, shifted, or somebody else twice', async () => {
    const { store, engine, handle } = await scene();
    const mallory = await login(engine, { subject: 'mallory' });
    const mixes: Intercept[] = [
      async (method, go) => (method === 'load' ? ((await go()) as Loaded[]).reverse() : go()),
      async (method, go) => (method === 'load' ? [null, ...((await go()) as Loaded[])] : go()),
      async (method, go) => (method === 'load' ? ((await go()) as Loaded[]).map((_, __, all) => all[0]) : go()),
    ];
    for (const mix of mixes) {
      store.intercept = mix;
      const asked = [engine.access(handle, USER), engine.access(mallory.handle, USER), engine.end(mallory.handle)];
      const subjects = ['alice', 'mallory', 'mallory'];
      for (const [index, answer] of (await Promise.all(asked)).entries()) {
        if (answer.session !== null) expect(answer.session.subject).toBe(subjects[index]);
      }
    }
    store.intercept = null;
    expect((await engine.access(handle, USER)).session?.subject).toBe('alice');
  });

  it('harms none but the one it is about: the rest of the batch is served', async () => {
    const { store, engine, handle, session } = await scene();
    const others = [await login(engine), await login(engine), await login(engine)];
    const answers: readonly Loaded[] = [
      { ...(await store.envelope(session.id)), record: '{"v":99}', revision: 5 },
      { ...(await store.envelope(session.id)), record: 'rubbish', revision: 6 },
      { ...(await store.envelope(session.id)), id: 'another', revision: 7 },
      { id: session.id, damage: 'not a hash' },
    ];
    for (const wrong of answers) {
      store.intercept = async (method, go, [ids]) =>
        method === 'load'
          ? ((await go()) as Loaded[]).map((one, index) => ((ids as string[])[index] === session.id ? wrong : one))
          : go();
      const asked = [handle, ...others.map((one) => one.handle)].map((one) => engine.access(one, USER));
      const [first, ...rest] = await Promise.all(asked);
      expect(first?.effect).toBe('indeterminate');
      for (const { effect } of rest) expect(effect).toBe('permit');
    }
    const codes = engine.faults().map(({ code }) => code);
    expect(codes).toEqual([
      'store_record_invalid',
      'store_record_invalid',
      'store_answer_invalid',
      'store_record_invalid',
    ]);
    store.intercept = null;
    expect((await engine.access(handle, USER)).effect).toBe('permit');
  });

  it('is refused for a write too: not taken for written, and not for a conflict', async () => {
    const { store, engine, handle, session } = await scene();
    for (const outcome of [undefined, null, 'WRITTEN', true, 1]) {
      store.intercept = (method, go) => (method === 'replace' ? Promise.resolve([outcome]) : go());
      expect(said(await engine.end(handle))).toBe('indeterminate store_answer_invalid');
    }
    store.intercept = null;
    expect(readRecord(await store.envelope(session.id)).session.ended).toBeNull();
  });
});

describe('a session that somebody else writes all the time', () => {
  it.each(['contention', 'an outage of its own'])('is no reason to doubt its neighbours: %s', async (what) => {
    const world = aWorld();
    const store = testStore();
    const engine = world.engine({ store, recordEvery: 0 });
    const busy = await login(engine);
    const others = [await login(engine), await login(engine)];
    await world.advance(SECOND);
    let isBusy = false;
    store.intercept = async (method, go, [asked]) => {
      if (method === 'load' && isBusy && what !== 'contention') throw new Error('connection reset');
      if (method !== 'replace') return go();
      isBusy = true;
      const mine = (asked as Envelope[]).filter(({ id }) => id !== busy.session.id);
      const outcomes = await store.base.replace(mine);
      return (asked as Envelope[]).map((one) => outcomes[mine.indexOf(one)] ?? 'conflict');
    };
    const [first, ...rest] = await Promise.all([busy, ...others].map(({ handle }) => engine.access(handle, USER)));
    expect(said(first as never)).toBe(
      what === 'contention' ? 'indeterminate store_contention' : 'indeterminate store_unavailable',
    );
    expect(rest.map(({ effect }) => effect)).toEqual(['permit', 'permit']);
  });
});

describe('a reply that is lost', () => {
  it.each(['end', 'signal'])(
    'after the write of %s is indeterminate; asked again, it has happened once',
    async (question) => {
      const { store, engine, handle, session } = await scene();
      store.intercept = async (method, go) => {
        await go();
        if (method === 'replace') throw new Error('connection reset');
        return go();
      };
      const ask = () => QUESTIONS[question]?.(engine, handle) as Promise<{ readonly effect: string }>;
      expect((await ask()).effect).toBe('indeterminate');
      store.intercept = null;
      const { revision } = await store.envelope(session.id);
      expect(revision).toBe(2);
      expect((await ask()).effect).toBe(question === 'end' ? 'deny' : 'permit');
      if (question === 'end') expect((await store.envelope(session.id)).revision).toBe(2);
    },
  );

  it.each(['changeAttributes', 'reauthenticate'] as const)(
    'after the write of %s: the store is asked, and the new handle is given out',
    async (question) => {
      const { world, store, engine, handle, session } = await scene();
      store.intercept = async (method, go) => {
        const answer = await go();
        if (method === 'replace') throw new Error('connection reset');
        return answer;
      };
      const answer = (await QUESTIONS[question]?.(engine, handle)) as ReauthenticateAnswer;
      store.intercept = null;
      expect(answer.effect).toBe('permit');
      expect((await store.envelope(session.id)).revision).toBe(2);
      await world.advance(MINUTE);
      expect((await engine.access(answer.handle as string, USER)).effect).toBe('permit');
      expect(said(await engine.access(handle, USER))).toBe('deny session_missing');
    },
  );

  it.each(['before', 'elsewhere'])('of a rotation that is not in the store, but %s, gives no handle', async (what) => {
    const { store, engine, other, handle, session } = await scene();
    store.intercept = async (method, go) => {
      if (method !== 'replace') return go();
      store.intercept = null;
      if (what === 'elsewhere') await other.signal(byId(session.id), { signal: 'odd', level: 'low' });
      throw new Error('connection reset');
    };
    const answer = await engine.reauthenticate(handle, { assuranceLevel: 'aal2' });
    expect([said(answer), answer.handle]).toEqual(['indeterminate store_unavailable', null]);
    expect((await engine.access(handle, USER)).effect).toBe('permit');
  });

  it('of a create leaves no session that holds a place', async () => {
    const world = aWorld();
    const store = testStore();
    const policy = policyWith({ concurrency: { maxSessions: 1, onExceed: 'refuse' } });
    const engine = world.engine({ store, policy });
    store.intercept = async (method, go) => {
      const answer = await go();
      if (method === 'create') throw new Error('connection reset');
      return answer;
    };
    expect(said(await engine.start({ subject: 'alice' }))).toBe('indeterminate store_unavailable');
    store.intercept = null;
    expect(await engine.list('alice')).toEqual({ effect: 'permit', sessions: [] });
    expect((await engine.start({ subject: 'alice' })).effect).toBe('permit');
  });

  it('of a flush loses nothing and repeats nothing', async () => {
    const { world, store, engine, handle, session } = await scene();
    await engine.access(handle, USER);
    store.intercept = async (method, go) => {
      await go();
      if (method === 'replace') throw new Error('connection reset');
      return go();
    };
    expect(await engine.flush()).toBe(false);
    store.intercept = null;
    expect(await engine.flush()).toBe(true);
    await world.advance(5 * MINUTE);
    const stored = await store.envelope(session.id);
    expect(stored.revision).toBe(2);
    expect(readRecord(stored).session.lastActivityAt - session.createdAt).toBe(SECOND);
  });
});

describe('a store that has lost its last writes', () => {
  /** Redis after a failover: what was acknowledged last is gone. */
  async function rolledBack() {
    const world = aWorld();
    const store = testStore();
    let answers: Map<string, Envelope> | null = null;
    store.intercept = async (method, go, [asked]) => {
      if (answers === null) return go();
      if (method === 'load') return (asked as string[]).map((id) => answers?.get(id) ?? null);
      if (method !== 'replace') return go();
      return (asked as Envelope[]).map((one) => {
        if (answers?.get(one.id)?.revision !== one.revision - 1) return 'conflict';
        answers.set(one.id, one);
        return 'written';
      });
    };
    const [engine, other] = [world.engine({ store }), world.engine({ store })];
    const { handle, session } = await login(engine);
    const old = await store.envelope(session.id);
    await world.advance(SECOND);
    await engine.signal(handle, { signal: 'one', level: 'low' });
    await engine.signal(handle, { signal: 'two', level: 'low' });
    const lost = (revisions: number) => {
      answers = new Map([[session.id, revisions === 2 ? old : (store.history[1] as Envelope)]]);
    };
    const stored = () => readRecord(answers?.get(session.id) as Envelope).session;
    return { world, store, engine, other, handle, session, lost, stored };
  }

  it.each([1, 2])('%i of them: a session that has unwritten activity can still be ended', async (revisions) => {
    const { world, engine, handle, lost, stored } = await rolledBack();
    await world.advance(SECOND);
    await engine.access(handle, USER);
    lost(revisions);
    expect((await engine.end(handle)).session?.ended?.code).toBe('logout');
    expect(stored().ended?.code).toBe('logout');
  });

  it.each([1, 2])('%i of them: a logout elsewhere is seen here, and no flush writes over it', async (revisions) => {
    const { world, engine, other, handle, session, lost, stored } = await rolledBack();
    await world.advance(SECOND);
    await engine.access(handle, USER);
    lost(revisions);
    if (revisions === 2) await other.signal(handle, { signal: 'three', level: 'low' });
    expect((await other.end(byId(session.id))).session?.ended?.code).toBe('logout');
    expect((await engine.access(handle, USER)).effect).toBe('deny');
    await engine.flush();
    expect(stored().ended?.code).toBe('logout');
  });
});

describe('whatever goes wrong at whichever call', () => {
  it('nothing is thrown, no end is invented, and an acknowledged end stays', async () => {
    const trouble = fc.constantFrom('none', 'none', 'none', 'before', 'after', 'never', 'throw');
    const question = fc.constantFrom(...Object.keys(QUESTIONS).filter((one) => one !== 'start' && one !== 'endAll'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(trouble, { maxLength: 30 }),
        fc.array(question, { maxLength: 12 }),
        async (troubles, asked) => {
          const { world, store, engine, handle, session } = await scene();
          const plan = troubles.values();
          store.intercept = async (method, go) => {
            const what = method === 'now' ? 'none' : (plan.next().value ?? 'none');
            if (what === 'never') return never();
            if (what === 'before' || what === 'throw') throw new Error(what);
            const answer = await go();
            if (what === 'after') throw new Error('the answer is lost');
            return answer;
          };
          let isEnded = false;
          for (const one of asked) {
            const slow = aPromise<Told>();
            QUESTIONS[one]?.(engine, handle).then(slow.resolve, slow.reject);
            await world.advance(4 * SECOND);
            const answer = await slow.promise;
            if (isEnded && one !== 'list') expect(answer.effect).not.toBe('permit');
            if (one === 'end' && 'session' in answer && answer.session?.ended?.code === 'logout') isEnded = true;
          }
          store.intercept = null;
          const { ended } = readRecord(await store.envelope(session.id)).session;
          // an old token is one that was stolen
          if (!asked.includes('end') && ended !== null)
            expect([ended.code, asked]).toEqual(['refresh_reused', expect.arrayContaining(['refresh'])]);
          if (isEnded) expect(ended?.code).toBe('logout');
        },
      ),
      runs(150),
    );
  });
});
