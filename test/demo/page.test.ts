import { describe, expect, it } from 'vitest';
import { placeOf, ticksOf, timelineOf } from '../../demo/page/timeline.js';
import { clockText, spoken, whyEnded } from '../../demo/page/words.js';
import { fieldProblems, PRESETS } from '../../demo/server/policy.js';
import { openStore } from '../../demo/server/store.js';
import type { LogEntry, SessionFacts } from '../../demo/shared.js';

const SESSION: SessionFacts = {
  id: 's-1',
  subject: 'alice',
  role: 'customer',
  createdAt: 1_000,
  lastActivityAt: 21_000,
  authenticatedAt: 1_000,
  assuranceLevel: 'aal1',
  idle: 81_000,
  absolute: 301_000,
  until: 81_000,
  warnAt: 56_000,
  boundBy: 'idle_timeout',
  limits: [],
  sentence: '',
  ended: null,
};

const entry = (part: Partial<LogEntry>): LogEntry => ({
  number: 1,
  at: 2_000,
  kind: 'decision',
  type: 'access',
  activity: 'user',
  operation: null,
  effect: 'permit',
  codes: [],
  sentence: 'Permitted.',
  sessionId: 's-1',
  subject: 'alice',
  request: 'POST /bank/visit',
  from: null,
  rules: [],
  limits: [],
  written: 'nothing',
  isOver: false,
  ...part,
});

describe('the timeline', () => {
  it('runs from the sign-in to the absolute limit, with the idle allowance and its warning', () => {
    const timeline = timelineOf(SESSION, [], 31_000);
    expect(timeline).toMatchObject({ from: 1_000, now: 31_000, idle: 81_000, absolute: 301_000 });
    expect(timeline.band).toEqual({ from: 21_000, to: 81_000, warnFrom: 56_000 });
    expect(timeline.to).toBeGreaterThan(301_000);
    expect(placeOf(timeline, 1_000)).toBe(0);
    expect(placeOf(timeline, 301_000)).toBeCloseTo(0.98, 2);
  });

  it('shows no warning in the idle allowance where another limit comes first', () => {
    const band = timelineOf({ ...SESSION, boundBy: 'absolute_timeout', warnAt: 30_000 }, [], 31_000).band;
    expect(band?.warnFrom).toBe(81_000);
  });

  it('stands still at the end of a session', () => {
    const ended = { code: 'logout', since: 50_000 };
    const timeline = timelineOf({ ...SESSION, ended }, [], 90_000);
    expect(timeline).toMatchObject({ now: 50_000, band: null, idle: null, ended: { at: 50_000, code: 'logout' } });
  });

  it('marks what happened to this session and to the policy, and nothing of other sessions', () => {
    const entries = [
      entry({ type: 'start' }),
      entry({}),
      entry({ activity: 'background' }),
      entry({ effect: 'challenge' }),
      entry({ type: 'reauthenticated', activity: null }),
      entry({ type: 'signal', activity: null }),
      entry({ effect: 'deny' }),
      entry({ kind: 'policy', sessionId: null }),
      entry({ kind: 'policy', sessionId: null, at: 500 }),
      entry({ sessionId: 's-2' }),
      entry({ kind: 'fault' }),
    ];
    const kinds = timelineOf(SESSION, entries, 31_000).marks.map(({ kind }) => kind);
    expect(kinds).toEqual(['start', 'user', 'background', 'challenge', 'proof', 'risk', 'risk', 'policy']);
  });

  it('draws where nothing ends the session, too', () => {
    const timeline = timelineOf({ ...SESSION, idle: null, absolute: null, warnAt: null }, [], 31_000);
    expect(timeline).toMatchObject({ band: null, idle: null, absolute: null });
    expect(timeline.to).toBeGreaterThan(31_000);
  });

  it('has round ticks, and never more than there is room for', () => {
    const timeline = timelineOf(SESSION, [], 31_000);
    expect(ticksOf(timeline, 12)).toEqual([0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300].map((s) => s * 1_000));
    for (const most of [2, 4, 9, 40]) expect(ticksOf(timeline, most).length).toBeLessThanOrEqual(most + 1);
  });
});

describe('the words', () => {
  it('count whole seconds, rounded up, so that 0:00 means that it is over', () => {
    const texts = [0, 1, 1_000, 59_001, 60_000, 3_600_000, -5].map(clockText);
    expect(texts).toEqual(['0:00', '0:01', '0:01', '1:00', '1:00', '1:00:00', '0:00']);
    expect([0, 59_400, 60_000, 65_000].map(spoken)).toEqual(['0 s', '59 s', '1 min', '1 min 5 s']);
  });

  it('say why for every code, known or not', () => {
    expect(whyEnded('idle_timeout')).toContain('idle limit');
    expect(whyEnded('of_my_own')).toContain('of_my_own');
    expect(whyEnded(null)).toContain('unknown');
  });
});

describe('the presets', () => {
  it.each(PRESETS)('$name is a policy, and warns at least 20 seconds before', ({ fields }) => {
    expect(fieldProblems(fields)).toEqual([]);
    expect(Number.parseInt(fields.warnBefore, 10)).toBeGreaterThanOrEqual(20);
  });
});

describe('the store', () => {
  it('is SQLite; without it memory, and says so', async () => {
    const { name, close } = await openStore(':memory:');
    expect(name).toMatch(/^SQLite \(better-sqlite3, in memory/);
    close();
    const none = await openStore(':memory:', [['broken', () => Promise.reject(new Error('no binary'))]]);
    expect(none.name).toBe('memory (no SQLite on this machine)');
    expect(await none.store.load(['nobody'])).toEqual([null]);
  });

  it('goes on in memory where the file cannot be written', async () => {
    const { name, close } = await openStore('/dev/null/sessions.db');
    expect(name).toContain('in memory');
    close();
  });
});
