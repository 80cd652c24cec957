import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCleanHistory, anEntry, WALL } from './clean-history.js';
import type { Entry, Promised, ViolationKind } from './entry.js';
import { lostByFailover, violations } from './history.js';
import { PROMISED } from './promises.js';

type Plant = (history: readonly Entry[]) => readonly Entry[];

const kindsOf = (history: readonly Entry[], promised: Promised = PROMISED) =>
  new Set(violations(history, promised).map(({ kind }) => kind));
const lastOf = (history: readonly Entry[]) => history.at(-1) as Entry;
const without = (history: readonly Entry[]) => history.filter(({ ended }) => ended === null);
const after = (history: readonly Entry[], gap: number, changes: Partial<Entry> = {}) =>
  anEntry({ handle: handleOf(history), invoked: lastOf(history).returned + gap, ...changes });

function handleOf(history: readonly Entry[]): string {
  return history.findLast(({ newHandle }) => newHandle !== null)?.newHandle ?? '';
}

function endedWith(history: readonly Entry[], code: string, gap: number): Entry {
  const invoked = lastOf(history).returned + gap;
  return after(history, gap, { effect: 'deny', reason: code, ended: { code, at: WALL + invoked + 1 } });
}

/** One wrong thing each, in a history that is right otherwise. */
const PLANTS: Readonly<Record<Exclude<ViolationKind, 'permit_after_loss'>, Plant>> = {
  permit_after_end: (history) => [...history, after(history, 5)],
  ended_by_nobody: (history) => [...without(history), endedWith(without(history), 'logout', 10)],
  end_changed: (history) => [...history, endedWith(history, 'logout', 10)],
  activity_lost: (history) => [...without(history), endedWith(without(history), 'idle_timeout', 1_500)],
  idle_overrun: (history) => [...without(history), after(without(history), 3_400)],
  handle_after_grace: (history) => [...without(history), after(without(history), 5, { handle: firstRotated(history) })],
  handle_revived: (history) => {
    const missed = after(without(history), 5, { effect: 'deny', reason: 'session_missing' });
    return [...without(history), missed, after([...without(history), missed], 5)];
  },
  session_lost: (history) => {
    return [...without(history), after(without(history), 5, { effect: 'deny', reason: 'session_missing' })];
  },
  double_rotation: (history) => {
    const rotation = history.find(({ refreshed }) => refreshed === 'rotated') as Entry;
    return [...history, { ...rotation, process: 7, returned: rotation.returned + 1 }];
  },
  unexpected_answer: (history) => [
    ...history,
    after(history, 5, { effect: 'indeterminate', reason: 'store_record_invalid' }),
  ],
};

function firstRotated(history: readonly Entry[]): string {
  return history.find(({ operation }) => operation === 'reauthenticate')?.handle ?? '';
}

