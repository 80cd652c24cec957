import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateTraffic } from '../../scripts/generate-traffic.js';
import { definePolicy } from '../../src/index.js';
import { createTuning, type LogRecord, replay, type Target, type TuneOptions } from '../../src/replay/index.js';
import { idleCurve, pointAt } from '../../src/replay/tune/curve.js';
import { createGapCounter } from '../../src/replay/tune/gaps.js';
import { wilson } from '../../src/replay/tune/interval.js';
import { clfTime } from './support.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 29, 8);
const WEB = definePolicy({ id: 'web', idleTimeout: '15m', absoluteTimeout: 'unlimited' });

const line = (visitor: string, at: number, path = '/') =>
  `${visitor} - - [${clfTime(START + at)}] "GET ${path} HTTP/1.1" 200 5`;

function tune(lines: Iterable<string>, target: Target, policy = WEB, options: TuneOptions = {}) {
  const tuning = createTuning(policy, target, { background: /^\/api\//, ...options });
  for (const one of lines) tuning.write(Buffer.from(`${one}\n`));
  return tuning.finish();
}

/** A few hundred visitors who come back after pauses between two and twenty minutes, for some days. */
function* visits(visitors: number, days: number, minutes?: number): Generator<string> {
  const requests: [number, string][] = [];
  for (let day = 0; day < days; day++) {
    for (let visitor = 0; visitor < visitors; visitor++) {
      const start = (day * 1440 + ((visitor * 37) % 600)) * MINUTE;
      const pause = (minutes ?? 2 + ((visitor * 7 + day * 3) % 19)) * MINUTE;
      requests.push([start, `v${visitor}`], [start + pause, `v${visitor}`]);
    }
  }
  for (const [at, visitor] of requests.sort(([a], [b]) => a - b)) yield line(visitor, at);
}

const aLog = fc
  .array(
    fc.record({
      visitor: fc.constantFrom('a', 'b', 'c', 'd'),
      pause: fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 2500 }), fc.constantFrom(60, 300, 360, 600, 899, 900, 901)),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let second = 0;
    return steps.map(({ visitor, pause }) => {
      second += pause;
      return { visitor, at: second * 1000 };
    });
  });

describe('the curve over idle limits', () => {
  it('says of every limit what a replay with it alone says', async () => {
    const limits = [1, 2, 5, 6, 10, 15, 30, 60];
    await fc.assert(
      fc.asyncProperty(aLog, fc.constantFrom(...limits), async (requests, limit) => {
        const lines = requests.map(({ visitor, at }) => line(visitor, at));
        const policy = definePolicy({ id: 'p', idleTimeout: limit * MINUTE, absoluteTimeout: 'unlimited' });
        const { sessions, dropOffs, open, unattendedTime } = await replay(policy, lines);
        const gaps = createGapCounter();
        for (const { visitor, at } of requests) gaps.add(accessOf(visitor, START + at, 'user'));
        const point = pointAt(idleCurve(gaps.finish()), limit);
        expect(point).toMatchObject({ sessions, dropOffs, ended: sessions - open, unattended: unattendedTime });
      }),
      { numRuns: 300 },
    );
  });

  it('says of the people what a replay says, also where programs come and go', async () => {
    const at = (minutes: number) => line('a', minutes * MINUTE);
    const poll = (minutes: number) => line('a', minutes * MINUTE, '/api/poll');
    // the tab's own sessions end shortly before the person is back, an hour after being logged out
    const away = [at(0), ...[10, 30, 50].map(poll), at(62)];
    // logged out at 5, back at 8, while the tab has a session of its own
    const back = [at(100), poll(106), at(108)];
    const policy = definePolicy({ id: 'p', idleTimeout: '5m', absoluteTimeout: 'unlimited' });
    const { dropOffs } = await replay(policy, [...away, ...back], { background: /api/ });
    const point = tune([...away, ...back], { name: 'drop-offs', rate: 0.5 }).curve.find(
      ({ idleTimeout }) => idleTimeout === 5 * MINUTE,
    );
    expect([dropOffs, point?.dropOffs]).toEqual([1, 1]);
  });

  it('counts the part of an unattended session that a forgotten tab filled', () => {
    const gaps = createGapCounter();
    const at = (minute: number, activity: 'user' | 'background' = 'user') =>
      gaps.add(accessOf('a', START + minute * MINUTE, activity));
    at(0);
    for (let minute = 1; minute <= 40; minute++) at(minute, 'background');
    at(60);
    at(61, 'background');
    at(62);
    const curve = idleCurve(gaps.finish());
    const found = [1, 2, 30, 45, 60, 61].map((limit) => pointAt(curve, limit));
    // who came back before the limit had not left: after 2 minutes, and after an hour
    expect(found.map(({ passive, passiveSessions }) => [passive / MINUTE, passiveSessions])).toEqual([
      [2, 2],
      [3, 2],
      [30, 1],
      [40, 1],
      [40, 1],
      [0, 0],
    ]);
  });

  it('starts anew after a logout, and forgets nobody too early', () => {
    const gaps = createGapCounter();
    gaps.add(accessOf('a', START, 'user'));
    gaps.add({ visitor: 'a', event: { type: 'revoked', at: START + 5 * MINUTE, code: 'logout' }, attributes: null });
    gaps.add(accessOf('a', START + 6 * MINUTE, 'user'));
    gaps.add(accessOf('b', START + 3 * 1440 * MINUTE, 'user'));
    gaps.add(accessOf('a', START + 4 * 1440 * MINUTE, 'user'));
    const curve = idleCurve(gaps.finish());
    expect(pointAt(curve, 10)).toMatchObject({ sessions: 4, ended: 3, dropOffs: 0, unattended: 25 * MINUTE });
  });
});

