/** The code of docs/guide.md, as a program. It answers what it decided, so that a test can look. */
import { definePolicy, evaluate, evaluateWithCandidate, explain, limitsFor, startSession } from 'curfew';

export const policy = definePolicy({
  id: 'customer-web',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  warnBefore: '2m',
  conditions: [
    { when: { attributes: { role: ['admin'] } }, idleTimeout: '5m' },
    { when: { attention: 'hidden' }, idleTimeout: '10m' },
  ],
  operations: {
    'payment:create': { authenticatedWithin: '5m', assuranceLevel: 'aal2' },
  },
  risk: [{ signal: 'device_changed', then: 'end' }],
});

/** One visit: a click, a step-up for a payment, a long silence. */
export function visit(now: number) {
  const session = startSession(policy, {
    id: 's-1',
    subject: 'alice',
    at: now,
    context: { ip: '203.0.113.7', deviceId: 'd-1' },
    attributes: { role: 'customer' },
  });
  const clicked = evaluate(policy, session, { type: 'access', at: now + 60_000, activity: 'user' });
  const asked = evaluate(policy, clicked.session, {
    type: 'access',
    at: now + 120_000,
    activity: 'user',
    operation: 'payment:create',
  });
  const proven = evaluate(policy, asked.session, {
    type: 'reauthenticated',
    at: now + 140_000,
    assuranceLevel: 'aal2',
  });
  const paid = evaluate(policy, proven.session, {
    type: 'access',
    at: now + 141_000,
    activity: 'user',
    operation: 'payment:create',
  });
  const late = { type: 'access', at: now + 141_000 + 15 * 60_000, activity: 'user' } as const;
  const stricter = definePolicy({ id: 'stricter', idleTimeout: '1m', absoluteTimeout: '8h' });
  return {
    effects: [clicked, asked, proven, paid].map(({ effect }) => effect),
    sentence: explain(policy, paid.session, late).sentence,
    adminIdle: limitsFor(policy, { attributes: { role: 'admin' } }).idleTimeout,
    wouldBe: evaluateWithCandidate(policy, stricter, clicked.session, { ...late, at: now + 300_000 }).wouldBe,
  };
}
