import type { CaseContext, CaseDefinition } from './case.js';
import { createAll, expectEnvelope, expectSame, loadOne } from './check.js';
import { engineId, LONG_SUBJECTS, LOOKALIKES, newEnvelope, nextOf } from './envelopes.js';
import { idsOf } from './listing.js';
import { passUntil } from './patience.js';

const HOUR = 3_600_000;

export const NAMING: readonly CaseDefinition[] = [
  { name: 'names: two different ids never meet, whatever their characters', run: idsNeverMeet },
  { name: 'names: two different subjects never meet, whatever their characters', run: subjectsNeverMeet },
  { name: 'names: an id and a subject that are alike never meet', run: idAndSubject },
  { name: 'names: a pattern for an id or a subject finds nothing', run: patterns },
  { name: 'names: two prefixes or tables on one server never meet', needs: 'otherStore', run: prefixes },
];

async function idsNeverMeet({ store, now }: CaseContext): Promise<void> {
  const envelopes = LOOKALIKES.map((id, index) => newEnvelope(now, id, { record: `record ${index}` }));
  for (const envelope of envelopes) {
    expectSame(await loadOne(store, envelope.id), null, `\`${envelope.id}\` before it is there`);
    expectSame(await store.create(envelope), 'written', `the creation of \`${envelope.id}\``);
  }
  for (const envelope of envelopes) {
    expectEnvelope(await loadOne(store, envelope.id), envelope, `\`${envelope.id}\``);
  }
  const [changed] = envelopes;
  if (changed !== undefined) expectSame(await store.replace([nextOf(changed)]), ['written'], 'the first again');
  const loaded = await store.load(LOOKALIKES);
  for (const [index, envelope] of envelopes.entries()) {
    expectEnvelope(loaded[index], index === 0 ? nextOf(envelope) : envelope, `\`${envelope.id}\` in a list`);
  }
  expectSame(idsOf(await store.listBySubject('alice')), [...LOOKALIKES].sort(), 'the ids listed');
}

async function subjectsNeverMeet({ store, now }: CaseContext): Promise<void> {
  const subjects = [...LOOKALIKES, ...LONG_SUBJECTS];
  const envelopes = subjects.map((subject, index) => newEnvelope(now, engineId(index), { subject }));
  await createAll(store, envelopes);
  for (const envelope of envelopes) {
    const list = await store.listBySubject(envelope.subject);
    expectSame(idsOf(list), [envelope.id], `the sessions of \`${envelope.subject}\``);
    expectEnvelope(list[0], envelope, `the session of \`${envelope.subject}\``);
  }
}

async function idAndSubject({ store, now }: CaseContext): Promise<void> {
  const [one, two] = [engineId(1), engineId(2)];
  await createAll(store, [newEnvelope(now, one, { subject: two }), newEnvelope(now, two, { subject: one })]);
  expectSame(idsOf(await store.listBySubject(one)), [two], 'the sessions of the first');
  expectSame(idsOf(await store.listBySubject(two)), [one], 'the sessions of the second');
  expectSame((await loadOne(store, one))?.id, one, 'the record of the first');
}

async function patterns({ store, now }: CaseContext): Promise<void> {
  await createAll(store, [newEnvelope(now, engineId(1), { subject: 'alice' })]);
  for (const pattern of [
    '*',
    '?'.repeat(22),
    '%',
    '_'.repeat(5),
    'alice*',
    'a[l]ice',
    'ALICE',
    'alice%',
    "' OR ''='",
  ]) {
    expectSame(await loadOne(store, pattern), null, `the id \`${pattern}\``);
    expectSame(await store.listBySubject(pattern), [], `the sessions of \`${pattern}\``);
  }
}

async function prefixes(context: CaseContext): Promise<void> {
  const { store, now } = context;
  const other = context.fixture.otherStore ?? store;
  const here = newEnvelope(now, engineId(1), { record: 'here' });
  const there = newEnvelope(now, engineId(1), { record: 'there', purgeAt: now + 2 * HOUR });
  expectSame(await store.create(here), 'written', 'the creation here');
  expectSame(await loadOne(other, here.id), null, 'the other before its creation');
  expectSame(await other.listBySubject('alice'), [], 'the sessions listed by the other');
  expectSame(await other.create(there), 'written', 'the creation there');
  expectSame(await other.replace([nextOf(there)]), ['written'], 'the replacement there');
  expectEnvelope(await loadOne(store, here.id), here, 'the one here');
  expectEnvelope(await loadOne(other, there.id), nextOf(there), 'the one there');
  if (context.removal === 'expiry') return;
  await passUntil(context, now + HOUR);
  expectEnvelope(await loadOne(other, there.id), nextOf(there), 'the one there, when the one here has gone');
}
