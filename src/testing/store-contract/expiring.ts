import type { CaseContext, CaseDefinition } from './case.js';
import { createAll, expectEnvelope, expectSame, expectThat, loadOne } from './check.js';
import { engineId, newEnvelope, nextOf } from './envelopes.js';
import { expectGone, passUntil, shortlyAfter } from './patience.js';

export const EXPIRING: readonly CaseDefinition[] = [
  { name: 'removal: what may go is gone after purgeAt, everywhere, and what may not stays', run: dueGoes },
  { name: 'removal: nothing writes back what has gone, and its id can be created anew', run: noResurrection },
  { name: 'removal: a replacement moves purgeAt both ways', run: moves },
  { name: 'removal: a purgeAt that has passed is no error and not "for ever"', run: floor },
  { name: 'removal: purge answers 0 and removes nothing early', removal: 'expiry', run: answersZero },
];

async function dueGoes(context: CaseContext): Promise<void> {
  const { store, now } = context;
  const deadline = shortlyAfter(context);
  const goes = newEnvelope(now, engineId(1), { purgeAt: deadline });
  const stays = newEnvelope(now, engineId(2));
  await createAll(store, [goes, stays]);
  expectEnvelope(await loadOne(store, goes.id), goes, 'the record before its purgeAt');
  await passUntil(context, deadline);
  await expectGone(context, goes.id, 'the record after its purgeAt');
  expectEnvelope(await loadOne(store, stays.id), stays, 'the one that may not go');
  const list = await store.listBySubject('alice');
  expectSame(
    list.map((loaded) => loaded?.id),
    [stays.id],
    'the ids listed',
  );
}

async function noResurrection(context: CaseContext): Promise<void> {
  const { store, now } = context;
  const deadline = shortlyAfter(context);
  const gone = newEnvelope(now, engineId(1), { subject: 'alice', purgeAt: deadline });
  await createAll(store, [gone]);
  await passUntil(context, deadline);
  await expectGone(context, gone.id, 'the record after its purgeAt');
  for (const late of [
    nextOf(gone),
    { ...nextOf(gone), purgeAt: now + 9_000_000 },
    { ...gone, purgeAt: now + 9_000_000 },
  ]) {
    expectSame(await store.replace([late], { announce: true }), ['conflict'], 'a late replacement');
    expectSame(await loadOne(store, gone.id), null, 'the record after a late replacement');
    expectSame(await store.listBySubject('alice'), [], 'the list after a late replacement');
  }
  const anew = newEnvelope(now, gone.id, { subject: 'bob', record: 'anew' });
  expectSame(await store.create(anew), 'written', 'a creation under the same id');
  expectEnvelope(await loadOne(store, anew.id), anew, 'the new record');
  expectSame(await store.listBySubject('alice'), [], 'the sessions of the one before');
  expectSame((await store.listBySubject('bob')).length, 1, 'the number of sessions of the one after');
}

async function moves(context: CaseContext): Promise<void> {
  const { store, now } = context;
  const deadline = shortlyAfter(context);
  const later = newEnvelope(now, engineId(1), { purgeAt: deadline });
  const sooner = newEnvelope(now, engineId(2));
  await createAll(store, [later, sooner]);
  const next = [nextOf(later, { purgeAt: now + 7_200_000 }), nextOf(sooner, { purgeAt: deadline })];
  expectSame(await store.replace(next), ['written', 'written'], 'the replacements');
  await passUntil(context, deadline);
  await expectGone(context, sooner.id, 'the one that was moved nearer');
  expectSame((await loadOne(store, later.id))?.id, later.id, 'the one that was moved away');
}

/** A time to live that is rounded down to 0 means "for ever" to some backends, and an error to others. */
async function floor(context: CaseContext): Promise<void> {
  const { store, now } = context;
  const instants = [0, 1, now - 86_400_000, now - 1, now, now + 1];
  const replaced: string[] = [];
  for (const [index, purgeAt] of instants.entries()) {
    expectSame(await store.create(newEnvelope(now, engineId(index), { purgeAt })), 'written', `purgeAt ${purgeAt}`);
    const first = newEnvelope(now, engineId(100 + index));
    await createAll(store, [first]);
    expectSame(await store.replace([nextOf(first, { purgeAt })]), ['written'], `a replacement with purgeAt ${purgeAt}`);
    replaced.push(first.id);
  }
  await passUntil(context, now + 1);
  const ids = [...instants.map((_, index) => engineId(index)), ...replaced];
  for (const id of ids) await expectGone(context, id, 'a record whose purgeAt has passed');
  expectSame(await store.listBySubject('alice'), [], 'the list');
}

async function answersZero({ store, now }: CaseContext): Promise<void> {
  const stays = newEnvelope(now, engineId(1));
  await createAll(store, [stays]);
  expectSame(await store.purge(now), 0, 'the number purged');
  expectEnvelope(await loadOne(store, stays.id), stays, 'the record');
  expectThat((await store.purge(now, 1)) === 0, 'purge with a limit did not answer 0');
}
