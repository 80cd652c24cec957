import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/time/duration.js';
import { after, isInstant, NEVER } from '../../src/time/instant.js';

describe('parseDuration', () => {
  it.each([
    ['15m', 900_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['2w', 1_209_600_000],
    ['PT15M', 900_000],
    ['P1DT2H', 93_600_000],
    ['P1W', 604_800_000],
    ['PT0S', 0],
    ['P2W3DT4H5M6S', 1_483_506_000],
    [900_000, 900_000],
    [0, 0],
  ])('reads %j', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    '15 mins',
    '15',
    '',
    ' 15m',
    '15m ',
    '-15m',
    '1.5h',
    '15M',
    'PT',
    'P',
    'P1Y',
    'P1M',
    'PT1H1H',
    'P1DT',
    '1e3s',
    'unlimited',
    `${'1'.repeat(16)}s`,
    `${'9'.repeat(15)}w`,
    '1s'.repeat(60),
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    null,
    undefined,
    {},
    ['15m'],
    15n,
  ])('refuses %s', (value) => {
    expect(parseDuration(value)).toBeNull();
  });

  it('reads back what formatDuration writes, and writes it the shortest way up', () => {
    fc.assert(
      fc.property(fc.nat({ max: 400 * 86_400_000 }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
      }),
    );
    expect([0, 999, 60_000, 90_061_001].map(formatDuration)).toEqual(['0s', '999ms', '1m', '1d1h1m1s1ms']);
  });
});

describe('instants', () => {
  it('are whole milliseconds from the epoch to the last date there is', () => {
    expect([0, 1, NEVER].every(isInstant)).toBe(true);
    const others = [-1, 0.5, NEVER + 2, Number.NaN, Number.POSITIVE_INFINITY, '0', null, undefined, 1n, [5], {}, true];
    expect(others.some(isInstant)).toBe(false);
  });

  it('never go past NEVER', () => {
    expect(after(5, 10)).toBe(15);
    expect(after(NEVER, NEVER)).toBe(NEVER);
    expect(new Date(NEVER).getTime()).toBe(NEVER);
    expect(new Date(NEVER + 1).getTime()).toBeNaN();
  });
});
