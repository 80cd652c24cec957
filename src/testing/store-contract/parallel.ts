import type { Envelope, SessionStore } from '../../engine/ports.js';
import type { CaseContext, CaseDefinition } from './case.js';
import { createAll, expectEnvelope, expectSame, expectThat, loadOne } from './check.js';
import { engineId, newEnvelope, nextOf } from './envelopes.js';
import { idsOf } from './listing.js';

const WRITERS = 24;

type Trial = (clients: readonly SessionStore[], context: CaseContext) => Promise<void>;

export const PARALLEL: readonly CaseDefinition[] = [
  ...bothWays('of many creations of one id exactly one is written', createRace),
  ...bothWays('of many replacements of one revision exactly one is written', replaceRace),
  ...bothWays('nothing that was acknowledged is lost among writers that try again', counters),
  ...bothWays('a list by subject misses no creation that was acknowledged', listRace),
  ...bothWays('an end and an activity race: one of them wins, and after the end nothing does', endRace),
  { name: 'two connections: each sees at once what the other one wrote', needs: 'secondStore', run: readYourWrites },
];

/** Once through one client, once through two, which a store that guards itself in the process does not survive. */
function bothWays(name: string, trial: Trial): CaseDefinition[] {
  return [
    { name: `parallel: ${name}`, run: (context) => trial([context.store], context) },
    {
      name: `two connections: ${name}`,
      needs: 'secondStore',
      run: (context) => trial([context.store, context.fixture.secondStore ?? context.store], context),
    },
  ];
}

function clientFor(clients: readonly SessionStore[], index: number): SessionStore {
  const client = clients[index % clients.length];
  expectThat(client !== undefined, 'no client');
  return client;
}

async function createRace(clients: readonly SessionStore[], { store, now }: CaseContext): Promise<void> {
  for (let round = 0; round < 5; round++) {
    const rivals = Array.from({ length: WRITERS }, (_, index) => {
      return newEnvelope(now, engineId(round), { subject: `subject ${index}`, record: `writer ${index}` });
    });
    const outcomes = await Promise.all(rivals.map((rival, index) => clientFor(clients, index).create(rival)));
    const winner = await expectOneWinner(store, rivals, outcomes);
    for (const { subject } of rivals) {
      const held = (await store.listBySubject(subject)).filter((loaded) => loaded?.id === winner.id);
      expectSame(held.length, subject === winner.subject ? 1 : 0, `the sessions of ${subject}`);
    }
  }
}

async function replaceRace(clients: readonly SessionStore[], { store, now }: CaseContext): Promise<void> {
  let held = newEnvelope(now, engineId(1));
  await createAll(store, [held]);
  for (let round = 0; round < 10; round++) {
    const rivals = Array.from({ length: WRITERS }, (_, index) => {
      return nextOf(held, { record: `round ${round}, writer ${index}`, purgeAt: held.purgeAt + index });
    });
    const outcomes = await Promise.all(
      rivals.map(async (rival, index) => (await clientFor(clients, index).replace([rival]))[0]),
    );
    held = await expectOneWinner(store, rivals, outcomes);
  }
}

async function expectOneWinner(
  store: SessionStore,
  rivals: readonly Envelope[],
  outcomes: readonly unknown[],
): Promise<Envelope> {
  const winners = rivals.filter((_, index) => outcomes[index] === 'written');
  expectSame(winners.length, 1, 'the number of those who were told `written`');
  expectSame(outcomes.filter((outcome) => outcome === 'conflict').length, rivals.length - 1, 'the number of conflicts');
  const [winner] = winners;
  expectThat(winner !== undefined, 'nobody won');
  expectEnvelope(await loadOne(store, winner.id), winner, 'the record of the one who was told `written`');
  return winner;
}

async function counters(clients: readonly SessionStore[], { store, now }: CaseContext): Promise<void> {
  const ids = [1, 2, 3].map(engineId);
  await createAll(
    store,
    ids.map((id) => newEnvelope(now, id, { record: '0' })),
  );
  const add = async (client: SessionStore) => {
    for (let waiting: readonly string[] = ids; waiting.length > 0; ) {
      const loaded = await client.load(waiting);
      const next = loaded.flatMap((held) => (held !== null && 'record' in held ? [held] : []));
      const raised = next.map((held) => nextOf(held, { record: String(Number(held.record) + 1) }));
      const outcomes = await client.replace(raised);
      waiting = waiting.filter((_, index) => outcomes[index] !== 'written');
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, index) => add(clientFor(clients, index))));
  for (const id of ids) {
    const expected = { ...newEnvelope(now, id), record: '8', revision: 9 };
    expectEnvelope(await loadOne(store, id), expected, 'a counter that eight writers raised by one each');
  }
}

async function listRace(clients: readonly SessionStore[], { now }: CaseContext): Promise<void> {
  const acknowledged: string[] = [];
  const login = async (client: SessionStore, number: number) => {
    const envelope = newEnvelope(now, engineId(number));
    expectSame(await client.create(envelope), 'written', 'a login');
    acknowledged.push(envelope.id);
    const before = [...acknowledged];
    const [listed, outcomes] = await Promise.all([client.listBySubject('alice'), client.replace([nextOf(envelope)])]);
    expectSame(outcomes, ['written'], 'an activity');
    const ids = new Set(idsOf(listed));
    const missed = before.filter((id) => !ids.has(id));
    expectSame(missed, [], 'logins that were acknowledged before the list was asked for, and are not in it');
    expectSame(ids.size, listed.length, 'the number of different ids in the list');
  };
  await Promise.all(Array.from({ length: 60 }, (_, number) => login(clientFor(clients, number), number)));
  for (const client of clients) {
    expectSame(idsOf(await client.listBySubject('alice')), [...acknowledged].sort(), 'the list when all is quiet');
  }
}

async function endRace(clients: readonly SessionStore[], { store, now }: CaseContext): Promise<void> {
  for (let round = 0; round < 10; round++) {
    const live = newEnvelope(now, engineId(round), { record: 'live' });
    await createAll(store, [live]);
    const ended = nextOf(live, { record: 'ended' });
    const active = nextOf(live, { record: 'active' });
    const [[end], [activity]] = await Promise.all([
      clientFor(clients, round).replace([ended], { announce: true }),
      clientFor(clients, round + 1).replace([active]),
    ]);
    expectSame([end, activity].sort(), ['conflict', 'written'], 'the outcomes');
    const endedAtLast = end === 'written' ? ended : nextOf(active, { record: 'ended' });
    if (end !== 'written') expectSame(await store.replace([endedAtLast]), ['written'], 'the end, tried again');
    expectSame(await clientFor(clients, round + 1).replace([active]), ['conflict'], 'the activity, tried again');
    expectEnvelope(await loadOne(store, live.id), endedAtLast, 'the record');
  }
}

async function readYourWrites({ store, fixture, now }: CaseContext): Promise<void> {
  const second = fixture.secondStore ?? store;
  let held = newEnvelope(now, engineId(1));
  await createAll(store, [held]);
  for (let round = 0; round < 20; round++) {
    const [writer, reader] = round % 2 === 0 ? [store, second] : [second, store];
    held = nextOf(held, { record: `round ${round}` });
    expectSame(await writer.replace([held]), ['written'], 'a replacement');
    expectEnvelope(await loadOne(reader, held.id), held, 'what the other connection loads');
    expectEnvelope((await reader.listBySubject('alice'))[0], held, 'what the other connection lists');
  }
}
