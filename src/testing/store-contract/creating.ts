import type { CaseContext, CaseDefinition } from './case.js';
import { createAll, expectEnvelope, expectSame, loadOne } from './check.js';
import { engineId, newEnvelope, nextOf } from './envelopes.js';

export const CREATING: readonly CaseDefinition[] = [
  { name: 'create: the same id twice is a conflict, and the first record stays', run: twice },
  { name: 'create: an id that was replaced is a conflict too', run: afterReplace },
  { name: 'create: repeated because the answer was lost is a conflict, and the record is its own', run: lostAnswer },
];

async function twice({ store, now }: CaseContext): Promise<void> {
  const first = newEnvelope(now, engineId(1), { subject: 'alice', record: 'first' });
  const second = newEnvelope(now, engineId(1), { subject: 'bob', record: 'second', purgeAt: now + 1 });
  await createAll(store, [first]);
  expectSame(await store.create(second), 'conflict', 'the second creation');
  expectEnvelope(await loadOne(store, first.id), first, 'the record');
  expectSame(await store.listBySubject('bob'), [], 'the sessions of the one who came second');
  expectSame((await store.listBySubject('alice')).length, 1, 'the number of sessions of the one who came first');
}

async function afterReplace({ store, now }: CaseContext): Promise<void> {
  const first = newEnvelope(now, engineId(1));
  const next = nextOf(first);
  await createAll(store, [first]);
  expectSame(await store.replace([next]), ['written'], 'the replacement');
  expectSame(await store.create(first), 'conflict', 'the second creation');
  expectEnvelope(await loadOne(store, first.id), next, 'the record');
}

async function lostAnswer({ store, now }: CaseContext): Promise<void> {
  const envelope = newEnvelope(now, engineId(1));
  await store.create(envelope);
  expectSame(await store.create(envelope), 'conflict', 'the same creation again');
  expectEnvelope(await loadOne(store, envelope.id), envelope, 'the record');
}
