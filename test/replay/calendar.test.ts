import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantFrom } from '../../src/replay/calendar.js';
import { clfTime, readLine } from './support.js';

const DAY = 86_400_000;

function read(time: string): number | string {
  const record = readLine(`h - - [${time}] "GET / HTTP/1.0" 200 1`);
  return typeof record === 'string' ? record : record.event.at;
}

describe('instantFrom', () => {
  it('agrees with the host calendar on every day of four centuries', () => {
    for (let at = 0; at < 400 * 366 * DAY; at += DAY) {
      const date = new Date(at);
      const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
      if (instantFrom(year, month, day, 0, 0, 0, 0) !== at) expect.fail(date.toISOString());
    }
  });

  it('refuses what the host calendar would carry over into the next month', () => {
    const part = fc.integer({ min: -1, max: 62 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1970, max: 9999 }),
        part,
        part,
        part,
        part,
        part,
        (year, month, day, hour, minute, second) => {
          const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
          const parts = [
            date.getUTCMonth() + 1,
            date.getUTCDate(),
            date.getUTCHours(),
            date.getUTCMinutes(),
            date.getUTCSeconds(),
          ];
          const isReal = parts.join() === [month, day, hour, minute, second].join();
          const isLeap = second === 60 && hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59;
          fc.pre(!isLeap);
          expect(instantFrom(year, month, day, hour, minute, second, 0)).toBe(isReal ? date.getTime() : null);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    [2000, 29],
    [1972, 29],
    [2024, 29],
    [2023, 28],
    [2100, 28],
  ])('gives February %i %i days', (year, days) => {
    expect(instantFrom(year, 2, days, 0, 0, 0, 0)).not.toBeNull();
    expect(instantFrom(year, 2, days + 1, 0, 0, 0, 0)).toBeNull();
  });

  it('takes a leap second as the first second of the next minute', () => {
    expect(instantFrom(2016, 12, 31, 23, 59, 60, 0)).toBe(Date.UTC(2017, 0, 1));
    expect(instantFrom(2016, 12, 31, 23, 59, 61, 0)).toBeNull();
  });

  it('knows offsets from -1200 to +1400 and no others', () => {
    const at = Date.UTC(2026, 0, 1);
    expect(read('01/Jan/2026:14:00:00 +1400')).toBe(at);
    expect(read('31/Dec/2025:12:00:00 -1200')).toBe(at);
    for (const zone of ['+1401', '-1201', '+0060', '+9999', ' 0000', '00000']) {
      expect(read(`01/Jan/2026:00:00:00 ${zone}`)).toBe('time_invalid');
    }
  });

  it('has no instants before 1970', () => {
    expect(instantFrom(1969, 12, 31, 23, 59, 59, 0)).toBeNull();
    expect(instantFrom(1970, 1, 1, 0, 0, 0, 1)).toBeNull();
    expect(instantFrom(1969, 12, 31, 23, 59, 0, -1)).toBe(0);
  });
});

describe('the time of a log line', () => {
  it('is right in every time zone around its changes, on leap days and at year ends', () => {
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      const offset = offsetsOf(zone);
      for (const at of instantsToTry(offset)) {
        const time = clfTime(at, offset(at));
        if (read(time) !== at) expect.fail(`${zone} ${time}`);
      }
    }
  }, 60_000);
});

/** A zone's offset from UTC in minutes, as the host knows it. */
function offsetsOf(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (at) => {
    const [, sign = '+', hours = '0', minutes = '0'] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(format.format(at)) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  };
}

function instantsToTry(offset: (at: number) => number): number[] {
  const instants = [
    Date.UTC(2024, 1, 29),
    Date.UTC(2024, 1, 29, 23, 59, 59),
    Date.UTC(2025, 11, 31, 23, 59, 59),
    Date.UTC(2026, 0, 1),
  ];
  for (let at = Date.UTC(2025, 0, 1); at < Date.UTC(2026, 0, 1); at += 7 * DAY) {
    if (offset(at) === offset(at + 7 * DAY)) continue;
    const change = changeBetween(offset, at, at + 7 * DAY);
    instants.push(change - 1000, change, change + 1000, change + 3_600_000);
  }
  return instants;
}

function changeBetween(offset: (at: number) => number, from: number, to: number): number {
  let [before, after] = [from, to];
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (offset(middle) === offset(from)) before = middle;
    else after = middle;
  }
  return after;
}
