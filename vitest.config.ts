import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // What a reader copies from the documentation imports `curfew`; here that is the source, so that it needs no build.
    alias: [
      { find: /^curfew$/, replacement: source('index.ts') },
      {
        find: /^curfew\/(engine|http|tokens|browser|browser\/element|react|testing|compliance|replay|signals|oidc|jobs|observe|server)$/,
        replacement: source('$1/index.ts'),
      },
      { find: /^curfew\/frameworks\/(\w+)$/, replacement: source('frameworks/$1.ts') },
      { find: /^curfew\/stores\/(\w+)$/, replacement: source('stores/$1.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Properties run thousands of sequences; what hangs is still told apart from what works.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Threads share the compiled modules of a process, which starts the many small files fastest on few cores.
    pool: 'threads',
    // Much of what runs here waits for real servers; one worker on two cores would wait with it.
    maxWorkers: 2,
    typecheck: {
      enabled: true,
      include: ['test/types/**/*.test-d.ts'],
      tsconfig: 'tsconfig.json',
    },
  },
});
