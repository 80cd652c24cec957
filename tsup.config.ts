import { defineConfig } from 'tsup';
import { nodeBuiltins } from './scripts/node-builtins.js';
import { thirdPartyLicenses } from './scripts/third-party-licenses.js';

/** One entry a subpath, named like its source file. test/package/ compares what is built with package.json#exports. */
const entries = ['src/index.ts', 'src/testing/index.ts', 'src/replay/index.ts', 'src/cli/index.ts'];

export default defineConfig({
  entry: entries,
  outDir: 'dist',
  format: 'esm',
  target: ['es2022', 'node20'],
  platform: 'node',
  splitting: true,
  sourcemap: true,
  clean: true,
  // The command line has no types to offer. tsup hands TypeScript a `baseUrl`, which TypeScript 6 calls deprecated.
  dts: { entry: entries.filter((entry) => !entry.includes('/cli/')), compilerOptions: { ignoreDeprecations: '6.0' } },
  // Deno and workerd know Node's modules by their `node:` names only.
  removeNodeProtocol: false,
  // `dependencies` and `peerDependencies` stay imports; every other package that src/ imports is bundled.
  esbuildPlugins: [nodeBuiltins, thirdPartyLicenses('dist/THIRD-PARTY-LICENSES.txt')],
});
