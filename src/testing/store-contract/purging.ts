import { NEVER } from '../../time/instant.js';
import type { CaseContext, CaseDefinition } from './case.js';
import { createAll, expectEnvelope, expectSame, expectThat, loadOne } from './check.js';
import { engineId, newEnvelope, nextOf } from './envelopes.js';
import { idsOf } from './listing.js';

const MINUTE = 60_000;

export const PURGING: readonly CaseDefinition[] = [
  { name: 'purge: goes at purgeAt exactly, and not one millisecond earlier', removal: 'purge', run: halfOpen },
  { name: 'purge: never removes what stays for ever', removal: 'purge', run: neverStays },
  { name: 'purge: at most limit at a time, and fewer when none is left', removal: 'purge', run: limited },
  { name: 'purge: 1,000 at a time by default', removal: 'purge', run: defaultLimit },
  { name: 'purge: goes by the purgeAt of the last revision', removal: 'purge', run: lastRevision },
  { name: 'purge: goes by the instant it is given, when that lies back too', removal: 'purge', run: backwards },
  { name: 'purge: in parallel each record goes once', removal: 'purge', run: inParallel },
];

async function halfOpen({ store, now }: CaseContext): Promise<void> {
  const at = now + MINUTE;
  const envelopes = [-1, 0, 1].map((offset) => newEnvelope(now, engineId(offset + 1), { purgeAt: at + offset }));
  await createAll(store, envelopes);
  expectSame(await store.purge(at - 2), 0, 'purged 1 ms before the first one may go');
  expectSame(await store.purge(at), 2, 'purged at the instant');
  expectSame(await store.load(envelopes.slice(0, 2).map(({ id }) => id)), [null, null], 'those that went');
  expectSame(idsOf(await store.listBySubject('alice')), [engineId(2)], 'the ids listed');
  expectSame(await store.purge(at), 0, 'purged again');
  expectSame(await store.purge(at + 1), 1, 'purged 1 ms later');
}

async function neverStays({ store, now }: CaseContext): Promise<void> {
  const stays = newEnvelope(now, engineId(1), { purgeAt: NEVER });
  const goes = newEnvelope(now, engineId(2), { purgeAt: NEVER - 1 });
  await createAll(store, [stays, goes]);
  expectSame(await store.purge(NEVER - 2), 0, 'purged before the last instant but one');
  expectSame(await store.purge(NEVER - 1), 1, 'purged at the last instant but one');
  expectEnvelope(await loadOne(store, stays.id), stays, 'the one that stays');
}

async function limited({ store, now }: CaseContext): Promise<void> {
  const due = Array.from({ length: 10 }, (_, index) => newEnvelope(now, engineId(index), { purgeAt: now + MINUTE }));
  const later = newEnvelope(now, engineId(10), { purgeAt: now + MINUTE + 1 });
  await createAll(store, [...due, later]);
  const counts: number[] = [];
  for (let round = 0; round < 4; round++) {
    counts.push(await store.purge(now + MINUTE, 4));
    const left = (await store.listBySubject('alice')).length;
    expectSame(left, 11 - counts.reduce((sum, count) => sum + count, 0), 'records that are left');
  }
  expectSame(counts, [4, 4, 2, 0], 'the numbers purged');
  expectEnvelope(await loadOne(store, later.id), later, 'the one that is not due');
}

async function defaultLimit({ store, now }: CaseContext): Promise<void> {
  await createAll(
    store,
    Array.from({ length: 1_004 }, (_, index) => newEnvelope(now, engineId(index), { purgeAt: now + MINUTE })),
  );
  expectSame([await store.purge(now + MINUTE), await store.purge(now + MINUTE)], [1_000, 4], 'the numbers purged');
}

async function lastRevision({ store, now }: CaseContext): Promise<void> {
  const moved = newEnvelope(now, engineId(1), { purgeAt: now + MINUTE });
  const early = newEnvelope(now, engineId(2), { purgeAt: now + 9 * MINUTE });
  await createAll(store, [moved, early]);
  const next = [nextOf(moved, { purgeAt: now + 9 * MINUTE }), nextOf(early, { purgeAt: now + MINUTE })];
  expectSame(await store.replace(next), ['written', 'written'], 'the replacements');
  expectSame(await store.purge(now + MINUTE), 1, 'purged at the first instant');
  expectSame(idsOf(await store.listBySubject('alice')), [moved.id], 'the ids left');
  expectSame(await store.purge(now + 9 * MINUTE), 1, 'purged at the last instant');
}

async function backwards({ store, now }: CaseContext): Promise<void> {
  expectSame(await store.purge(now + 100 * MINUTE), 0, 'purged far ahead');
  const ids = [1, 2, 3].map(engineId);
  await createAll(
    store,
    ids.map((id, index) => newEnvelope(now, id, { purgeAt: now + (index + 1) * MINUTE })),
  );
  expectSame(await store.purge(now + 2 * MINUTE), 2, 'purged at an earlier instant than before');
  expectSame(idsOf(await store.listBySubject('alice')), [ids[2]], 'the ids left');
}

async function inParallel({ store, fixture, now }: CaseContext): Promise<void> {
  const due = Array.from({ length: 200 }, (_, index) => newEnvelope(now, engineId(index), { purgeAt: now + MINUTE }));
  const stays = newEnvelope(now, engineId(200));
  await createAll(store, [...due, stays]);
  const second = fixture.secondStore ?? store;
  const counts = await Promise.all([store, second, store, second].map((client) => client.purge(now + MINUTE, 120)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const left = (await store.listBySubject('alice')).length;
  expectSame(total + left, 201, 'the number purged and the number left, together');
  expectThat(
    counts.every((count) => count <= 120),
    `more than the limit was purged: ${counts}`,
  );
  while ((await store.purge(now + MINUTE, 120)) > 0);
  expectSame(idsOf(await store.listBySubject('alice')), [stays.id], 'the ids left in the end');
}
