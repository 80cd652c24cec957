import type { CaseContext, CaseDefinition } from './case.js';
import { createAll, expectEnvelope, expectSame, expectThat, loadOne } from './check.js';
import { engineId, newEnvelope, nextOf } from './envelopes.js';
import { passUntil, shortlyAfter } from './patience.js';

export const REPLACING: readonly CaseDefinition[] = [
  { name: 'replace: an unknown id is a conflict, and nothing is created', run: unknownId },
  { name: 'replace: a stale, repeated or future revision is a conflict, and nothing changes', run: wrongRevision },
  { name: 'replace: a conflict leaves the time of removal alone', run: conflictKeepsPurgeAt },
  { name: 'replace: a miss is told as a miss, even with identical content', run: missIsTold },
  { name: 'replace: repeated because the answer was lost is a conflict, and the record is its own', run: lostAnswer },
  { name: 'replace: each of a list has its own outcome', run: mixedList },
  { name: 'replace: the same id twice in a list is written once', run: sameIdTwice },
  { name: 'replace: revisions of one id in a list end as their outcomes say', run: revisionsInOneList },
  { name: 'replace: the subject stays what it was at the creation', run: subjectStays },
  { name: 'replace: a slow request that saves after the end changes nothing', run: saveAfterEnd },
];

async function unknownId({ store, now }: CaseContext): Promise<void> {
  const envelope = newEnvelope(now, engineId(1));
  expectSame(await store.replace([envelope]), ['conflict'], 'the replacement of an unknown id by revision 1');
  expectSame(await store.replace([nextOf(envelope)]), ['conflict'], 'the replacement of an unknown id by revision 2');
  expectSame(await loadOne(store, envelope.id), null, 'the record');
  expectSame(await store.listBySubject(envelope.subject), [], 'the sessions of its subject');
}

async function wrongRevision({ store, now }: CaseContext): Promise<void> {
  const first = newEnvelope(now, engineId(1));
  const third = nextOf(nextOf(first));
  await createAll(store, [first]);
  await store.replace([nextOf(first)]);
  await store.replace([third]);
  for (const revision of [1, 2, 3, 5, 6, 1_000]) {
    const wrong = { ...first, record: 'wrong', purgeAt: now + 7, revision };
    expectSame(await store.replace([wrong]), ['conflict'], `revision ${revision} upon revision 3`);
    expectEnvelope(await loadOne(store, first.id), third, `the record after revision ${revision}`);
  }
}

async function conflictKeepsPurgeAt(context: CaseContext): Promise<void> {
  const { store, now } = context;
  const deadline = shortlyAfter(context);
  const first = newEnvelope(now, engineId(1));
  const next = nextOf(first);
  await createAll(store, [first]);
  await store.replace([next]);
  expectSame(await store.replace([{ ...next, purgeAt: deadline }]), ['conflict'], 'a stale replacement');
  expectSame(await store.create({ ...first, purgeAt: deadline }), 'conflict', 'a second creation');
  await passUntil(context, deadline);
  expectEnvelope(await loadOne(store, first.id), next, 'the record after the deadline of those that were refused');
}

/** Counting the rows that changed, rather than those that were found, makes a hit of a miss or a miss of a hit. */
async function missIsTold({ store, now }: CaseContext): Promise<void> {
  const first = newEnvelope(now, engineId(1), { record: 'same' });
  await createAll(store, [first]);
  const second = nextOf(first, { record: 'same' });
  expectSame(await store.replace([second]), ['written'], 'a replacement that changes the revision only');
  expectSame(await store.replace([second]), ['conflict'], 'the same again');
  expectSame(await store.replace([{ ...second, revision: 3 }]), ['written'], 'the one after it');
  expectSame((await loadOne(store, first.id)) && 3, 3, 'the record');
  expectEnvelope(await loadOne(store, first.id), { ...second, revision: 3 }, 'the record');
}

async function lostAnswer({ store, now }: CaseContext): Promise<void> {
  const first = newEnvelope(now, engineId(1));
  const next = nextOf(first, { record: 'mine' });
  await createAll(store, [first]);
  await store.replace([next], { announce: true });
  expectSame(await store.replace([next], { announce: true }), ['conflict'], 'the same replacement again');
  expectEnvelope(await loadOne(store, first.id), next, 'the record');
}

async function mixedList({ store, now }: CaseContext): Promise<void> {
  const envelopes = Array.from({ length: 12 }, (_, index) => newEnvelope(now, engineId(index)));
  const known = envelopes.filter((_, index) => index % 4 !== 3);
  await createAll(store, known);
  const asked = envelopes.map((envelope, index) => (index % 4 === 1 ? nextOf(nextOf(envelope)) : nextOf(envelope)));
  const expected = asked.map((_, index) => (index % 2 === 0 ? 'written' : 'conflict'));
  expectSame(await store.replace(asked), expected, 'the outcomes');
  for (const [index, envelope] of envelopes.entries()) {
    const loaded = await loadOne(store, envelope.id);
    if (index % 4 === 3) expectSame(loaded, null, 'one that was never created');
    else expectEnvelope(loaded, index % 2 === 0 ? nextOf(envelope) : envelope, 'one of the list');
  }
}

async function sameIdTwice({ store, now }: CaseContext): Promise<void> {
  const first = newEnvelope(now, engineId(1));
  const neighbour = newEnvelope(now, engineId(2));
  await createAll(store, [first, neighbour]);
  const rivals = [nextOf(first, { record: 'one' }), nextOf(neighbour), nextOf(first, { record: 'two' })];
  const outcomes = await store.replace(rivals);
  expectSame([...outcomes].sort(), ['conflict', 'written', 'written'], 'the outcomes');
  expectSame(outcomes[1], 'written', 'the outcome of the neighbour');
  const winner = rivals[outcomes[0] === 'written' ? 0 : 2];
  expectThat(winner !== undefined, 'nobody won');
  expectEnvelope(await loadOne(store, first.id), winner, 'the record of the one that was told `written`');
}

async function revisionsInOneList({ store, now }: CaseContext): Promise<void> {
  const first = newEnvelope(now, engineId(1));
  const second = nextOf(first);
  const third = nextOf(second);
  await createAll(store, [first]);
  const [two, three] = await store.replace([second, third]);
  expectSame(two, 'written', 'the outcome of revision 2');
  expectEnvelope(await loadOne(store, first.id), three === 'written' ? third : second, 'the record');
}

async function subjectStays({ store, now }: CaseContext): Promise<void> {
  const first = newEnvelope(now, engineId(1), { subject: 'alice' });
  const next = nextOf(first);
  await createAll(store, [first]);
  expectSame(await store.replace([{ ...next, subject: 'mallory' }]), ['written'], 'the replacement');
  expectEnvelope(await loadOne(store, first.id), next, 'the record');
  expectSame(await store.listBySubject('mallory'), [], 'the sessions of the other subject');
  expectSame((await store.listBySubject('alice')).length, 1, 'the number of sessions of the subject');
}

async function saveAfterEnd({ store, now }: CaseContext): Promise<void> {
  const live = newEnvelope(now, engineId(1), { record: 'live' });
  await createAll(store, [live]);
  const slow = nextOf(live, { record: 'live, a little later', purgeAt: now + 7_200_000 });
  const ended = nextOf(live, { record: 'ended' });
  expectSame(await store.replace([ended], { announce: true }), ['written'], 'the end');
  expectSame(await store.replace([slow]), ['conflict'], 'the slow request');
  expectEnvelope(await loadOne(store, live.id), ended, 'the record');
}
