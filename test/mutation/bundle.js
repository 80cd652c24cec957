import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** What a mutant is tried against: the tests of the pure core. Three more look at other things. */
const FOLDERS = ['core', 'evaluate', 'laws', 'policy', 'rules', 'time', 'vectors'];
const OTHERS = ['laws/broken-engines.test.ts', 'evaluate/ambient-clock.test.ts', 'time/clock.test.ts'];

/** The properties and the long tables come last: most mutants never get as far. */
const SLOW = /^(laws|vectors)\/(?!counterexamples)|\/(around|plain-access|with-rules)\./;

/** `vitest` as the tests see it: what `collected` of tests.js hands out for the file that is being loaded. */
const HARNESS = `
  const tests = () => globalThis.curfewTests;
  export const describe = (...rest) => tests().describe(...rest);
  export const it = Object.assign((...rest) => tests().it(...rest), { each: (cases) => tests().it.each(cases) });
  export const expect = tests().expect;`;

/**
 * The tests and the code below them as the text of one function of `require`. It answers the files in order, each with
 * what runs it. Packages stay outside, and are loaded once.
 */
export async function bundled(root) {
  const { outputFiles } = await build({
    stdin: { contents: `module.exports = [${testFiles(root).map(entryOf)}]`, resolveDir: join(root, 'test') },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    alias: { curfew: join(root, 'src/index.ts') },
    plugins: [harness, ownAddress],
    logLevel: 'error',
  });
  return `(function (require) { const module = { exports: {} };\n${outputFiles[0].text}\nreturn module.exports; })`;
}

function testFiles(root) {
  const inTest = (folder) =>
    readdirSync(join(root, 'test', folder), { recursive: true }).map((name) => `${folder}/${name}`);
  const found = readdirSync(join(root, 'test')).filter((folder) => FOLDERS.includes(folder));
  const files = found.flatMap(inTest).filter((name) => name.endsWith('.test.ts') && !OTHERS.includes(name));
  return [...files.filter((name) => !SLOW.test(name)).sort(), ...files.filter((name) => SLOW.test(name)).sort()];
}

const entryOf = (name) => `{ name: ${JSON.stringify(name)}, load: () => require('./${name}') }`;

const harness = {
  name: 'harness',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vitest$/ }, ({ path }) => ({ path, namespace: 'harness' }));
    onLoad({ filter: /.*/, namespace: 'harness' }, () => ({ contents: HARNESS }));
  },
};

/** Tests that read a file beside them ask for their own address, which a bundle has lost. */
const ownAddress = {
  name: 'own-address',
  setup({ onLoad }) {
    onLoad({ filter: /\/(test|scripts|src\/cli)\/.*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: 'ts',
    }));
  },
};
