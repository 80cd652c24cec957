import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRealInput, quietFor } from '../../src/browser/activity.js';
import type { SessionStatus } from '../../src/browser/index.js';
import { nextLookIn, phaseAt } from '../../src/browser/phase.js';
import { readStatus, readStatusHeader } from '../../src/browser/status.js';
import { steadyClock } from '../../src/browser/steady-clock.js';
import { fromTabs, toTabs } from '../../src/browser/tabs.js';
import type { SessionStatus as ServerStatus } from '../../src/http/index.js';
import { statusHeader } from '../../src/http/status-header.js';
import { aStatus, ENDED } from './support.js';

const some = fc.integer({ min: 1, max: 2 ** 33 });
const known = fc
  .record({ remainingMs: some, warnInMs: fc.option(some), canExtend: fc.boolean(), askedAt: some })
  .map(({ askedAt, ...facts }) => ({ ...aStatus(facts), askedAt }));

describe('the phase', () => {
  it('is over exactly when the time is, and never a warning then', () => {
    fc.assert(
      fc.property(known, some, (one, elapsed) => {
        const { phase, remainingMs } = phaseAt(one, one.askedAt + elapsed);
        expect(phase === 'unknown').toBe(elapsed >= (one.remainingMs as number));
        expect(remainingMs).toBe(Math.max(0, (one.remainingMs as number) - elapsed));
      }),
    );
  });

  it('warns for the last 20 seconds at least, and earlier if the policy does', () => {
    fc.assert(
      fc.property(known, some, (one, elapsed) => {
        const { phase, remainingMs } = phaseAt(one, one.askedAt + elapsed);
        fc.pre(phase !== 'unknown');
        const isDue = (remainingMs as number) <= 20_000 || (one.warnInMs ?? Number.MAX_VALUE) <= elapsed;
        expect(phase).toBe(isDue ? 'warning' : 'active');
      }),
    );
  });

  it('gives 20 seconds where the policy gives less', () => {
    const one = { ...aStatus({ remainingMs: 60_000, warnInMs: 59_000 }), askedAt: 0 };
    expect([39_999, 40_000].map((now) => phaseAt(one, now).phase)).toEqual(['active', 'warning']);
  });

  it('changes at no moment that nobody looks at', () => {
    fc.assert(
      fc.property(known, some, fc.double({ min: 0, max: 0.999, noNaN: true }), (one, elapsed, part) => {
        const at = one.askedAt + elapsed;
        const before = phaseAt(one, at);
        fc.pre(before.phase !== 'unknown');
        const between = phaseAt(one, at + Math.floor(nextLookIn(one, at) * part));
        expect(between.phase).toBe(before.phase);
      }),
    );
  });

  it('leaves an end and a lock as they are, however late it is', () => {
    expect(phaseAt({ ...ENDED, askedAt: 0 }, 1e12)).toMatchObject({ phase: 'ended', code: 'idle_timeout' });
    const locked = { ...aStatus({ state: 'locked', remainingMs: 0, code: 'reauthentication_due' }), askedAt: 0 };
    expect(phaseAt(locked, 5)).toMatchObject({ phase: 'locked', canExtend: false, code: 'reauthentication_due' });
    expect(nextLookIn(locked, 5)).toBeGreaterThan(1e12);
  });

  it('has no deadline where the server names none', () => {
    const one = { ...aStatus({ remainingMs: null, warnInMs: null }), askedAt: 0 };
    expect(phaseAt(one, 1e15)).toMatchObject({ phase: 'active', remainingMs: null });
  });

  it.each([
    ['where the server says so', {}, 0, true],
    ['where it says otherwise', { canExtend: false }, 0, false],
    ['once the time is up', {}, 900_000, false],
  ])('can be extended or not: %s', (_name, changes, now, canExtend) => {
    expect(phaseAt({ ...aStatus(changes), askedAt: 0 }, now).canExtend).toBe(canExtend);
  });
});