describe('the checker of histories', () => {
  it('finds nothing in a history that is right', () => {
    fc.assert(
      fc.property(aCleanHistory, (history) => {
        expect(violations(history, PROMISED)).toEqual([]);
      }),
    );
  });

  it.each(Object.entries(PLANTS))('finds %s, whatever else happened', (kind, plant) => {
    fc.assert(
      fc.property(aCleanHistory, (history) => {
        expect([...kindsOf(plant(history))]).toContain(kind);
      }),
    );
  });

  it('does not mind the order in which processes tell', () => {
    const shuffled = aCleanHistory.chain((history) =>
      fc.shuffledSubarray([...history], { minLength: history.length, maxLength: history.length }),
    );
    fc.assert(
      fc.property(shuffled, (history) => {
        expect(violations(history, PROMISED)).toEqual([]);
      }),
    );
  });

  describe('allows for what nobody can know', () => {
    const start = anEntry({ invoked: 0, operation: 'start', handle: null, newHandle: 'h0' });
    const end = (changes: Partial<Entry>) =>
      anEntry({
        invoked: 100,
        operation: 'end',
        code: 'logout',
        effect: 'indeterminate',
        reason: 'store_timeout',
        ...changes,
      });

    it('an end whose outcome is unknown obliges nobody, and explains an end', () => {
      expect(kindsOf([start, end({}), anEntry({ invoked: 200 })]).size).toBe(0);
      expect(kindsOf([start, end({}), endedWith([start, end({})], 'logout', 300)]).size).toBe(0);
    });

    it('a request that was on its way when the end was acknowledged may go either way', () => {
      const ended = { code: 'logout', at: WALL + 101 };
      const done = end({ effect: 'deny', reason: 'logout', ended });
      expect(kindsOf([start, done, anEntry({ invoked: 101, returned: 500 })]).size).toBe(0);
      expect([...kindsOf([start, done, anEntry({ invoked: 103 })])]).toEqual(['permit_after_end']);
    });

    it('a copy in memory lags behind by its bound and not longer', () => {
      const done = end({ effect: 'deny', reason: 'logout', ended: { code: 'logout', at: WALL + 101 } });
      const cached = { ...PROMISED, revocationBound: 600 };
      expect(kindsOf([start, done, anEntry({ invoked: 701 })], cached).size).toBe(0);
      expect([...kindsOf([start, done, anEntry({ invoked: 703 })], cached)]).toEqual(['permit_after_end']);
    });

    it('logging out everywhere ends what had started before, and nothing else', () => {
      const sweep = anEntry({
        invoked: 100,
        operation: 'endAll',
        session: '',
        handle: null,
        code: 'logout_everywhere',
      });
      const late = anEntry({ invoked: 99, operation: 'start', session: 't', handle: null, newHandle: 't0' });
      expect([...kindsOf([start, sweep, anEntry({ invoked: 103 })])]).toEqual(['permit_after_end']);
      expect(kindsOf([late, sweep, anEntry({ invoked: 103, session: 't', handle: 't0' })]).size).toBe(0);
      expect([...kindsOf([{ ...start, subject: 'bob' }, sweep, anEntry({ invoked: 103, subject: 'bob' })])]).toEqual(
        [],
      );
    });

    it('a crash costs what was not yet recorded, and no more', () => {
      const active = anEntry({ invoked: 1_000, activity: 'user' });
      const idle = (at: number) => ({
        ...anEntry({ invoked: at, effect: 'deny', reason: 'idle_timeout' }),
        ended: { code: 'idle_timeout', at: WALL + at },
      });
      const slack = PROMISED.recordEvery + PROMISED.writeTime + PROMISED.clockLeeway;
      expect(kindsOf([start, active, idle(4_001 - slack)]).size).toBe(0);
      expect([...kindsOf([start, active, idle(3_999 - slack)])]).toEqual(['activity_lost']);
      expect(kindsOf([start, { ...active, effect: 'unknown' }, idle(3_000)]).size).toBe(0);
    });

    it('a store that lost everything has no sessions left, and gets none back', () => {
      const lost = { ...PROMISED, losses: [{ from: 500, to: 600 }] };
      const missing = anEntry({ invoked: 700, effect: 'deny', reason: 'session_missing' });
      expect(kindsOf([start, missing], lost).size).toBe(0);
      expect([...kindsOf([start, anEntry({ invoked: 601 })], lost)]).toEqual(['permit_after_loss']);
      expect(kindsOf([{ ...start, invoked: 610, returned: 612 }, anEntry({ invoked: 700 })], lost).size).toBe(0);
    });

    it('a failover explains what was acknowledged before it and is missed after it', () => {
      const done = end({ effect: 'deny', reason: 'logout', ended: { code: 'logout', at: WALL + 101 } });
      const found = violations([start, done, anEntry({ invoked: 900 })], PROMISED);
      expect(found).toHaveLength(1);
      expect(lostByFailover(found, [{ from: 500, to: 600 }])).toEqual(found);
      expect(lostByFailover(found, [{ from: 950, to: 990 }])).toEqual([]);
      expect(lostByFailover(found, [{ from: 50, to: 90 }])).toEqual([]);
    });
  });
});
