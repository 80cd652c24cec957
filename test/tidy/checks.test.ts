import { describe, expect, it } from 'vitest';
import { ambientProblems } from './ambient.js';
import { arrowProblems } from './arrows.js';
import { cycles, danglingImports, deadFiles } from './graph.js';
import { formProblems, sizeProblems } from './shape.js';
import { parsed } from './source.js';

const arrows = (path: string, text: string) => arrowProblems(parsed(path, text));
const ambient = (path: string, text: string) => ambientProblems(parsed(path, text));
const form = (path: string, text: string) => formProblems(parsed(path, text));
const lines = (count: number) => 'let a;\n'.repeat(count);

describe('the check of the arrows', () => {
  it.each([
    ['time/instant.ts', '../core/types.js'],
    ['core/verdict.ts', '../rules/idle.js'],
    ['core/verdict.ts', '../evaluate.js'],
    ['rules/idle.ts', '../policy/define.js'],
    ['evaluate.ts', './policy/define.js'],
    ['evaluate.ts', './explain.js'],
    ['explain.ts', './policy/define.js'],
    ['policy/define.ts', '../evaluate.js'],
    ['replay/index.ts', '../cli/index.js'],
    ['testing/laws.ts', '../replay/index.js'],
    ['index.ts', './testing/index.js'],
    ['cli/index.ts', '../testing/index.js'],
  ])('sees %s import %s', (path, specifier) => {
    expect(arrows(path, `import { a } from '${specifier}';`)).toHaveLength(1);
  });

  it.each([
    ['core/types.ts', 'zod/mini'],
    ['explain.ts', 'zod/mini'],
    ['policy/schema.ts', 'zod'],
    ['policy/schema.ts', 'node:crypto'],
    ['evaluate.ts', 'node:process'],
    ['replay/lines.ts', 'fs'],
    ['rules/idle.ts', 'fast-check'],
    ['testing/laws.ts', 'vitest'],
    ['testing/laws.ts', 'fast-check-extra'],
    ['replay/lines.ts', 'commander'],
  ])('sees %s use the package %s', (path, specifier) => {
    expect(arrows(path, `import { a } from '${specifier}';`)).toHaveLength(1);
  });

  it.each([
    ['core/verdict.ts', './types.js'],
    ['rules/idle.ts', '../time/instant.js'],
    ['parse-session.ts', 'zod/mini'],
    ['policy/schema.ts', 'zod/mini'],
    ['replay/lines.ts', 'node:buffer'],
    ['testing/laws.ts', 'fast-check'],
    ['cli/index.ts', 'commander'],
  ])('lets %s import %s', (path, specifier) => {
    expect(arrows(path, `import { a } from '${specifier}';`)).toEqual([]);
  });

  it.each([
    "import type { A } from '../policy/define.js';",
    "export { a } from '../policy/define.js';",
    "export type * from '../policy/define.js';",
    "const a = import('../policy/define.js');",
    "type A = import('../policy/define.js').A;",
    "import '../policy/define.js';",
  ])('sees it in every form: %s', (text) => {
    expect(arrows('core/verdict.ts', text)).toHaveLength(1);
  });

  it('says where, what and what would be right', () => {
    expect(arrows('core/a.ts', "\nimport { b } from '../rules/b.js';")).toEqual([
      'src/core/a.ts:2 imports `../rules/b.js`: core may import `core`, `time`, not rules',
    ]);
  });

  it('sees a folder without a rule, a path without `.js`, and a path out of src/', () => {
    expect(arrows('nowhere/memory.ts', "import { a } from '../core/types.js';")).toHaveLength(1);
    expect(arrows('core/a.ts', "import { b } from './b';")).toHaveLength(1);
    expect(arrows('core/a.ts', "import { b } from '../../test/b.js';")).toHaveLength(1);
  });
});

describe('the check of what is ambient', () => {
  it.each([
    'Date.now()',
    'const clock = Date.now',
    'new Date()',
    'new Date',
    'Date()',
    'performance.now()',
    'setTimeout(wake, 1)',
    'const later = { setInterval }',
    'Math.random()',
    'process.env',
    'fetch(url)',
    'crypto.randomUUID()',
    'globalThis.Date',
    'console.log(a)',
    'new Date(at).toLocaleString()',
    'new Date(at).getHours()',
  ])('sees %s', (text) => {
    expect(ambient('core/a.ts', text)).toHaveLength(1);
  });

  it.each([
    'new Date(at).toISOString()',
    'new Date(at).getUTCHours()',
    'Date.UTC(1970, 0)',
    'const a = { process: 1, fetch() {} }; a.process',
    "// Date.now() is not read here\nconst a = 'Math.random()';",
    'interface A { readonly performance: number }',
  ])('lets %s pass', (text) => {
    expect(ambient('core/a.ts', text)).toEqual([]);
  });

  it('lets the doors and the command line read the clock', () => {
    const doors = ['time/clock.ts', 'time/timer.ts', 'cli/index.ts'];
    expect(doors.flatMap((path) => ambient(path, 'Date.now()'))).toEqual([]);
    expect(ambient('time/instant.ts', 'Date.now()')).toHaveLength(1);
  });
});

