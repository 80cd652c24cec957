import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/evaluate.js';
import { aPolicy } from '../../src/testing/arbitraries/policies.js';
import { aScenario } from '../../src/testing/laws/scenario.js';
import { checkLaw, LAWS } from '../../src/testing/laws.js';
import { RUNS, SEED, TIMEOUT } from './support.js';

describe('the laws hold for every policy', { timeout: TIMEOUT }, () => {
  for (const law of LAWS) {
    it(law.name, () => {
      const spoken = checkLaw(law, evaluate, aScenario(aPolicy()), { runs: RUNS, seed: SEED });
      // a law that never has anything to say proves nothing
      expect(spoken).toBeGreaterThan(RUNS / 10);
    });
  }
});
