import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readInstant } from '../../src/replay/date-text.js';
import { clfTime } from './support.js';

const SPRING = Date.UTC(2026, 2, 29, 1);

const aMoment = fc.integer({ min: 1e11, max: 4_102_444_799_999 });

describe('readInstant', () => {
  it.each([
    ['2026-03-29T03:00:00+02:00', SPRING],
    ['2026-03-29T03:00:00+0200', SPRING],
    ['2026-03-29 03:00:00+02', SPRING],
    ['2026-03-29T01:00Z', SPRING],
    ['2026-03-29t01:00:00.123456789z', SPRING + 123],
    ['2026-03-29T01:00:00,5Z', SPRING + 500],
    ['Sun, 29 Mar 2026 01:00:00 GMT', SPRING],
    ['Sun, 29-Mar-2026 01:00:00 GMT', SPRING],
    ['29/Mar/2026:03:00:00 +0200', SPRING],
    [SPRING, SPRING],
    [SPRING / 1000, SPRING],
    [SPRING / 1000 + 0.25, SPRING + 250],
    [String(SPRING), SPRING],
    [`${SPRING / 1000}.250`, SPRING + 250],
    [0, 0],
    [99_999_999_999, 99_999_999_999_000],
    [100_000_000_000, 100_000_000_000],
  ])('reads %s', (value, instant) => {
    expect(readInstant(value)).toBe(instant);
  });

  it.each([
    ['2026-03-29T03:00:00', 'no zone'],
    ['2026-02-30T00:00:00Z', 'no such day'],
    ['2026-03-29T24:00:00Z', 'no such hour'],
    ['2026-03-29T00:00:00+15:00', 'no such offset'],
    ['2026-03-29T00:00:00+01:60', 'no such offset'],
    ['2026-03-29', 'no time'],
    ['Mon, 29 Mar 2026 01:00:00 GMT', 'another weekday'],
    ['Sun, 29 Mar 2026 01:00:00 CET', 'another zone'],
    ['Sun, 29-Mar 2026 01:00:00 GMT', 'mixed'],
    ['Sunday, 29-Mar-26 01:00:00 GMT', 'two digits for the year'],
    ['29/Foo/2026:03:00:00 +0200', 'no such month'],
    [-1, 'before 1970'],
    [Number.NaN, 'no number'],
    [9e15, 'after the last instant'],
    ['', 'nothing'],
    [null, 'nothing'],
    [{}, 'no text'],
    ['1'.repeat(10_000), 'too long'],
  ] as [unknown, string][])('refuses %s: %s', (value) => {
    expect(readInstant(value)).toBeNull();
  });

  it('reads what the host writes, in every format', () => {
    fc.assert(
      fc.property(aMoment, fc.integer({ min: -720, max: 840 }), (at, offset) => {
        const second = Math.floor(at / 1000) * 1000;
        expect(readInstant(new Date(at).toISOString())).toBe(at);
        expect(readInstant(new Date(at).toUTCString())).toBe(second);
        expect(readInstant(clfTime(at, offset))).toBe(second);
        expect(readInstant(at)).toBe(at);
        expect(readInstant(second / 1000)).toBe(second);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.anything(), (value) => void readInstant(value)));
  });
});
