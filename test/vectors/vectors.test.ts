import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/evaluate.js';
import { referenceEvaluate } from '../../src/testing/reference-evaluator.js';
import { checkVectors, type Vector } from '../../src/testing/vectors.js';

const directory = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(directory).filter((name) => name.endsWith('.json'));
const vectors = files.map((name) => [name, JSON.parse(readFileSync(directory + name, 'utf8')) as Vector[]] as const);
const all = vectors.flatMap(([, some]) => some);

/** What `evaluate` can say of itself; `concurrency_limit` is a revocation, the last two come from elsewhere. */
const CODES = [
  'idle_timeout',
  'absolute_timeout',
  'reauthentication_due',
  'operation_unknown',
  'authentication_too_old',
  'assurance_too_low',
  'refresh_reused',
  'refresh_unknown',
  'request_clamped',
  'clock_behind',
  'event_invalid',
  'ip_changed',
  'network_changed',
  'device_changed',
  'user_agent_changed',
  'country_changed',
  'impossible_travel',
];

describe('the test vectors', () => {
  it.each(vectors)('in %s are what the engine answers', (_, some) => {
    checkVectors(evaluate, some);
  });

  it.each(vectors)('in %s are what the reference evaluator answers', (_, some) => {
    checkVectors(referenceEvaluate, some);
  });

  it('have names of their own and show every code', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    const shown = new Set(
      all.flatMap(({ steps }) => steps.flatMap(({ decision }) => decision.reasons.map(({ code }) => code))),
    );
    expect(CODES.filter((code) => !shown.has(code))).toEqual([]);
  });

  it('are small enough to be read', () => {
    const bytes = files.reduce((sum, name) => sum + statSync(directory + name).size, 0);
    expect(bytes).toBeLessThan(400_000);
  });

  it('fail an engine that is wrong', () => {
    const inclusive: typeof referenceEvaluate = (policy, session, event) => {
      const decision = referenceEvaluate(policy, session, event);
      return decision.effect === 'permit' ? { ...decision, until: decision.until + 1 } : decision;
    };
    expect(() => checkVectors(inclusive, all)).toThrow(/vector `.*`, step 0/);
  });
});
