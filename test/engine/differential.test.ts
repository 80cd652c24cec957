import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, byId, type Engine, type RefreshAnswer } from '../../src/engine/index.js';
import { readRecord } from '../../src/engine/record.js';
import {
  type CandidateDecision,
  type Decision,
  evaluate,
  evaluateWithCandidate,
  type Policy,
  type Session,
  type SessionEvent,
} from '../../src/index.js';
import { aLogin, aPolicy, aTimeline } from '../../src/testing/index.js';
import { aWorld, BEGIN, MINUTE, policyWith, runs, testStore } from './support.js';

/** Asks an engine what a timeline says, and keeps the handle that the client is given. */
async function ask(engine: Engine, client: { handle: string }, event: SessionEvent): Promise<Answer | RefreshAnswer> {
  const { handle } = client;
  switch (event.type) {
    case 'access':
      return engine.access(handle, event);
    case 'operation_finished':
      return engine.finish(handle, event.operation);
    case 'signal':
      return engine.signal(handle, event);
    case 'token_refreshed':
      return engine.refresh(handle, event.generation, event.context);
    case 'revoked':
      return engine.end(handle, event);
    case 'reauthenticated':
    case 'attributes_changed': {
      const answer = await (event.type === 'reauthenticated'
        ? engine.reauthenticate(handle, event)
        : engine.changeAttributes(handle, event.attributes));
      const { handle: next, ...rest } = answer;
      client.handle = next ?? handle;
      return rest as Answer;
    }
  }
}

/** The events as an engine meets them: one after the other; reports alone may be about earlier. */
function asMet(
  events: readonly SessionEvent[],
  shift: number,
): { readonly event: SessionEvent; readonly now: number }[] {
  let latest = 0;
  return events.map((event) => {
    const at = event.at + shift;
    latest = Math.max(latest, at, BEGIN);
    return { event: { ...event, at: event.type === 'signal' ? at : latest } as SessionEvent, now: latest };
  });
}

const aScene = aPolicy().chain((policy) =>
  fc.record({ policy: fc.constant(policy), login: aLogin(policy), events: aTimeline(policy, { length: 16 }) }),
);
const START = 600 * MINUTE;
const noCandidate = null as Policy | null;

async function compare(
  policy: Policy,
  login: { readonly id: string; readonly at: number; readonly subject: string },
  events: readonly SessionEvent[],
  engines: readonly { readonly recordEvery: number }[],
  { candidate = noCandidate, flushes = [] as readonly number[] } = {},
): Promise<void> {
  const world = aWorld();
  const store = testStore();
  const all = engines.map(({ recordEvery }) =>
    world.engine({ store, policy, recordEvery, handleGrace: 0, ...(candidate && { candidate }) }),
  );
  const { id: _id, at: _at, ...stated } = login;
  const started = await (all[0] as Engine).start(stated as Parameters<Engine['start']>[0]);
  if (started.effect !== 'permit') throw new Error('a login without a limit on sessions is admitted');
  const client = { handle: started.handle };
  let session: Session = started.session;
  const decide = (event: SessionEvent): Decision | CandidateDecision =>
    candidate ? evaluateWithCandidate(policy, candidate, session, event) : evaluate(policy, session, event);
  for (const [index, { event, now }] of asMet(events, BEGIN - START).entries()) {
    await world.advance(now - BEGIN - world.elapsed());
    const expected = decide(event);
    const engine = all[index % all.length] as Engine;
    const answer = await ask(engine, client, event);
    expect(answer).toEqual(expected);
    session = expected.session;
    // what nobody knows but one process is written before another is asked
    if (flushes.includes(index) || all.length > 1) await engine.flush();
  }
  for (const engine of all) await engine.flush();
  expect(readRecord(await store.envelope(started.session.id)).session).toEqual(session);
  expect(await (all[0] as Engine).peek(byId(started.session.id))).toMatchObject({ session });
  expect(all.flatMap((engine) => engine.faults())).toEqual([]);
}

const unlimited = (policy: Policy): Policy => ({ ...policy, concurrency: null });

