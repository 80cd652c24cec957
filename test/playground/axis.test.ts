import { describe, expect, it } from 'vitest';
import { exactClock, isZone, offsetAt, shiftsOf, ticksOf, wallClock } from '../../site/playground/axis.js';
import { STORIES } from '../../site/playground/stories/index.js';

const HOUR = 3_600_000;
const night = STORIES.find(({ id }) => id === 'night-shift')?.scenario ?? { start: 0, span: 0, zone: '' };
const labels = (axis: typeof night, most: number) => ticksOf(axis, most).map(({ label }) => label);

describe('the axis', () => {
  it('has round times of the wall clock', () => {
    const axis = { start: Date.UTC(2026, 2, 3, 9, 7), span: HOUR, zone: 'Europe/London' };
    expect(labels(axis, 7)).toEqual(['09:10', '09:20', '09:30', '09:40', '09:50', '10:00']);
    expect(labels(axis, 2)).toEqual(['09:30', '10:00']);
    expect(labels({ ...axis, span: 72 * HOUR }, 3)).toEqual(['Wed 00:00', 'Thu 00:00', 'Fri 00:00']);
    expect(labels({ ...axis, zone: 'Asia/Kolkata' }, 2)).toEqual(['15:00', '15:30']);
  });

  it('has the hour twice that the clocks go back', () => {
    expect(labels(night, 10).filter((label) => label === '02:00')).toHaveLength(2);
    expect(shiftsOf(night)).toEqual([{ at: 5 * HOUR, by: -HOUR, label: 'clocks go back an hour' }]);
    expect(wallClock(night, 8 * HOUR)).toBe('05:00');
    expect(wallClock(night, 5 * HOUR, true)).toBe('02:00:00');
    expect([exactClock(night, 8 * HOUR), exactClock(night, 8 * HOUR + 15_000)]).toEqual(['05:00', '05:00:15']);
  });

  it('and in spring leaves one out, to the minute', () => {
    const axis = { start: Date.UTC(2026, 2, 28, 22, 25), span: 400 * HOUR, zone: 'Europe/Berlin' };
    expect(shiftsOf(axis)).toEqual([{ at: 2 * HOUR + 35 * 60_000, by: HOUR, label: 'clocks go forward an hour' }]);
    expect(shiftsOf({ ...axis, zone: 'UTC' })).toEqual([]);
  });

  it('knows zones, and those that are none', () => {
    expect([offsetAt('UTC', 5), offsetAt('Asia/Kolkata', 5)]).toEqual([0, 5.5 * HOUR]);
    expect([isZone('Europe/Berlin'), isZone('Nowhere'), isZone('<b>')]).toEqual([true, false, false]);
  });
});
