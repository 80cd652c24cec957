import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byId, type Engine } from '../../src/engine/index.js';
import { readRecord } from '../../src/engine/record.js';
import {
  aPromise,
  aWorld,
  BACKGROUND,
  login,
  MINUTE,
  policyWith,
  runs,
  SECOND,
  said,
  testStore,
  USER,
} from './support.js';

/** Two engines on one store whose every step waits for the scheduler: before it is done, and before it is answered. */
async function scene(scheduler: fc.Scheduler, recordEvery: number) {
  const world = aWorld();
  const store = testStore();
  const policy = policyWith({ risk: [{ signal: 'odd', then: 'observe' }], tokens: { refreshGrace: '10s' } });
  const engines = [world.engine({ store, policy, recordEvery }), world.engine({ store, policy, recordEvery })] as const;
  const { handle, session } = await login(engines[0]);
  await world.advance(SECOND);
  for (const engine of engines) await engine.peek(handle);
  store.intercept = async (method, go) => {
    await scheduler.schedule(Promise.resolve(), `${method} arrives`);
    const answer = await go();
    await scheduler.schedule(Promise.resolve(), `${method} is answered`);
    return answer;
  };
  const stored = async () => readRecord(await store.envelope(session.id)).session;
  return { world, store, engines, handle, session, stored };
}

type Call = (engine: Engine, handle: string) => Promise<unknown>;
const CALLS: Readonly<Record<string, Call>> = {
  user: (engine, handle) => engine.access(handle, USER),
  place: (engine, handle) => engine.access(handle, { ...USER, context: { ip: '192.0.2.9' } }),
  poll: (engine, handle) => engine.access(handle, BACKGROUND),
  refresh: (engine, handle) => engine.refresh(handle, 0),
  signal: (engine, handle) => engine.signal(handle, { signal: 'odd' }),
  reauthenticate: (engine, handle) => engine.reauthenticate(handle, { assuranceLevel: 'aal2' }),
  attributes: (engine, handle) => engine.changeAttributes(handle, { plan: 'pro' }),
  flush: (engine) => engine.flush(),
};
const someCalls = fc.array(fc.tuple(fc.constantFrom(...Object.keys(CALLS)), fc.nat({ max: 1 })), {
  minLength: 1,
  maxLength: 6,
});

describe('in every order of what a store is asked and answers', () => {
  // expressjs/session#632, #935, django#21608
  it('an end that was acknowledged stays: nothing permits after it, nothing is written over it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        someCalls,
        fc.constantFrom(0, MINUTE),
        fc.nat({ max: 1 }),
        async (scheduler, calls, recordEvery, ender) => {
          const { store, engines, handle, session, stored } = await scene(scheduler, recordEvery);
          const late: Promise<unknown>[] = [];
          let written = 0;
          const end = (engines[ender] as Engine).end(byId(session.id)).then((answer) => {
            expect(answer.session?.ended?.code).toBe('logout');
            written = store.counts.written;
            // who asks from now on, anywhere, is told
            for (const engine of engines) {
              late.push(engine.access(handle, USER).then((one) => expect(one.effect).toBe('deny')));
            }
          });
          const racing = calls.map(([name, which]) => CALLS[name]?.(engines[which] as Engine, handle));
          await scheduler.waitFor(Promise.all([end, ...racing]));
          await scheduler.waitFor(Promise.all([...late, ...engines.map((engine) => engine.flush())]));
          expect((await stored()).ended?.code).toBe('logout');
          expect(store.counts.written).toBe(written);
        },
      ),
      runs(250),
    );
  });

  // expressjs/session#935: no update is lost
  it('no update is lost: each signal, proof, attribute and the latest activity is there in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), someCalls, fc.constantFrom(0, MINUTE), async (scheduler, calls, recordEvery) => {
        const { world, engines, handle, stored } = await scene(scheduler, recordEvery);
        const before = world.elapsed();
        const racing = calls.map(([name, which]) => CALLS[name]?.(engines[which] as Engine, handle));
        const answers = (await scheduler.waitFor(Promise.all(racing))) as { readonly effect: string }[];
        for (let round = 0; round < 2; round++) {
          await scheduler.waitFor(Promise.all(engines.map((engine) => engine.flush())));
        }
        const kept = new Set(calls.flatMap(([name], index) => (answers[index]?.effect === 'permit' ? [name] : [])));
        const session = await stored();
        const at = session.createdAt + before;
        expect(session.ended).toBeNull();
        if (kept.has('user') || kept.has('place')) expect(session.lastActivityAt).toBe(at);
        if (kept.has('place')) expect(session.context.ip).toBe('192.0.2.9');
        if (kept.has('signal')) expect(session.signals?.['odd']?.high).toBe(at);
        if (kept.has('reauthenticate')) expect(session.proofs.aal2).toBe(at);
        if (kept.has('attributes')) expect(session.attributes).toEqual({ plan: 'pro' });
        if (kept.has('refresh')) expect(session.refresh.generation).toBe(1);
      }),
      runs(250),
    );
  });

  it('lastActivityAt and the generation never go back in the store', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), someCalls, fc.constantFrom(0, MINUTE), async (scheduler, calls, recordEvery) => {
        const { world, store, engines, handle } = await scene(scheduler, recordEvery);
        const racing: unknown[] = [];
        for (const [name, which] of calls) {
          racing.push(CALLS[name]?.(engines[which] as Engine, handle));
          await world.advance(7);
        }
        await scheduler.waitFor(Promise.all(racing));
        await scheduler.waitFor(Promise.all(engines.map((engine) => engine.flush())));
        const sessions = store.history.map((envelope) => readRecord(envelope).session);
        for (const [index, session] of sessions.slice(1).entries()) {
          const before = sessions[index] as typeof session;
          expect(session.lastActivityAt).toBeGreaterThanOrEqual(before.lastActivityAt);
          expect(session.recordedAt).toBeGreaterThanOrEqual(before.recordedAt);
          expect(session.refresh.generation).toBeGreaterThanOrEqual(before.refresh.generation);
        }
        expect(store.history.map(({ revision }) => revision)).toEqual(sessions.map((_, index) => index + 1));
      }),
      runs(250),
    );
  });
});

