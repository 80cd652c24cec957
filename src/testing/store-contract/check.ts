import type { Damaged, Envelope, Loaded, SessionStore } from '../../engine/ports.js';

/** Throws the complaint unless the condition holds. */
export function expectThat(holds: boolean, complaint: string): asserts holds {
  if (!holds) throw new Error(complaint);
}

/** Throws unless both are written alike as JSON. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  expectThat(is === should, `${what}: ${short(is)} instead of ${short(should)}`);
}

/** Throws unless what was loaded is this envelope, field by field. */
export function expectEnvelope(actual: Loaded | undefined, expected: Envelope, what: string): void {
  expectSame(actual && fieldsOf(actual), fieldsOf(expected), what);
}

/** Throws unless what was loaded is known to be damaged. */
export function expectDamaged(actual: Loaded | undefined, id: string, what: string): asserts actual is Damaged {
  expectThat(actual !== null && actual !== undefined, `${what}: ${actual} instead of a \`Damaged\``);
  expectThat(isDamaged(actual), `${what}: passed for an envelope`);
  expectSame(actual.id, id, `${what}: the id of the damaged record`);
}

export function isDamaged(loaded: Loaded): loaded is Damaged {
  return loaded !== null && 'damage' in loaded && typeof loaded.damage === 'string';
}

/** Loads one. */
export async function loadOne(store: SessionStore, id: string): Promise<Loaded | undefined> {
  const loaded = await store.load([id]);
  expectSame(loaded.length, 1, 'answers to one id');
  return loaded[0];
}

/** Creates all of them, some at a time, and expects each to be written. */
export async function createAll(store: SessionStore, envelopes: readonly Envelope[]): Promise<void> {
  for (let start = 0; start < envelopes.length; start += 50) {
    const outcomes = await Promise.all(envelopes.slice(start, start + 50).map((envelope) => store.create(envelope)));
    for (const outcome of outcomes) expectSame(outcome, 'written', 'the creation of a new record');
  }
}

function fieldsOf(loaded: NonNullable<Loaded>): unknown[] {
  if (isDamaged(loaded)) return [loaded.id, 'damaged', loaded.damage];
  return [loaded.id, loaded.subject, loaded.record, loaded.revision, loaded.purgeAt];
}

function short(text: string | undefined): string {
  if (text === undefined) return 'undefined';
  return text.length > 400 ? `${text.slice(0, 400)}... (${text.length} characters)` : text;
}
