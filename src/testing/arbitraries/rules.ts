import fc from 'fast-check';
import type { Rule, RuleFacts } from '../../core/rule.js';
import { NEVER } from '../../time/instant.js';

const MINUTE = 60_000;

/** Permits only in the first part of every period, as opening hours do. */
function openingHours(period: number, open: number): Rule<{ period: number; open: number }> {
  return {
    id: 'opening_hours',
    version: 1,
    settings: { period, open },
    limit: 'closing_time',
    evaluate({ now }, settings) {
      const start = now - (now % settings.period);
      if (now < start + settings.open) return start + settings.open;
      return { effect: 'deny', code: 'closed', since: start + settings.open };
    },
  };
}

/** Asks for a strong proof that is not too old. */
function freshProof(within: number): Rule<{ within: number }> {
  return {
    id: 'fresh_proof',
    version: 2,
    settings: { within },
    evaluate({ proofs, authenticatedAt, now }, settings) {
      const until = (proofs.aal2 ?? authenticatedAt) + settings.within;
      if (now < until) return until;
      return { effect: 'challenge', code: 'proof_stale', maxAge: settings.within, assuranceLevel: 'aal2' };
    },
  };
}

/** Ends a session some time after its login. */
function hardStop(length: number): Rule<{ length: number }> {
  return {
    id: 'hard_stop',
    version: 1,
    settings: { length },
    ends: true,
    evaluate({ session, now }, settings) {
      const until = session.createdAt + settings.length;
      return now < until ? until : { effect: 'deny', code: 'stopped', since: until };
    },
  };
}

/** Only remarks on something. */
const remark: Rule<null> = {
  id: 'remark',
  version: 1,
  settings: null,
  evaluate({ context }: RuleFacts) {
    return context.country === 'FR' ? [{ effect: 'permit', code: 'abroad' }] : NEVER;
  },
};

/** Custom rules that keep their word: pure, exact to the millisecond, with settings that say what they do. */
export const aRule: fc.Arbitrary<Rule> = fc.oneof(
  fc.constantFrom(20, 30).map((open) => openingHours(40 * MINUTE, open * MINUTE) as unknown as Rule),
  fc.integer({ min: 5, max: 20 }).map((within) => freshProof(within * MINUTE) as unknown as Rule),
  fc.integer({ min: 10, max: 35 }).map((length) => hardStop(length * MINUTE) as unknown as Rule),
  fc.constant(remark as unknown as Rule),
);

const NONSENSE: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  0,
  -1,
  1.5,
  'permit',
  true,
  {},
  { effect: 'indeterminate', code: 'x' },
  { effect: 'deny', code: 'Not Snake' },
  { effect: 'deny', code: 'fine', since: Number.NaN },
  { effect: 'challenge', code: 'fine', maxAge: -1 },
  { effect: 'challenge', code: 'fine', assuranceLevel: 'aal4' },
  [{ effect: 'deny', code: 'fine' }, null],
  Promise.resolve(NEVER),
];

/** Custom rules that throw or answer nonsense, and must deny without ending anything. */
export const BROKEN_RULES: readonly Rule[] = [...NONSENSE.keys(), NONSENSE.length].map((index) => ({
  id: 'broken',
  version: 1,
  settings: index,
  ends: true,
  evaluate() {
    if (index === NONSENSE.length) throw new Error('a rule that throws');
    return NONSENSE[index] as never;
  },
}));

/** One of the broken rules. */
export const aBrokenRule: fc.Arbitrary<Rule> = fc.constantFrom(...BROKEN_RULES);
