import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Properties run thousands of sequences; what hangs is still told apart from what works.
    testTimeout: 60_000,
    // Threads share the compiled modules of a process, which starts the many small files fastest on few cores.
    pool: 'threads',
    typecheck: {
      enabled: true,
      include: ['test/types/**/*.test-d.ts'],
      tsconfig: 'tsconfig.json',
    },
  },
});
