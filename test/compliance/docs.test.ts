import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as compliance from '../../src/compliance/index.js';
import { PROFILES } from '../../src/compliance/index.js';
import * as curfew from '../../src/index.js';
import { exposure } from '../../src/policy/exposure.js';
import { profileRow } from './profile-row.js';

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

/** All code of a page as one function: a line `expression; // => value` must hold. */
function codeOf(text: string): { readonly code: string; readonly claims: number } {
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block as string).join('\n');
  const checked = blocks
    .replace(/^import .*;$/gm, '')
    .replace(/ as const;$/gm, ';')
    .replace(/^(?!const)(.+?);\s*\/\/ => (.+)$/gm, 'expect($1).toEqual($2);');
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
  const { outputText } = ts.transpileModule(checked, { compilerOptions: options });
  return { code: outputText, claims: [...checked.matchAll(/^expect\(/gm)].length };
}

describe.each([
  ['compliance.md', 12],
  ['exposure.md', 4],
])('docs/%s', (name, claims) => {
  it(`holds in all its ${claims} claims`, () => {
    const scope = { ...curfew, ...compliance, exposure, expect };
    const read = codeOf(page(name));
    expect(read.claims).toBe(claims);
    new Function(...Object.keys(scope), read.code)(...Object.values(scope));
  });
});

it('docs/compliance.md has a row for every profile, as the data has it', () => {
  const rows = page('compliance.md')
    .split('\n')
    .filter((line) => /^\| `[a-z0-9.-]+` \|.*\|.*\|.*\|.*\| (source|secondary|memory) \|$/.test(line));
  expect(rows).toEqual(Object.values(PROFILES).map(profileRow));
});

it('docs/exposure.md names every question and every key of a deployment', () => {
  const text = page('exposure.md');
  const questions = ['stolenSession', 'stolenAccessToken', 'revokedSession', 'unattendedDevice', 'lostActivity'];
  const keys = ['accessTokens', 'cacheTrustedFor', 'verifierLeeway', 'pushSilence', 'handleGrace'];
  expect([...questions, ...keys].filter((one) => !text.includes(one))).toEqual([]);
});