describe('the check of sizes', () => {
  const size = (path: string, text: string, allowed = {}) => sizeProblems(parsed(path, text), allowed);
  const long = (count: number) => `function long() {\n${'  a();\n'.repeat(count - 2)}}`;

  it('counts the lines of a file, forgives what is allowed, and never more than the limit', () => {
    expect(size('core/a.ts', lines(200))).toEqual([]);
    expect(size('core/a.ts', lines(201))).toEqual(['src/core/a.ts has 201 lines; the most is 200']);
    expect(size('core/a.ts', lines(201), { 'core/a.ts': 'one table' })).toEqual([]);
    expect(size('core/a.ts', lines(251), { 'core/a.ts': 'one table' })).toHaveLength(1);
  });

  it('counts the lines of a function, a method and an arrow, and names it', () => {
    expect(size('core/a.ts', long(40))).toEqual([]);
    expect(size('core/a.ts', long(41))).toEqual(['src/core/a.ts:1 long has 41 lines; the most is 40']);
    expect(size('core/a.ts', long(41), { 'core/a.ts long': 'one match' })).toEqual([]);
    expect(size('core/a.ts', long(71), { 'core/a.ts long': 'one match' })).toHaveLength(1);
    expect(size('core/a.ts', long(41).replace('function long()', 'const long = () =>'))).toHaveLength(1);
    expect(size('core/a.ts', `const a = { ${long(41).replace('function ', '')} }`)).toHaveLength(1);
  });

  it('counts columns', () => {
    expect(size('core/a.ts', `//${'a'.repeat(118)}`)).toEqual([]);
    expect(size('core/a.ts', `//${'a'.repeat(119)}`)).toHaveLength(1);
  });

  it('counts exports of every form, except in a face and where a reason is given', () => {
    const text = `export const a = 1, b = 2; export { c, d, e } from './c.js'; export * from './f.js';
      export interface G {} export type H = 1; export function i() {}`;
    expect(size('core/a.ts', text)).toEqual(['src/core/a.ts exports 9 names; the most is 8']);
    const allowed = { 'core/a.ts': 'a reason' };
    expect(sizeProblems(parsed('core/a.ts', text), allowed)).toEqual([]);
    expect(size('replay/index.ts', text)).toEqual([]);
  });
});

describe('the check of the form', () => {
  it.each([
    ['core/fileName.ts', ''],
    ['core/File.ts', ''],
    ['core/file_name.ts', ''],
    ['core/a.ts', `// ${'TO'}DO: more`],
    ['core/a.ts', `/* ${'FIX'}ME */`],
    ['core/a.ts', 'export default 1;'],
    ['core/a.ts', 'export default function a() {}'],
    ['core/a.ts', 'const a = 1; export { a as default };'],
    ['core/a.ts', 'enum A { B }'],
    ['core/a.ts', 'export const enum A { B }'],
  ])('sees %s with `%s`', (path, text) => {
    expect(form(path, text)).toHaveLength(1);
  });

  it('lets the house form pass', () => {
    expect(form('core/plain-access.ts', 'export const defaultEnum = { default: 1 };')).toEqual([]);
  });
});

describe('the check of the graph', () => {
  const tree = (files: Record<string, string>) => Object.entries(files).map(([path, text]) => parsed(path, text));

  it('sees a file that no entry leads to, and follows types to those that one does', () => {
    const sources = tree({
      'index.ts': "export { a } from './core/a.js';",
      'core/a.ts': "import type { B } from './b.js';",
      'core/b.ts': 'export type B = 1;',
      'core/dead.ts': "import './a.js';",
    });
    expect(deadFiles(sources, ['index.ts'])).toEqual(['src/core/dead.ts cannot be reached from index.ts']);
  });

  it('sees an import of nothing', () => {
    expect(danglingImports(tree({ 'a.ts': "import './b.js';" }))).toEqual([
      'src/a.ts imports src/b.ts, which does not exist',
    ]);
  });

  it('sees a cycle, but not one of types', () => {
    const back = (form: string) =>
      tree({ 'a.ts': "import { b } from './b.js';", 'b.ts': `${form} { a } from './a.js';` });
    expect(cycles(back('import'))).toEqual(['src/a.ts -> src/b.ts -> src/a.ts']);
    expect(cycles(back('import type'))).toEqual([]);
  });
});
