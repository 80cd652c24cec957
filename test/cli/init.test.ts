import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';
import { PRESETS } from '../../src/cli/presets.js';
import { aFolder, curfewHere } from './support.js';

const folder = aFolder();
const SCHEMA = 'node_modules/curfew/policy.schema.json';
const init = (path: string, preset = 'banking') => curfewHere(['init', '--preset', preset, '-o', path]);
const fingerprint = async (path: string) => {
  const { exitCode, stdout, stderr } = await curfewHere(['fingerprint', path]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout.slice(0, 24);
};

it.each(PRESETS.map(({ name }) => name))('%s means the same in every form', async (name) => {
  const paths = ['jsonc', 'json', 'yaml', 'yml'].map((ending) => `${folder.path}/${name}.${ending}`);
  for (const path of paths) expect((await init(path, name)).exitCode).toBe(0);
  expect(new Set(await Promise.all(paths.map(fingerprint))).size).toBe(1);
});

it('keeps in YAML every comment, in its words', async () => {
  const [jsonc, yaml] = [`${folder.path}/words.jsonc`, `${folder.path}/words.yaml`];
  await init(jsonc);
  await init(yaml);
  const comments = [...readFileSync(jsonc, 'utf8').matchAll(/^ *\/\/ (.*)$/gm)].map(([, text]) => text as string);
  const text = readFileSync(yaml, 'utf8');
  expect(comments.length).toBeGreaterThan(5);
  for (const comment of comments) expect(text).toContain(`# ${comment}`);
  expect(text).toMatch(/^idleTimeout: 5m$/m);
  expect(text).not.toMatch(/\/\/ |^\s*\{/m);
});

it('writes JSON without comments', async () => {
  const path = `${folder.path}/plain.json`;
  await init(path);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ id: 'banking', idleTimeout: '5m' });
});

it.each(['jsonc', 'json', 'yaml'])('points from a folder to the schema, in %s', async (ending) => {
  mkdirSync(`${folder.path}/policies`, { recursive: true });
  const path = `${folder.path}/policies/shop.${ending}`;
  await init(path);
  const [, schema] = /"?\$schema"?: "?([^"\n]+)/.exec(readFileSync(path, 'utf8')) as unknown as [string, string];
  expect(resolve(dirname(path), schema)).toBe(resolve(SCHEMA));
  const here = await curfewHere(['init', '--preset', 'banking', '-o', '-']);
  expect(here.stdout).toContain(`"./${SCHEMA}"`);
  expect(relative(process.cwd(), resolve(SCHEMA))).toBe(SCHEMA);
});

it('refuses a name that Curfew would not read again, and a folder that is not there', async () => {
  const wrong = await init(`${folder.path}/policy.toml`);
  expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('.jsonc, .json, .yaml or .yml')]);
  const nowhere = await init(`${folder.path}/newdir/x.jsonc`);
  expect([nowhere.exitCode, nowhere.stderr]).toEqual([1, expect.stringMatching(/there is no directory .*newdir/)]);
  const compiled = await curfewHere(['compile', `${folder.path}/plain.json`, '-o', `${folder.path}/newdir/x.js`]);
  expect(compiled.stderr).toMatch(/there is no directory .*newdir/);
});
