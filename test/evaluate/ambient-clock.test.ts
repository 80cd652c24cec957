import FakeTimers from '@sinonjs/fake-timers';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/index.js';
import { background, minutes, play, policyWith, sessionOf, user } from './support.js';

/** The epoch, an ordinary day, and the ends of what a date can hold. */
const HOST_CLOCKS = [0, 1_767_225_600_000, 8.64e15, -8.64e15];

/** A short life, decided while the host's clock shows something else altogether. */
function decideWhile(now: number) {
  const clock = FakeTimers.install({ now });
  try {
    const policy = policyWith({ warnBefore: '2m', risk: [{ signal: 'ip_changed', then: 'challenge' }] });
    const session = sessionOf(policy, { context: { ip: '203.0.113.7' } });
    const decision = play(policy, session, user(minutes(1)), background(minutes(5)), user(minutes(14)));
    const explanation = explain(policy, decision.session, user(minutes(30)));
    return { text: JSON.stringify({ decision, explanation }), timers: clock.countTimers() };
  } finally {
    clock.uninstall();
  }
}

describe('the clock of the host', () => {
  it('has no part in a decision, and is never asked to wake anybody', () => {
    const outcomes = HOST_CLOCKS.map(decideWhile);
    expect(new Set(outcomes.map(({ text }) => text)).size).toBe(1);
    expect(outcomes.map(({ timers }) => timers)).toEqual(HOST_CLOCKS.map(() => 0));
  });
});
