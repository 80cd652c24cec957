import { defineConfig } from 'tsup';
import { modulePerFile } from './scripts/module-per-file.js';
import { nodeBuiltins } from './scripts/node-builtins.js';
import { thirdPartyLicenses } from './scripts/third-party-licenses.js';

export default defineConfig({
  entry: ['src/*.ts', 'src/!(cli)/**/*.ts', 'src/cli/index.ts'],
  outDir: 'dist',
  format: 'esm',
  target: ['es2022', 'node20'],
  platform: 'node',
  splitting: false,
  sourcemap: true,
  clean: true,
  // What package.json exports. tsup hands TypeScript a `baseUrl`, which TypeScript 6 calls deprecated.
  dts: {
    entry: [
      'src/index.ts',
      ...[
        'engine',
        'http',
        'tokens',
        'browser',
        'browser/element',
        'react',
        'testing',
        'compliance',
        'replay',
        'signals',
        'oidc',
        'jobs',
        'observe',
        'server',
      ].map((folder) => `src/${folder}/index.ts`),
      ...['fetch', 'express', 'fastify', 'hono', 'koa', 'next', 'nest', 'embedded', 'bullmq', 'websocket'].map(
        (framework) => `src/frameworks/${framework}.ts`,
      ),
      ...['memory', 'sqlite', 'redis', 'postgres', 'mysql'].map((store) => `src/stores/${store}.ts`),
    ],
    compilerOptions: { ignoreDeprecations: '6.0' },
  },
  // Deno and workerd know Node's modules by their `node:` names only.
  removeNodeProtocol: false,
  // `dependencies` and `peerDependencies` stay imports; every other package that src/ imports is bundled.
  esbuildPlugins: [modulePerFile('src', 'cli'), nodeBuiltins, thirdPartyLicenses('dist/THIRD-PARTY-LICENSES.txt')],
});