function accessOf(visitor: string, at: number, activity: 'user' | 'background'): LogRecord {
  return { visitor, event: { type: 'access', at, activity }, attributes: null };
}

describe('createTuning', () => {
  it('recommends the shortest limit that cuts off no more people than the target says', () => {
    const { advice, curve } = tune(visits(400, 10), { name: 'drop-offs', rate: 0.05 });
    if (advice.outcome !== 'recommended') throw new Error(JSON.stringify(advice));
    const { idleTimeout, point, interval, meetsTarget, boundBy } = advice.recommendation;
    expect({ meetsTarget, boundBy }).toEqual({ meetsTarget: true, boundBy: 'target' });
    expect(point.dropOffRate).toBeLessThanOrEqual(0.05);
    const shorter = curve.filter((one) => one.idleTimeout < idleTimeout);
    expect(shorter.length).toBeGreaterThan(3);
    expect(shorter.every((one) => one.dropOffRate > 0.05)).toBe(true);
    expect(interval.low).toBeLessThanOrEqual(point.dropOffRate);
    expect(interval.high).toBeGreaterThanOrEqual(point.dropOffRate);
  });

  it('recommends the longest limit that leaves sessions open for no longer than the target says', () => {
    const { advice } = tune(visits(400, 10), { name: 'unattended', mean: 9 * MINUTE });
    expect(advice).toMatchObject({
      outcome: 'recommended',
      recommendation: { idleTimeout: 9 * MINUTE, meetsTarget: true, isSure: true },
    });
  });

  it('stays within the whole ceiling, and says what stops it and what no limit can mend', () => {
    const ceiling = definePolicy({
      id: 'org',
      idleTimeout: '2h',
      absoluteTimeout: 'unlimited',
      conditions: [{ when: { attributes: { role: ['admin'] } }, idleTimeout: '6m' }],
      risk: [{ signal: 'ip_changed', then: 'challenge' }],
    });
    const target = { name: 'drop-offs', rate: 0.05 } as const;
    const { advice, caveats } = tune(visits(400, 10), target, WEB, { ceiling });
    expect(advice).toMatchObject({ recommendation: { idleTimeout: 6 * MINUTE, boundBy: 'ceiling' } });
    expect(caveats.filter((caveat) => caveat.includes('ceiling'))).toEqual([
      expect.stringMatching(/^looser than the ceiling whatever the idle limit, at \/risk: /),
      expect.stringMatching(/^a longer limit would be looser than the ceiling, at \/conditions: .*role is admin/),
    ]);
  });

  it('says where people are logged out too early to count as cut off', () => {
    const { advice, caveats } = tune(visits(400, 10, 10), { name: 'drop-offs', rate: 0.05 });
    expect(advice).toMatchObject({ recommendation: { idleTimeout: MINUTE } });
    expect(caveats).toContainEqual(expect.stringContaining('limits from 6m to 10m cut off more than the target'));
  });

  it('recommends nothing longer than the ceiling, and says so', () => {
    const ceiling = definePolicy({ id: 'org', idleTimeout: '4m', absoluteTimeout: '8h' });
    const { advice } = tune(visits(400, 10), { name: 'drop-offs', rate: 0.05 }, WEB, { ceiling });
    expect(advice).toMatchObject({
      recommendation: { idleTimeout: 4 * MINUTE, meetsTarget: false, isSure: false, boundBy: 'ceiling' },
    });
    const warning = definePolicy({ ...DOCUMENT, warnBefore: '5m' });
    expect(() => tune([], { name: 'drop-offs', rate: 0.05 }, warning, { ceiling })).toThrow(
      expect.objectContaining({ code: 'no_limit_possible' }),
    );
  });

  it('proposes nothing that the policy would refuse', () => {
    const warning = definePolicy({ ...DOCUMENT, warnBefore: '12m' });
    const { advice, caveats } = tune(visits(400, 10), { name: 'unattended', mean: 3 * MINUTE }, warning);
    // and nothing that would warn people for more than half of it
    expect(advice).toMatchObject({ recommendation: { idleTimeout: 24 * MINUTE, meetsTarget: false } });
    expect(caveats).toContainEqual(expect.stringContaining('limits below 24m are not proposed'));
    const brief = definePolicy({ ...DOCUMENT, warnBefore: '1m' });
    expect(tune(visits(400, 10), { name: 'unattended', mean: 3 * MINUTE }, brief).caveats).toEqual([]);
  });

  it('is not sure of a log whose instants are coarse', () => {
    const { advice, caveats } = tune(visits(400, 10, 53), { name: 'drop-offs', rate: 0.05 });
    expect(advice).toMatchObject({ recommendation: { idleTimeout: MINUTE, meetsTarget: true, isSure: false } });
    expect(caveats).toContainEqual(expect.stringContaining('no pause of this log lies between 1m and 53m'));
    const fine = tune(visits(400, 10), { name: 'unattended', mean: 9 * MINUTE });
    expect(fine.caveats).toEqual([]);
  });

  it('refuses where the log is too small, and says how much is needed', () => {
    const { advice } = tune(visits(20, 1), { name: 'drop-offs', rate: 0.01 });
    if (advice.outcome !== 'too_little_data') throw new Error('it should have refused');
    expect(advice.shortages.map(({ code }) => code)).toEqual(['too_few_visitors', 'too_few_sessions']);
    const [, sessions] = advice.shortages;
    // 1.96² · 0.99 / (0.5² · 0.01), for visitors who are as different as can be
    expect(sessions?.needed).toBeGreaterThanOrEqual(1522);
    expect(sessions?.message).toContain('sessions are needed');
    const short = tune([...visits(400, 1)].slice(0, 200), { name: 'unattended', mean: 60 * MINUTE });
    expect(short.advice).toMatchObject({ shortages: [{ code: 'log_too_short' }] });
  });

  it('names tabs that were forgotten, and people who come like clockwork', () => {
    const polls = Array.from({ length: 60 }, (_, minute) => line('tab', minute * MINUTE, '/api/poll'));
    const robot = Array.from({ length: 100 }, (_, index) => line('robot', index * 30_000));
    const person = [0, 20, 90, 95, 400].map((second) => line('person', second * 1000));
    const lines = [line('tab', 0), ...polls, ...robot, ...person];
    const { offenders } = tune(lines, { name: 'drop-offs', rate: 0.01 }, WEB, { reorder: 2 ** 40 });
    expect(offenders).toEqual([
      { visitor: 'robot', requests: 100, background: 0, clockwork: 98, passiveTime: 0 },
      { visitor: 'tab', requests: 61, background: 60, clockwork: 0, passiveTime: 59 * MINUTE },
    ]);
  });

  it('says what the curve knows nothing of', () => {
    const policy = definePolicy({
      ...DOCUMENT,
      absoluteTimeout: '8h',
      conditions: [{ when: { attributes: { role: ['admin'] } }, idleTimeout: '5m' }],
    });
    const { caveats } = tune(generateTraffic({ people: 3, days: 1 }), { name: 'drop-offs', rate: 0.01 }, policy);
    expect(caveats).toHaveLength(2);
    expect(tune([], { name: 'drop-offs', rate: 0.01 }).caveats).toEqual([]);
  });
});

const DOCUMENT = { id: 'web', idleTimeout: '15m', absoluteTimeout: 'unlimited' } as const;

it('the interval of a rate is that of the textbook', () => {
  const { low, high } = wilson(10, 1000);
  expect([low, high].map((value) => value.toFixed(5))).toEqual(['0.00544', '0.01831']);
  expect(wilson(0, 50).high).toBeCloseTo(0.07135, 4);
});
