import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import config from '../../vitest.config.js';

/**
 * What every mutant is tried against. The build, the tree and the types tell nothing about a mutated line; the properties
 * run fewer sequences, always the same, so that a mutant that was killed once stays killed.
 */
const mutation = mergeConfig(config, {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    exclude: [
      '**/node_modules/**',
      'test/package/**',
      'test/tidy/**',
      'test/tidy.test.ts',
      'test/docs/**',
      'test/testing/**',
      'test/cli/**',
      'test/replay/**',
    ],
    env: { CURFEW_RUNS: '200', CURFEW_SEED: '1' },
    typecheck: { enabled: false },
  },
});

export default mutation;
