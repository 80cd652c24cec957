import type { CaseContext, CaseDefinition } from './case.js';
import { createAll, expectEnvelope, expectSame, loadOne } from './check.js';
import { engineId, instantsAfter, newEnvelope, nextOf, RECORDS } from './envelopes.js';

export const LOADING: readonly CaseDefinition[] = [
  { name: 'load: an unknown id is null', run: unknownIsNull },
  { name: 'load: no ids, no answers', run: nothingAsked },
  { name: 'load: answers in the order of the ids, as often as one is asked for', run: inOrder },
  { name: 'load: gives every record back character by character', run: recordsComeBack },
  { name: 'load: gives back a record of one character and one of 100 kB', run: sizesComeBack },
  { name: 'load: gives purgeAt back to the millisecond, NEVER included', run: instantsComeBack },
  { name: 'load: what it gave does not change when the record does', run: answersAreCopies },
];

async function unknownIsNull({ store, now }: CaseContext): Promise<void> {
  expectSame(await loadOne(store, engineId(1)), null, 'an unknown id in an empty store');
  await createAll(store, [newEnvelope(now, engineId(1))]);
  expectSame(await loadOne(store, engineId(2)), null, 'an unknown id beside a known one');
}

async function nothingAsked({ store, now }: CaseContext): Promise<void> {
  expectSame(await store.load([]), [], 'load of no ids');
  expectSame(await store.replace([]), [], 'replace of no envelopes');
  expectSame(await store.listBySubject('nobody'), [], 'the sessions of a stranger');
  expectSame(await store.purge(now), 0, 'purge of an empty store');
}

async function inOrder({ store, now }: CaseContext): Promise<void> {
  const envelopes = [3, 1, 2, 5, 4].map((number) => newEnvelope(now, engineId(number)));
  await createAll(store, envelopes);
  const asked = [5, 9, 1, 5, 3, 8, 2, 4, 1].map(engineId);
  const loaded = await store.load(asked);
  const ids = loaded.map((answer) => answer?.id ?? null);
  expectSame(
    ids,
    asked.map((id) => (envelopes.some((envelope) => envelope.id === id) ? id : null)),
    'the answers',
  );
}

async function recordsComeBack({ store, now }: CaseContext): Promise<void> {
  const envelopes = RECORDS.map((record, index) => newEnvelope(now, engineId(index), { record }));
  await createAll(store, envelopes);
  for (const envelope of envelopes) expectEnvelope(await loadOne(store, envelope.id), envelope, 'what was created');
  const next = envelopes.map((envelope) => nextOf(envelope, { record: `${envelope.record}${envelope.record}` }));
  await store.replace(next);
  const loaded = await store.load(next.map(({ id }) => id));
  for (const [index, envelope] of next.entries()) expectEnvelope(loaded[index], envelope, 'what was replaced');
}

async function sizesComeBack({ store, now }: CaseContext): Promise<void> {
  const records = ['x', 'x'.repeat(100_000), '\u20ac'.repeat(33_000)];
  const envelopes = records.map((record, index) => newEnvelope(now, engineId(index), { record }));
  await createAll(store, envelopes);
  for (const envelope of envelopes) expectEnvelope(await loadOne(store, envelope.id), envelope, 'what was created');
}

async function instantsComeBack({ store, now }: CaseContext): Promise<void> {
  const instants = instantsAfter(now);
  const envelopes = instants.map((purgeAt, index) => newEnvelope(now, engineId(index), { purgeAt }));
  await createAll(store, envelopes);
  for (const envelope of envelopes) expectEnvelope(await loadOne(store, envelope.id), envelope, 'what was created');
  // Backwards, so that each gets another one's: NEVER becomes an instant, and an instant NEVER.
  const next = envelopes.map((envelope, index) => {
    return nextOf(envelope, { purgeAt: instants[instants.length - 1 - index] ?? now });
  });
  await store.replace(next);
  for (const envelope of next) expectEnvelope(await loadOne(store, envelope.id), envelope, 'what was replaced');
}

async function answersAreCopies({ store, now }: CaseContext): Promise<void> {
  const envelope = newEnvelope(now, engineId(1));
  await createAll(store, [envelope]);
  const before = await loadOne(store, envelope.id);
  await store.replace([nextOf(envelope)]);
  expectEnvelope(before, envelope, 'what was loaded before the replacement');
}
