import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manifest, ROOT, sourcesBehind } from './built.js';

const targets = Object.values(manifest.exports)
  .flatMap((target) => (typeof target === 'string' ? [target] : [target.types, target.default]))
  // a pattern is no file; test/docs/links.test.ts asks for one that it stands for
  .filter((path) => !path.includes('*'));
const modules = Object.entries(manifest.exports).filter(([, target]) => typeof target === 'object');

/** Asks Node, from inside the package, as its exports map lets a stranger ask. */
function inNode(code: string): unknown {
  return JSON.parse(execFileSync('node', ['--input-type=module', '-e', code], { cwd: ROOT, encoding: 'utf8' }));
}

describe('the built package', () => {
  it.each([...targets, ...Object.values(manifest.bin)])('has the file that package.json names: %s', (path) => {
    expect(existsSync(ROOT + path)).toBe(true);
  });

  it('exports every entry that it has types for', () => {
    const built = readdirSync(`${ROOT}dist`, { recursive: true, encoding: 'utf8' });
    const entries = built
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => /(?:index|(?:stores|frameworks)\/\w+)\.d\.ts$/.test(path));
    expect(entries.map((path) => `./dist/${path}`).sort()).toEqual(
      targets.filter((path) => path.endsWith('.d.ts')).sort(),
    );
  });

  it.each(modules)('resolves `%s` by name to the file that it names', (subpath, target) => {
    const specifier = manifest.name + subpath.slice(1);
    const code = `console.log(JSON.stringify({
      path: import.meta.resolve('${specifier}'), names: Object.keys(await import('${specifier}')).length,
    }))`;
    const { path, names } = inNode(code) as { path: string; names: number };
    expect(path.endsWith((target as { default: string }).default.slice(1))).toBe(true);
    expect(names).toBeGreaterThan(0);
  });

  it('keeps everything else to itself', () => {
    const code = `console.log(JSON.stringify(await import('curfew/dist/index.js').catch(({ code }) => code)))`;
    expect(inNode(code)).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it('runs as a command', () => {
    const [path] = Object.values(manifest.bin);
    expect(readFileSync(`${ROOT}${path}`, 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true);
    expect(execFileSync('node', [`${ROOT}${path}`, '--version'], { encoding: 'utf8' }).trim()).toBe(manifest.version);
  });

  it('carries the licence of every package that is bundled', () => {
    const licences = readFileSync(`${ROOT}dist/THIRD-PARTY-LICENSES.txt`, 'utf8');
    const sources = ['dist/index.js', 'dist/testing/index.js', 'dist/replay/index.js', 'dist/cli/index.js'].flatMap(
      sourcesBehind,
    );
    const bundled = new Set(sources.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
    expect(bundled.size).toBeGreaterThan(0);
    expect([...bundled].filter((name) => !licences.includes(`\n${name} `))).toEqual([]);
  });

  it('packs what it names and nothing more', () => {
    const listing = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const [{ files }] = JSON.parse(listing) as [{ files: { path: string }[] }];
    const kinds = new Set(files.map(({ path }) => path.split('/')[0]));
    const named = new Set([...manifest.files, 'package.json'].map((path) => path.split('/')[0]));
    expect([...kinds].sort()).toEqual([...named].sort());
  });
});

describe('what an entry loads', () => {
  it.each([
    ['dist/index.js', /^src\/(?:testing|replay|cli)\//],
    ['dist/replay/index.js', /^src\/(?:testing|cli)\//],
    ['dist/cli/index.js', /^src\/testing\//],
    ['dist/testing/index.js', /^src\/(?:cli|replay)\//],
  ])('%s leaves out the others', (entry, others) => {
    const sources = sourcesBehind(entry);
    expect(sources.some((path) => path.startsWith('src/'))).toBe(true);
    expect(sources.filter((path) => others.test(path))).toEqual([]);
  });

  it('only the command line carries the code of packages', () => {
    const sources = ['dist/index.js', 'dist/replay/index.js', 'dist/testing/index.js'].flatMap(sourcesBehind);
    const foreign = sources.filter((path) => path.includes('node_modules/'));
    expect(foreign).toEqual([]);
  });
});
