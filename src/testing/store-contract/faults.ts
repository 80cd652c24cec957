import type { Envelope, SessionStore } from '../../engine/ports.js';
import { systemClock } from '../../time/clock.js';
import type { CaseContext, CaseDefinition } from './case.js';
import { createAll, expectDamaged, expectEnvelope, expectSame, expectThat, isDamaged, loadOne } from './check.js';
import { engineId, newEnvelope, nextOf } from './envelopes.js';
import { eventually, inTime } from './patience.js';

const LEEWAY = 60_000;

export const FAULTS: readonly CaseDefinition[] = [
  { name: 'faults: a damaged record is told as damaged, never as absent', needs: 'damages', run: damagedIsTold },
  { name: 'faults: a damaged record harms no other in its list', needs: 'damages', run: neighboursAreWell },
  { name: 'faults: a damaged record is not overwritten by a creation', needs: 'damages', run: damagedIsKept },
  { name: 'faults: a backend that is away is an error in good time, never null', needs: 'unreachable', run: away },
  { name: 'faults: the clock of the backend is a clock', needs: 'now', run: clock },
];

export const CUTTING: readonly CaseDefinition[] = [
  { name: 'cut: every call is answered or rejected, and nothing acknowledged is lost', needs: 'cut', run: cutWrites },
  { name: 'cut: the store comes back by itself', needs: 'cut', run: comesBack },
];

async function damagedIsTold({ store, now, fixture }: CaseContext): Promise<void> {
  for (const [index, damage] of (fixture.damages ?? []).entries()) {
    const envelope = newEnvelope(now, engineId(index), { subject: `subject ${index}`, record: 'do not tell' });
    await createAll(store, [envelope]);
    await damage(envelope.id);
    const loaded = await loadOne(store, envelope.id);
    expectDamaged(loaded, envelope.id, `the record after damage ${index}`);
    expectThat(!loaded.damage.includes('do not tell'), 'the words about the damage quote the record');
    expectThat(!loaded.damage.includes(envelope.subject), 'the words about the damage name the subject');
  }
}

async function neighboursAreWell({ store, now, fixture }: CaseContext): Promise<void> {
  for (const [index, damage] of (fixture.damages ?? []).entries()) {
    const subject = `subject ${index}`;
    const [before, bad, behind] = [0, 1, 2].map((number) =>
      newEnvelope(now, engineId(10 * index + number), { subject }),
    );
    if (before === undefined || bad === undefined || behind === undefined) return;
    await createAll(store, [before, bad, behind]);
    await damage(bad.id);
    await expectWell(store, [before, bad, behind]);
    const outcomes = await store.replace([nextOf(before), nextOf(behind)]);
    expectSame(outcomes, ['written', 'written'], 'the replacement of its neighbours');
  }
}

async function expectWell(store: SessionStore, [before, bad, behind]: [Envelope, Envelope, Envelope]): Promise<void> {
  const loaded = await store.load([before.id, bad.id, behind.id]);
  expectEnvelope(loaded[0], before, 'the one before it in a load');
  expectDamaged(loaded[1], bad.id, 'the damaged one in a load');
  expectEnvelope(loaded[2], behind, 'the one behind it in a load');
  const list = await store.listBySubject(before.subject);
  for (const neighbour of [before, behind]) {
    const listed = list.find((held) => held?.id === neighbour.id);
    expectEnvelope(listed, neighbour, 'a neighbour in the list of their subject');
  }
  const strange = list.filter((held) => held === null || (held.id === bad.id && !isDamaged(held)));
  expectSame(strange, [], 'what the list has in place of the damaged one');
}

async function damagedIsKept({ store, now, fixture }: CaseContext): Promise<void> {
  for (const [index, damage] of (fixture.damages ?? []).entries()) {
    const envelope = newEnvelope(now, engineId(index));
    await createAll(store, [envelope]);
    await damage(envelope.id);
    const outcome = await store.create(envelope).catch(() => 'rejected');
    expectThat(outcome !== 'written', `a creation replaced what damage ${index} left`);
    expectDamaged(await loadOne(store, envelope.id), envelope.id, 'the record after a creation');
  }
}