describe('a status from outside', () => {
  it('is the server’s own type', () => {
    const ours: SessionStatus = aStatus() as ServerStatus;
    expect(readStatus(ours)).toBe(ours);
  });

  it('is read from the header as it was written', () => {
    fc.assert(
      fc.property(known, ({ askedAt: _, ...status }) => {
        expect(readStatusHeader(statusHeader(status as ServerStatus))).toEqual(status);
      }),
    );
    expect(readStatusHeader('')).toBeNull();
    expect(readStatusHeader('state=active, remaining-ms=-5')).toBeNull();
  });

  it.each([
    ['no time', { ...aStatus(), remainingMs: undefined }],
    ['a time as text', { ...aStatus(), remainingMs: '900000' }],
    ['a time before', { ...aStatus(), remainingMs: -1 }],
    ['no number', { ...aStatus(), warnInMs: Number.NaN }],
    ['a state of another version', { ...aStatus(), state: 'paused' }],
    ['a list for a word', { ...aStatus(), code: [] }],
    ['a word for yes', { ...aStatus(), canExtend: 'yes' }],
    ['nothing', null],
    ['a page', '<!doctype html>'],
  ])('is refused: %s', (_name, value) => {
    expect(readStatus(value)).toBeNull();
  });
});

describe('the steady clock', () => {
  const step = fc.record({ awake: fc.nat(100_000), asleep: fc.nat(1e9), set: fc.integer({ min: -1e9, max: 1e9 }) });

  it('never runs slower than the monotonic clock, and counts sleep while nobody sets the wall clock back', () => {
    fc.assert(
      fc.property(fc.array(step), fc.boolean(), (steps, isSet) => {
        let monotonic = 5;
        let wall = 1e12;
        let real = 0;
        const now = steadyClock({ now: () => wall, monotonic: () => monotonic });
        const start = now();
        let last = start;
        for (const { awake, asleep, set } of steps) {
          monotonic += awake;
          wall += awake + asleep + (isSet ? set : 0);
          real += awake + (isSet ? 0 : asleep);
          expect(now()).toBeGreaterThanOrEqual(last);
          last = now();
        }
        if (isSet) expect(last - start).toBeGreaterThanOrEqual(real);
        else expect(last - start).toBe(real);
      }),
    );
  });

  it('counts a sleep after the wall clock was set back', () => {
    let wall = 1e12;
    const now = steadyClock({ now: () => wall, monotonic: () => 0 });
    const start = now();
    wall -= 3_600_000;
    expect(now() - start).toBe(0);
    wall += 60_000;
    expect(now() - start).toBe(60_000);
  });
});

describe('what tabs tell each other', () => {
  it('is never younger than it was', () => {
    fc.assert(
      fc.property(known, some, fc.nat(1e9), fc.integer({ min: -1e9, max: 1e9 }), (one, age, delay, set) => {
        const message = toTabs(one, one.askedAt + age, 1e12);
        const heard = fromTabs(message, 7_000, 1e12 + delay + set);
        expect(7_000 - (heard?.askedAt as number)).toBe(Math.max(age, age + delay + set));
      }),
    );
  });

  it.each([[null], ['hello'], [{ status: aStatus() }], [{ status: {}, age: 1, saidAt: 1 }]])('ignores %j', (one) => {
    expect(fromTabs(one, 0, 0)).toBeNull();
  });
});

describe('activity', () => {
  it.each([
    [{ isTrusted: true, type: 'keydown', key: 'a' }, true, true],
    [{ isTrusted: false, type: 'keydown', key: 'a' }, true, false],
    [{ isTrusted: true, type: 'keydown', key: 'Escape' }, true, false],
    [{ isTrusted: true, type: 'pointerup' }, false, false],
    [{ isTrusted: true, type: 'pointerup' }, undefined, true],
  ])('%j with activation %s is a person’s: %s', (event, isActive, expected) => {
    expect(isRealInput(event, isActive)).toBe(expected);
  });

  it('is reported at most ten times in an idle time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300_000, max: 1e9 }), (idle) => {
        expect(quietFor(idle)).toBe(idle / 10);
      }),
    );
  });
});
