import type { Loaded } from '../../engine/ports.js';
import type { CaseContext, CaseDefinition } from './case.js';
import { createAll, expectEnvelope, expectSame } from './check.js';
import { engineId, newEnvelope, nextOf } from './envelopes.js';

export const LISTING: readonly CaseDefinition[] = [
  { name: 'listBySubject: every record of the subject, ended ones included, and of nobody else', run: ownOnly },
  { name: 'listBySubject: as the records are now', run: current },
  { name: 'lists of a thousand travel as well', run: thousand },
];

export function idsOf(list: readonly Loaded[]): string[] {
  return list.map((loaded) => loaded?.id ?? 'null').sort();
}

async function ownOnly({ store, now }: CaseContext): Promise<void> {
  const subjects = ['alice', 'bob', 'alice', 'carol', 'alice', 'bob'];
  const envelopes = subjects.map((subject, index) => newEnvelope(now, engineId(index), { subject }));
  await createAll(store, envelopes);
  for (const subject of ['alice', 'bob', 'carol', 'dave']) {
    const own = envelopes.filter((envelope) => envelope.subject === subject).map(({ id }) => id);
    expectSame(idsOf(await store.listBySubject(subject)), own, `the sessions of ${subject}`);
  }
}

async function current({ store, now }: CaseContext): Promise<void> {
  const envelopes = [1, 2, 3].map((number) => newEnvelope(now, engineId(number)));
  await createAll(store, envelopes);
  const next = envelopes.map((envelope, index) =>
    nextOf(envelope, { record: `now ${index}`, purgeAt: now + 3_700_000 }),
  );
  await store.replace(next);
  const list = await store.listBySubject('alice');
  expectSame(list.length, 3, 'the number of sessions');
  for (const envelope of next) {
    const listed = list.find((loaded) => loaded?.id === envelope.id);
    expectEnvelope(listed, envelope, 'a session in the list');
  }
}

async function thousand({ store, now }: CaseContext): Promise<void> {
  const envelopes = Array.from({ length: 1_100 }, (_, index) => newEnvelope(now, engineId(index)));
  await createAll(store, envelopes);
  const ids = envelopes.map(({ id }) => id);
  expectSame(
    (await store.load(ids)).map((loaded) => loaded?.id),
    ids,
    'the ids loaded',
  );
  expectSame(idsOf(await store.listBySubject('alice')), ids, 'the ids listed');
  const outcomes = await store.replace(envelopes.map((envelope) => nextOf(envelope)));
  expectSame(outcomes.filter((outcome) => outcome === 'written').length, ids.length, 'the number written');
  const loaded = await store.load(ids);
  for (const [index, envelope] of envelopes.entries()) expectEnvelope(loaded[index], nextOf(envelope), 'one of them');
}