async function away(context: CaseContext): Promise<void> {
  const { now } = context;
  const store = context.fixture.unreachable ?? context.store;
  const envelope = newEnvelope(now, engineId(1));
  const calls: Record<string, () => Promise<unknown>> = {
    create: () => store.create(envelope),
    load: () => store.load([envelope.id]),
    replace: () => store.replace([nextOf(envelope)]),
    listBySubject: () => store.listBySubject('alice'),
    ...(context.removal === 'purge' && { purge: () => store.purge(now) }),
    ...(store.now !== undefined && { now: () => store.now?.() ?? Promise.resolve() }),
  };
  for (const [name, call] of Object.entries(calls)) {
    const answer = await inTime(outcomeOf(call()), context, `\`${name}\` of a backend that is away`);
    expectThat(answer.rejected, `\`${name}\` of a backend that is away answered ${JSON.stringify(answer.value)}`);
  }
}

async function outcomeOf(answer: Promise<unknown>): Promise<{ rejected: boolean; value?: unknown }> {
  try {
    return { rejected: false, value: await answer };
  } catch {
    return { rejected: true };
  }
}

async function clock({ store, fixture }: CaseContext): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) times.push((await store.now?.()) ?? Number.NaN);
  expectThat(times.every(Number.isSafeInteger), `not whole milliseconds: ${times}`);
  expectSame(
    times,
    [...times].sort((one, other) => one - other),
    'five readings in a row',
  );
  const off = Math.abs((times[0] ?? 0) - systemClock.now());
  expectThat(fixture.advance !== undefined || off < LEEWAY, `${off} ms from this machine: other units?`);
}

async function cutWrites(context: CaseContext): Promise<void> {
  const { store, now, fixture } = context;
  const envelopes = Array.from({ length: 40 }, (_, index) => newEnvelope(now, engineId(index)));
  await createAll(store, envelopes);
  const calls = envelopes.map(async (envelope) => {
    const answer = await outcomeOf(store.replace([nextOf(envelope)]));
    return { envelope, answer };
  });
  await fixture.cut?.();
  const answers = await inTime(Promise.all(calls), context, 'calls that were under way when the connection broke');
  await eventually(context, 'a load after the connection broke', () => loads(store, envelopes));
  for (const { envelope, answer } of answers) {
    const loaded = await loadOne(store, envelope.id);
    const isNext = loaded !== null && loaded !== undefined && 'revision' in loaded && loaded.revision === 2;
    if (answer.rejected) expectEnvelope(loaded, isNext ? nextOf(envelope) : envelope, 'one whose answer never came');
    else expectTaken(answer.value, isNext);
  }
}

/** A client that sends again what was under way meets its own first try: `conflict`, and the write is there. */
function expectTaken(answer: unknown, isThere: boolean): void {
  const sentTwice = JSON.stringify(answer) === '["conflict"]' && isThere;
  if (!sentTwice) expectSame([answer, isThere], [['written'], true], 'one that was answered');
}

async function comesBack(context: CaseContext): Promise<void> {
  const { store, now, fixture } = context;
  const envelope = newEnvelope(now, engineId(1));
  await createAll(store, [envelope]);
  for (let round = 0; round < 3; round++) {
    await fixture.cut?.();
    await eventually(context, 'a load after the connection broke', () => loads(store, [envelope]));
  }
  expectSame(await store.replace([nextOf(envelope)]), ['written'], 'a replacement after all');
}

async function loads(store: SessionStore, envelopes: readonly Envelope[]): Promise<boolean> {
  const loaded = await store.load(envelopes.map(({ id }) => id)).catch(() => null);
  if (loaded === null) return false;
  expectThat(
    loaded.every((held) => held !== null),
    'a record is absent after the connection broke',
  );
  return true;
}
