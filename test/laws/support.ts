import fc from 'fast-check';

/** How often each property is tried, and from which seed: a fresh one each time, so that runs add up. */
export const RUNS = Number(process.env['CURFEW_RUNS'] ?? 10_000);
export const SEED = Number(process.env['CURFEW_SEED'] ?? Date.now() % 2_147_483_647);

/** How long a test may take: what stops it is a property that fails, not a clock. */
export const TIMEOUT = 120_000 + RUNS * 30;

console.info(`CURFEW_SEED=${SEED} CURFEW_RUNS=${RUNS}`);

/** Tries a property as often as `CURFEW_RUNS` says; what fails tells the seed. */
export function holds<Value>(property: fc.IProperty<Value>, share = 1): void {
  fc.assert(property, { numRuns: Math.ceil(RUNS * share), seed: SEED });
}

/** Freezes a value through and through, so that whoever changes it throws. */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
