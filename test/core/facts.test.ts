import { describe, expect, it } from 'vitest';
import { definePolicy, evaluate, NEVER, type Policy, type RuleFacts, type SessionEvent } from '../../src/index.js';
import { minutes, play, policyWith, said, sessionOf, user } from '../evaluate/support.js';

/** What a custom rule is shown of an event. */
function shown(event: object): RuleFacts {
  const seen: RuleFacts[] = [];
  const look = (facts: RuleFacts) => {
    seen.push(facts);
    return NEVER;
  };
  const rules = [{ id: 'mine', version: 1, settings: null, evaluate: look }];
  const policy = definePolicy({ id: 'test', idleTimeout: '15m', absoluteTimeout: '8h' }, { rules });
  evaluate(policy, sessionOf(policy, { context: { ip: '203.0.113.7' } }), event as SessionEvent);
  return seen[0] as RuleFacts;
}

describe('what an event states of its surroundings', () => {
  it('is taken from a request', () => {
    const facts = shown(user(1, { attention: 'hidden', context: { ip: '192.0.2.1' } }));
    expect([facts.attention, facts.context.ip]).toEqual(['hidden', '192.0.2.1']);
    expect(shown(user(1)).attention).toBe('visible');
  });

  it.each<object>([
    { type: 'signal', at: 1, signal: 'risk_level' },
    { type: 'operation_finished', at: 1, operation: 'export' },
    { type: 'attributes_changed', at: 1, attributes: {} },
    { type: 'revoked', at: 1, code: 'logout' },
  ])('is nothing in %j, whatever it holds', (event) => {
    const facts = shown({ ...event, attention: 'locked', context: { ip: '192.0.2.1' } });
    expect([facts.attention, facts.context.ip]).toEqual(['visible', '203.0.113.7']);
  });
});

describe('attributes', () => {
  const policy = policyWith();
  const session = sessionOf(policy, { attributes: { role: 'admin', plan: 1 } });
  const change = (at: number, attributes: Record<string, string | number>) =>
    play(policy, session, { type: 'attributes_changed', at, attributes }).session;

  it('are the same in another order, and others with another value', () => {
    expect(change(1, { plan: 1, role: 'admin' }).attributes).toBe(session.attributes);
    expect(change(1, { plan: 1, role: 'user' }).attributes).toEqual({ plan: 1, role: 'user' });
    expect(change(1, { plan: 1 }).attributes).toEqual({ plan: 1 });
  });
});

describe('limits that are none', () => {
  const policy = policyWith();
  const bare = { type: 'operation_finished', at: minutes(1), operation: 'export' } as const;

  it.each<[unknown, unknown]>([
    [0, minutes(480)],
    [minutes(15), 0],
    [-1, minutes(480)],
    [Number.NaN, minutes(480)],
    [minutes(15), undefined],
  ])('(%s, %s) decide nothing, and end nothing', (idleTimeout, absoluteTimeout) => {
    const broken = { ...policy, limits: { idleTimeout, absoluteTimeout } } as Policy;
    const decision = evaluate(broken, sessionOf(policy), bare);
    expect(said(decision)).toBe('indeterminate evaluation_failed');
  });
});