describe('an engine answers what the pure function decides, and stores what it says', () => {
  it('writing each activity at once', async () => {
    await fc.assert(
      fc.asyncProperty(aScene, ({ policy, login, events }) =>
        compare(unlimited(policy), login, events, [{ recordEvery: 0 }]),
      ),
      runs(300),
    );
  });

  it('writing behind, flushing now and then', async () => {
    await fc.assert(
      fc.asyncProperty(aScene, fc.array(fc.nat({ max: 15 })), ({ policy, login, events }, flushes) =>
        compare(unlimited(policy), login, events, [{ recordEvery: MINUTE }], { flushes }),
      ),
      runs(300),
    );
  });

  it('with a candidate that only tells', async () => {
    await fc.assert(
      fc.asyncProperty(aScene, aPolicy(), fc.constantFrom(0, MINUTE), ({ policy, login, events }, candidate, every) =>
        compare(unlimited(policy), login, events, [{ recordEvery: every }], { candidate: unlimited(candidate) }),
      ),
      runs(200),
    );
  });

  it('with a candidate that permits what the policy challenges', async () => {
    // a timeline that chance found: the activity of a challenged request was merged twice
    const world = aWorld();
    const store = testStore();
    const policy = policyWith({ idleTimeout: 'unlimited', reauthentication: { after: '10m' } });
    const candidate = policyWith({ idleTimeout: '6m' });
    const engine = world.engine({ store, policy, candidate, recordEvery: MINUTE });
    const started = await engine.start({ subject: 'alice', authenticatedAt: BEGIN - 11 * MINUTE });
    if (started.effect !== 'permit') throw new Error('not started');
    let { session } = started as { session: Session };
    for (const activity of ['user', 'user', 'background'] as const) {
      const event = { type: 'access', at: BEGIN + world.elapsed(), activity } as const;
      session = evaluateWithCandidate(policy, candidate, session, event).session;
      expect((await engine.access(started.handle, event)).session).toEqual(session);
      if (session.candidate?.stamps.idle === BEGIN + 6 * MINUTE) await world.advance(2_500);
    }
    await engine.flush();
    expect(readRecord(await store.envelope(session.id)).session).toEqual(session);
  });

  it('through three engines in turn', async () => {
    await fc.assert(
      fc.asyncProperty(aScene, ({ policy, login, events }) =>
        compare(unlimited(policy), login, events, [
          { recordEvery: MINUTE },
          { recordEvery: 0 },
          { recordEvery: MINUTE },
        ]),
      ),
      runs(200),
    );
  });
});

describe('two engines that write behind at their leisure', () => {
  const policy = policyWith({ idleTimeout: '10m', absoluteTimeout: '60m', tokens: { refreshGrace: '1m' } });
  const kind = fc.constantFrom('user', 'user', 'user', 'poll', 'refresh', 'flush', 'end');
  const aStep = fc.record({
    kind: fc.oneof({ weight: 9, arbitrary: kind.filter((one) => one !== 'end') }, kind),
    who: fc.nat({ max: 1 }),
    wait: fc.constantFrom(0, 1, 1_000, 30_000, 59_999, 60_000, 5 * MINUTE, 9 * MINUTE, 10 * MINUTE - 1, 10 * MINUTE),
  });

  it('give the same effects as one history, and in the end there is the same session', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 20 }), async (steps) => {
        const world = aWorld();
        const store = testStore();
        const engines = [world.engine({ store, policy }), world.engine({ store, policy })] as const;
        const started = await engines[0].start({ subject: 'alice' });
        if (started.effect !== 'permit') throw new Error('not admitted');
        const { handle } = started;
        let session = started.session;
        for (const { kind: what, who, wait } of steps) {
          await world.advance(wait);
          const at = BEGIN + world.elapsed();
          const engine = engines[who] as Engine;
          if (what === 'flush') {
            await engine.flush();
            continue;
          }
          const event: SessionEvent =
            what === 'refresh'
              ? { type: 'token_refreshed', at, generation: session.refresh.generation }
              : what === 'end'
                ? { type: 'revoked', at, code: 'logout' }
                : { type: 'access', at, activity: what === 'user' ? 'user' : 'background' };
          const expected = evaluate(policy, session, event);
          session = expected.session;
          expect((await ask(engine, { handle }, event)).effect).toBe(expected.effect);
        }
        for (const engine of engines) await engine.flush();
        const stored = readRecord(await store.envelope(session.id)).session;
        const { lastActivityAt, stamps, refresh, ended } = session;
        // nobody is told of activity after an end that another process has decided
        if (ended === null) expect(stored).toMatchObject({ lastActivityAt, stamps, refresh, ended });
        else expect(stored.ended).toEqual(ended);
      }),
      runs(300),
    );
  });
});
