import fc from 'fast-check';
import type { Envelope, SessionStore } from '../../engine/ports.js';
import type { CaseContext, CaseDefinition } from './case.js';
import { createAll, expectEnvelope, expectSame, expectThat, loadOne } from './check.js';
import { engineId, newEnvelope, nextOf } from './envelopes.js';
import { idsOf } from './listing.js';

export const RACES: readonly CaseDefinition[] = [
  { name: 'schedules: whatever the order of calls and answers, no acknowledged write is lost', run: noLostWrite },
  { name: 'schedules: whatever the order, nothing follows an end', run: nothingFollowsAnEnd },
  { name: 'schedules: ending all that a list shows leaves none created before it', run: endAll },
];

type Trial = (scheduler: fc.Scheduler, slow: SessionStore, context: CaseContext) => Promise<void>;

/** Tries schedules on an empty store each; a failure tells its own. */
async function underSchedules(context: CaseContext, trial: Trial): Promise<void> {
  const property = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    const fixture = await context.makeStore();
    try {
      await trial(scheduler, slowed(scheduler, fixture.store), { ...context, fixture, store: fixture.store });
    } finally {
      await fixture.close();
    }
  });
  const { runs, seed } = context;
  await fc.assert(property, { numRuns: runs, ...(seed !== undefined && { seed }) });
}

/** A store whose calls leave, and whose answers arrive, when the scheduler says so. */
function slowed(scheduler: fc.Scheduler, store: SessionStore): SessionStore {
  const call = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    await scheduler.schedule(Promise.resolve(), `${name} leaves`);
    const answer = await act();
    await scheduler.schedule(Promise.resolve(), `${name} is answered`);
    return answer;
  };
  return {
    create: (envelope) => call('create', () => store.create(envelope)),
    load: (ids) => call('load', () => store.load(ids)),
    replace: (envelopes, options) => call('replace', () => store.replace(envelopes, options)),
    listBySubject: (subject) => call('listBySubject', () => store.listBySubject(subject)),
    purge: (now, limit) => call('purge', () => store.purge(now, limit)),
  };
}

async function readRevision(store: SessionStore, id: string): Promise<Envelope> {
  const held = await loadOne(store, id);
  expectThat(held !== null && held !== undefined && 'record' in held, 'the record is absent or damaged');
  return held;
}

async function noLostWrite(context: CaseContext): Promise<void> {
  await underSchedules(context, async (scheduler, slow, { store, now }) => {
    const id = engineId(1);
    await createAll(store, [newEnvelope(now, id, { record: '' })]);
    const writer = async (name: string) => {
      for (;;) {
        const held = await readRevision(slow, id);
        const [outcome] = await slow.replace([nextOf(held, { record: `${held.record}${name}` })]);
        if (outcome === 'written') return;
      }
    };
    await scheduler.waitFor(Promise.all(['a', 'b', 'c'].map(writer)));
    const held = await readRevision(store, id);
    expectSame([...held.record].sort().join(''), 'abc', 'what three writers appended');
    expectSame(held.revision, 4, 'the revision after three writes');
  });
}

async function nothingFollowsAnEnd(context: CaseContext): Promise<void> {
  await underSchedules(context, async (scheduler, slow, { store, now }) => {
    const id = engineId(1);
    await createAll(store, [newEnvelope(now, id, { record: 'live' })]);
    const activity = async () => {
      const held = await readRevision(slow, id);
      if (held.record !== 'ended') await slow.replace([nextOf(held, { record: 'live' })]);
    };
    const logout = async () => {
      for (;;) {
        const ended = nextOf(await readRevision(slow, id), { record: 'ended' });
        const [outcome] = await slow.replace([ended], { announce: true });
        if (outcome === 'written') return ended;
      }
    };
    const [ended] = await scheduler.waitFor(Promise.all([logout(), activity(), activity(), activity()]));
    expectEnvelope(await loadOne(store, id), ended, 'the record after an end');
  });
}

async function endAll(context: CaseContext): Promise<void> {
  await underSchedules(context, async (scheduler, slow, { store, now }) => {
    const acknowledged: string[] = [];
    const login = async (number: number) => {
      const envelope = newEnvelope(now, engineId(number), { record: 'live' });
      expectSame(await slow.create(envelope), 'written', 'a login');
      acknowledged.push(envelope.id);
    };
    const end = async () => {
      const before = [...acknowledged];
      const list = await slow.listBySubject('alice');
      const missing = before.filter((id) => !idsOf(list).includes(id));
      expectSame(missing, [], 'logins that were acknowledged before the list was asked for, and are not in it');
      await slow.replace(list.flatMap((held) => (held !== null && 'record' in held ? [nextOf(held)] : [])));
      return before;
    };
    const [ended] = await scheduler.waitFor(Promise.all([end(), ...[1, 2, 3, 4].map(login)]));
    for (const id of ended) expectSame((await readRevision(store, id)).revision, 2, 'a session that was ended');
    expectSame(idsOf(await store.listBySubject('alice')), [...acknowledged].sort(), 'the list in the end');
  });
}
