import FakeTimers from '@sinonjs/fake-timers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/time/clock.js';
import { minutes, play, policyWith, sessionOf, user } from '../evaluate/support.js';

let clock: ReturnType<typeof FakeTimers.install>;

beforeEach(() => {
  clock = FakeTimers.install({ now: 1_000, toFake: ['Date', 'performance', 'setTimeout', 'setInterval'] });
});

afterEach(() => {
  clock.uninstall();
});

describe('the ambient clock', () => {
  it('is what systemClock reads', () => {
    expect(systemClock.now()).toBe(1_000);
    clock.tick(500);
    expect(systemClock.now()).toBe(1_500);
  });

  it('is nothing to a decision, whether it runs, jumps or stands in another year', () => {
    const policy = policyWith({ warnBefore: '2m' });
    const decide = () => play(policy, sessionOf(policy), user(minutes(5)), user(minutes(10)));
    const before = decide();
    clock.tick(minutes(60 * 24 * 400));
    expect(decide()).toEqual(before);
    clock.setSystemTime(0);
    expect(decide()).toEqual(before);
    expect(clock.countTimers()).toBe(0);
  });
});
