import fc from 'fast-check';
import type { Envelope, SessionStore } from '../../engine/ports.js';
import type { CaseContext, CaseDefinition } from './case.js';
import { expectEnvelope, expectSame, expectThat } from './check.js';
import { engineId } from './envelopes.js';
import { idsOf } from './listing.js';

export const MODEL: readonly CaseDefinition[] = [
  { name: 'model: answers any sequence of calls as a plain map would', run: likeTheModel },
];

const MINUTE = 60_000;
const HOUR = 3_600_000;
const IDS = [1, 2, 3, 4, 5].map(engineId);
const SUBJECTS = ['alice', 'Alice', 'alice:bob'];

/** A naive store that cannot be wrong: one map, and every question answered by looking at all of it. */
type Model = Map<string, Envelope>;

interface Write {
  readonly id: string;
  readonly record: string;
  /** The revision asked for, counted from the stored one: 1 is right. */
  readonly step: number;
  readonly minutes: number;
}

type Call =
  | { readonly call: 'create'; readonly subject: string; readonly write: Write }
  | { readonly call: 'load'; readonly ids: readonly string[] }
  | { readonly call: 'replace'; readonly writes: readonly Write[] }
  | { readonly call: 'listBySubject'; readonly subject: string }
  | { readonly call: 'purge'; readonly minutes: number; readonly limit: number };

async function likeTheModel(context: CaseContext): Promise<void> {
  const property = fc.asyncProperty(fc.array(aCall(), { maxLength: 40, size: 'max' }), async (calls) => {
    const fixture = await context.makeStore();
    try {
      const model: Model = new Map();
      for (const call of calls) await compare(call, model, { ...context, store: fixture.store });
      await compare({ call: 'load', ids: IDS }, model, { ...context, store: fixture.store });
    } finally {
      await fixture.close();
    }
  });
  const { runs, seed } = context;
  await fc.assert(property, { numRuns: runs, ...(seed !== undefined && { seed }) });
}

function aCall(): fc.Arbitrary<Call> {
  const subject = fc.constantFrom(...SUBJECTS);
  const minutes = fc.integer({ min: 0, max: 5 });
  const write = fc.record({
    id: fc.constantFrom(...IDS),
    record: fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.replaceAll('\0', '0')),
    step: fc.constantFrom(1, 1, 1, 0, 2, -1),
    minutes,
  });
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ call: fc.constant('create' as const), subject, write }) },
    {
      weight: 4,
      arbitrary: fc.record({ call: fc.constant('replace' as const), writes: fc.array(write, { maxLength: 5 }) }),
    },
    fc.record({ call: fc.constant('load' as const), ids: fc.array(fc.constantFrom(...IDS)) }),
    fc.record({ call: fc.constant('listBySubject' as const), subject }),
    fc.record({ call: fc.constant('purge' as const), minutes, limit: fc.integer({ min: 1, max: 4 }) }),
  );
}

/** Makes the call on both, and compares. */
async function compare(call: Call, model: Model, context: CaseContext): Promise<void> {
  const { store, now } = context;
  switch (call.call) {
    case 'create':
      return compareCreate(store, model, envelopeOf(call.write, { model, now, subject: call.subject }));
    case 'load':
      return compareLoad(store, model, call.ids);
    case 'replace':
      return compareReplace(
        store,
        model,
        uniqueWrites(call.writes).map((write) => envelopeOf(write, { model, now })),
      );
    case 'listBySubject':
      return compareList(store, model, call.subject);
    case 'purge':
      return context.removal === 'purge' ? comparePurge(call, model, context) : undefined;
  }
}

/** Which of two writes to one id in one list comes first is not promised. */
function uniqueWrites(writes: readonly Write[]): Write[] {
  return writes.filter((write, index) => writes.findIndex(({ id }) => id === write.id) === index);
}

function envelopeOf(
  { id, record, step, minutes }: Write,
  { model, now, subject }: { readonly model: Model; readonly now: number; readonly subject?: string },
): Envelope {
  const held = model.get(id);
  const revision = subject === undefined ? Math.max(1, (held?.revision ?? 1) + step) : 1;
  const purgeAt = now + HOUR + minutes * MINUTE;
  return { id, subject: subject ?? held?.subject ?? 'alice', record, revision, purgeAt };
}

async function compareCreate(store: SessionStore, model: Model, envelope: Envelope): Promise<void> {
  const isNew = !model.has(envelope.id);
  expectSame(await store.create(envelope), isNew ? 'written' : 'conflict', 'create');
  if (isNew) model.set(envelope.id, envelope);
}

async function compareLoad(store: SessionStore, model: Model, ids: readonly string[]): Promise<void> {
  const loaded = await store.load(ids);
  expectSame(loaded.length, ids.length, 'the number of answers of load');
  for (const [index, id] of ids.entries()) {
    const held = model.get(id);
    if (held === undefined) expectSame(loaded[index], null, 'load of an unknown id');
    else expectEnvelope(loaded[index], held, 'load');
  }
}

async function compareReplace(store: SessionStore, model: Model, envelopes: readonly Envelope[]): Promise<void> {
  const expected = envelopes.map(({ id, revision }) => {
    return model.get(id)?.revision === revision - 1 ? 'written' : 'conflict';
  });
  expectSame(await store.replace(envelopes), expected, 'replace');
  for (const [index, envelope] of envelopes.entries()) {
    if (expected[index] === 'written') model.set(envelope.id, envelope);
  }
}

async function compareList(store: SessionStore, model: Model, subject: string): Promise<void> {
  const own = [...model.values()].filter((held) => held.subject === subject);
  const list = await store.listBySubject(subject);
  expectSame(idsOf(list), own.map(({ id }) => id).sort(), 'the ids of listBySubject');
  for (const held of own) {
    const listed = list.find((loaded) => loaded?.id === held.id);
    expectEnvelope(listed, held, 'listBySubject');
  }
}

/** Which of those that are due go first is not promised: the model follows the store, and checks that it may. */
async function comparePurge(
  { minutes, limit }: { readonly minutes: number; readonly limit: number },
  model: Model,
  { store, now }: CaseContext,
): Promise<void> {
  const at = now + HOUR + minutes * MINUTE - 1 + (limit % 2);
  const due = [...model.values()].filter(({ purgeAt }) => purgeAt <= at);
  const count = await store.purge(at, limit);
  expectSame(count, Math.min(limit, due.length), 'the number purged');
  const loaded = await store.load(due.map(({ id }) => id));
  const gone = due.filter((_, index) => loaded[index] === null);
  expectThat(gone.length === count, `purge says ${count}, and ${gone.length} went`);
  for (const { id } of gone) model.delete(id);
}
