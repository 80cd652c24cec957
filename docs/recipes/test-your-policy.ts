/** The code of docs/testing.md: a policy, its laws, and a property of its own. */
import { definePolicy, evaluate } from 'curfew';
import { anEvent, aSession, manualClock, policyLaws } from 'curfew/testing';
import fc from 'fast-check';

export const policy = definePolicy({
  id: 'shop',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  operations: { 'payment:create': { authenticatedWithin: '5m', assuranceLevel: 'aal2' } },
});

/** For any test runner: `checkLaws((name, run) => test(name, run))`. */
export function checkLaws(test: (name: string, run: () => void) => void): void {
  for (const law of policyLaws(policy)) test(law.name, () => law.check({ runs: 200 }));
}

/** Nobody pays without a second factor, whatever happened before. Answers how many payments were permitted. */
export function checkPayments(): number {
  let paid = 0;
  fc.assert(
    fc.property(aSession(policy), anEvent(policy), (session, event) => {
      const decision = evaluate(policy, session, event);
      if (event.type !== 'access' || event.operation !== 'payment:create' || decision.effect !== 'permit') return true;
      paid += 1;
      return session.proofs.aal2 !== null;
    }),
    { numRuns: 10_000 },
  );
  return paid;
}

/** A quarter of an hour passes in no time. */
export function quarterOfAnHour(): number {
  const clock = manualClock(0);
  clock.advance(15 * 60_000);
  return clock.now();
}
