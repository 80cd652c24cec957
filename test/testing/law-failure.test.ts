import { expect, it } from 'vitest';
import { definePolicy, NEVER, type Rule } from '../../src/index.js';
import { lawsFor, policyLaws } from '../../src/testing/index.js';

/** Draws lots. */
function moody(): Rule {
  let asked = 0;
  const evaluate: Rule['evaluate'] = () => (asked++ % 2 === 0 ? NEVER : { effect: 'challenge', code: 'moody' });
  return { id: 'moody', version: 1, settings: null, evaluate };
}

const policy = definePolicy({ id: 'customer-web', idleTimeout: '15m', absoluteTimeout: '8h' }, { rules: [moody()] });

function messageOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the law held');
}

it('a law that fails says first what a person needs: which law, what is wrong, the events; and the policy last', () => {
  const law = policyLaws(policy).find(({ name }) => name === 'pure');
  const message = messageOf(() => law?.check({ runs: 50, seed: 7 }));
  const [title, wrong, statement, again, login, ...rest] = message.split('\n');
  expect(title).toBe('the law `pure` does not hold (seed 7)');
  expect(wrong).toMatch(/^ {2}event \d+: \S/);
  expect(statement).toBe(`  promised: ${law?.statement}`);
  expect(again).toBe('  the same again: law.check({ runs: 50, seed: 7 })');
  expect(login).toMatch(/^ {2}login: \{"id":/);
  const events = rest.filter((line) => /^ {2}event \d+: \{"type":/.test(line));
  expect(events.length).toBeGreaterThan(Number(/event (\d+)/.exec(wrong ?? '')?.[1]));
  const last = rest.at(-1) ?? '';
  expect(last).toMatch(/^ {2}policy: \{"id":"customer-web",/);
  expect(JSON.parse(last.slice('  policy: '.length))).toMatchObject({
    limits: policy.limits,
    rules: [{ id: 'moody' }],
  });
});

it('the other policy is shown where the law changes policies, and there only', () => {
  const revived = lawsFor((one, session, event) => ({
    effect: 'permit',
    session: { ...session, recordedAt: Math.max(session.recordedAt, event.at), policy: one.fingerprint },
    reasons: [],
    refresh: null,
    until: NEVER,
    warnAt: NEVER,
    boundBy: null,
  }));
  const broken = (name: string) => {
    const law = revived.find((one) => one.name === name);
    // a seed whose counterexample needs the other policy
    return messageOf(() => law?.check({ runs: 200, seed: 2 }));
  };
  expect(broken('looseningNeverRevives')).toMatch(/\n {2}another policy: \{"id":/);
  expect(broken('timeCannotHelp')).not.toContain('another policy');
});