describe('a slow request', () => {
  // django-session-security#1: a slow request's end rolls the activity back
  it('never takes back activity that came after it', async () => {
    const world = aWorld();
    const store = testStore();
    const [slow, quick] = [world.engine({ store, recordEvery: 0 }), world.engine({ store, recordEvery: 0 })];
    const { handle, session } = await login(slow);
    await world.advance(SECOND);
    const held = aPromise();
    let isFirst = true;
    store.intercept = async (method, go) => {
      if (method === 'replace' && isFirst) {
        isFirst = false;
        await held.promise;
      }
      return go();
    };
    const late = slow.access(handle, USER);
    await world.advance(SECOND / 2);
    await quick.access(handle, USER);
    held.resolve();
    expect((await late).effect).toBe('permit');
    const stored = readRecord(await store.envelope(session.id)).session;
    expect(stored.lastActivityAt - session.createdAt).toBe(1.5 * SECOND);
  });

  // connect-redis#328
  it('that began before a logout revives nothing when it writes after it', async () => {
    const world = aWorld();
    const store = testStore();
    const engine = world.engine({ store, recordEvery: 0 });
    const { handle, session } = await login(engine);
    await world.advance(SECOND);
    const held = aPromise();
    let isFirst = true;
    store.intercept = async (method, go) => {
      if (method === 'replace' && isFirst) {
        isFirst = false;
        await held.promise;
      }
      return go();
    };
    const late = engine.access(handle, USER);
    await world.settle();
    expect(said(await engine.end(byId(session.id)))).toBe('deny logout');
    held.resolve();
    expect(said(await late)).toBe('deny logout');
    expect(readRecord(await store.envelope(session.id)).session.ended?.code).toBe('logout');
  });
});

describe('many writers of one session', () => {
  it.each([1, 2, 4])('through %i engines are all served: nobody is told that there is contention', async (count) => {
    const world = aWorld();
    const store = testStore();
    const policy = policyWith({ risk: [{ signal: 's0', then: 'observe' }] });
    const engines = Array.from({ length: count }, () => world.engine({ store, policy }));
    const { handle, session } = await login(engines[0] as Engine);
    await world.advance(SECOND);
    const asked = Array.from({ length: 60 }, (_, index) =>
      (engines[index % count] as Engine).signal(handle, { signal: `s${index}` }),
    );
    for (const { effect } of await Promise.all(asked)) expect(effect).toBe('permit');
    const { signals } = readRecord(await store.envelope(session.id)).session;
    expect(Object.keys(signals ?? {})).toHaveLength(60);
  });
});
