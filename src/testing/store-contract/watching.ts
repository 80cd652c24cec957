import type { SessionStore, Watch, Watcher } from '../../engine/ports.js';
import type { CaseContext, CaseDefinition } from './case.js';
import { createAll, expectSame, expectThat } from './check.js';
import { engineId, newEnvelope, nextOf } from './envelopes.js';
import { eventually, inTime } from './patience.js';

export const WATCHING: readonly CaseDefinition[] = [
  { name: 'watch: what is announced is told to every watcher, the own one included', needs: 'watch', run: told },
  { name: 'watch: what is not announced, or was a conflict, is not told', needs: 'watch', run: notTold },
  { name: 'watch: check resolves when everything announced before has been told', needs: 'watch', run: checked },
  { name: 'watch: ids are told as they are, whatever their characters', needs: 'watch', run: hostileIds },
  { name: 'watch: after close nothing is told', needs: 'watch', run: closed },
];

interface Listener {
  readonly changed: string[];
  lost: number;
  readonly watch: Watch;
}

/** Listens while `act` runs, on every client there is. */
async function listening(context: CaseContext, act: (listeners: readonly Listener[]) => Promise<void>): Promise<void> {
  const listeners: Listener[] = [];
  try {
    for (const client of clientsOf(context)) listeners.push(await listen(client));
    await act(listeners);
    for (const { lost } of listeners) expectSame(lost, 0, 'how often a channel that is up was told to be lost');
  } finally {
    for (const { watch } of listeners) await watch.close();
  }
}

function clientsOf({ store, fixture }: CaseContext): readonly SessionStore[] {
  return [store, store, ...(fixture.secondStore === undefined ? [] : [fixture.secondStore])];
}

async function listen(client: SessionStore): Promise<Listener> {
  const heard = { changed: [] as string[], lost: 0 };
  const watcher: Watcher = {
    changed: (id) => void heard.changed.push(id),
    lost: () => {
      heard.lost += 1;
    },
  };
  const watch = await client.watch?.(watcher);
  expectThat(watch !== undefined, 'a client of this store cannot watch');
  return Object.assign(heard, { watch });
}

async function told(context: CaseContext): Promise<void> {
  const envelopes = [1, 2, 3].map((number) => newEnvelope(context.now, engineId(number)));
  await createAll(context.store, envelopes);
  await listening(context, async (listeners) => {
    const next = envelopes.map((envelope) => nextOf(envelope));
    expectSame(
      await context.store.replace(next, { announce: true }),
      next.map(() => 'written'),
      'the outcomes',
    );
    for (const { changed } of listeners) {
      await eventually(context, 'an announcement', () => next.every(({ id }) => changed.includes(id)));
    }
  });
}

async function notTold(context: CaseContext): Promise<void> {
  const { store, now } = context;
  const [quiet, stale, loud] = [1, 2, 3].map((number) => newEnvelope(now, engineId(number)));
  if (quiet === undefined || stale === undefined || loud === undefined) return;
  await createAll(store, [quiet, stale, loud]);
  await listening(context, async (listeners) => {
    await store.replace([nextOf(quiet)]);
    const outcomes = await store.replace([{ ...stale, revision: 9 }, nextOf(loud)], { announce: true });
    expectSame(outcomes, ['conflict', 'written'], 'the outcomes');
    for (const { changed, watch } of listeners) {
      await inTime(watch.check(), context, '`check`');
      expectSame(changed, [loud.id], 'what was told');
    }
  });
}

async function checked(context: CaseContext): Promise<void> {
  const { now } = context;
  const envelopes = Array.from({ length: 30 }, (_, index) => newEnvelope(now, engineId(index)));
  await createAll(context.store, envelopes);
  const clients = clientsOf(context);
  await listening(context, async (listeners) => {
    for (const [index, envelope] of envelopes.entries()) {
      await clients[index % clients.length]?.replace([nextOf(envelope)], { announce: true });
      for (const { changed, watch } of listeners) {
        await inTime(watch.check(), context, '`check`');
        expectThat(changed.includes(envelope.id), '`check` resolved before an announcement that came before it');
      }
    }
  });
}

async function hostileIds(context: CaseContext): Promise<void> {
  const ids = ['a b', 'a:b', '{a}', "a'b", 'a,b', '["a"]', '\u{1f600}', 'e\u0301', 'A', 'a', 'a\nb'];
  const envelopes = ids.map((id) => newEnvelope(context.now, id));
  await createAll(context.store, envelopes);
  await listening(context, async (listeners) => {
    await context.store.replace(
      envelopes.map((envelope) => nextOf(envelope)),
      { announce: true },
    );
    for (const { changed, watch } of listeners) {
      await inTime(watch.check(), context, '`check`');
      expectSame([...changed].sort(), [...ids].sort(), 'the ids told');
    }
  });
}

async function closed(context: CaseContext): Promise<void> {
  const { store, now } = context;
  const envelope = newEnvelope(now, engineId(1));
  await createAll(store, [envelope]);
  const closing = await listen(store);
  await listening(context, async (listeners) => {
    await closing.watch.close();
    await store.replace([nextOf(envelope)], { announce: true });
    for (const { watch } of listeners) await inTime(watch.check(), context, '`check`');
    expectSame(closing.changed, [], 'what was told after `close`');
    expectThat(
      listeners.every(({ changed }) => changed.includes(envelope.id)),
      'closing one watch closed another',
    );
  });
}
