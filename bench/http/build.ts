import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = new URL('../../', import.meta.url);
// ignored by git, and what runs there finds the packages of the benchmark
const built = new URL('bench/node_modules/.http/', root);

/** `curfew` is the package as it is published, on its own in `dist/`, as in a program of somebody else. */
const published: Plugin = {
  name: 'published',
  setup({ onResolve }) {
    onResolve({ filter: /^curfew(\/|$)/ }, async ({ path }) => {
      const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
      const exported = manifest.exports[path.replace('curfew', '.') as '.'];
      return { path: new URL(exported.default, root).href, external: true };
    });
  },
};

/** Makes plain JavaScript of the processes, so that nothing translates while it is measured. Answers where it is. */
export async function buildProcesses(): Promise<URL> {
  const names = (await readdir(new URL('servers/', import.meta.url))).map((name) => `servers/${name}`);
  await build({
    entryPoints: ['generator.ts', ...names].map((name) => fileURLToPath(new URL(name, import.meta.url))),
    outbase: fileURLToPath(new URL('.', import.meta.url)),
    outdir: fileURLToPath(built),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    plugins: [published],
  });
  return built;
}
