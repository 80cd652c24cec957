import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aFolder, curfewHere } from './support.js';

const folder = aFolder();
const policy = (id: string, idleTimeout: string) =>
  `{ // ${id}\n  "id": "${id}", "idleTimeout": "${idleTimeout}", "absoluteTimeout": "8h" }\n`;
const git = (...words: string[]) => {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@b.invalid', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...who, ...words], { cwd: folder.path, stdio: 'pipe' });
};

mkdirSync(`${folder.path}/policies`);
git('init', '-q', '-b', 'main');
folder.write('policies/shop.jsonc', policy('shop', '15m'));
folder.write('policies/same.jsonc', policy('same', '15m'));
folder.write('policies/gone.jsonc', policy('gone', '15m'));
folder.write('package.json', '{}');
git('add', '.');
git('commit', '-q', '-m', 'before');

beforeEach(() => void vi.spyOn(process, 'cwd').mockReturnValue(folder.path));
afterEach(() => vi.restoreAllMocks());

const SHOP = `${folder.path}/policies/shop.jsonc`;

describe('curfew diff', () => {
  it('takes one of the two from standard input, in whatever form', async () => {
    writeFileSync(SHOP, policy('shop', '30m'));
    for (const text of [policy('shop', '15m'), 'id: shop\nidleTimeout: 15m\nabsoluteTimeout: 8h\n']) {
      const run = await curfewHere(['diff', '-', SHOP, '--fail-on', 'looser'], text);
      expect(run).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('from 15 min to 30 min') });
    }
    expect((await curfewHere(['diff', '-', '-'])).stderr).toContain('only one of the two');
  });

  it('takes one from git', async () => {
    const { exitCode, stdout, stderr } = await curfewHere(['diff', 'git:HEAD:policies/shop.jsonc', SHOP]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('from 15 min to 30 min');
    const none = await curfewHere(['diff', 'git:HEAD:policies/none.jsonc', SHOP]);
    expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('git:HEAD:policies/none.jsonc: git has')]);
    expect((await curfewHere(['diff', 'git:--output=x:y.json', SHOP])).exitCode).toBe(2);
  });

  it('compares every policy that changed, those that are new and gone with them', async () => {
    folder.write('policies/new.yaml', 'id: new\nabsoluteTimeout: 8h\n');
    folder.write('package.json', '{ "name": "x" }');
    rmSync(`${folder.path}/policies/gone.jsonc`);
    const words = ['diff', '--base', 'main', `${folder.path}/policies`];
    const { exitCode, stdout } = await curfewHere([...words, '--json', '--fail-on', 'looser']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { path: 'policies/gone.jsonc', status: 'gone', comparison: null },
      { path: 'policies/new.yaml', status: 'new', comparison: null },
      { path: 'policies/shop.jsonc', status: 'changed', comparison: { relation: 'looser' } },
    ]);
    const text = await curfewHere(words);
    expect(text.stdout).toMatch(/policies\/new\.yaml: new/);
    expect(text.stdout).toMatch(/policies\/gone\.jsonc: gone/);
    git('add', '.');
    git('commit', '-q', '-m', 'after');
    expect((await curfewHere([...words.slice(0, 2), 'HEAD', 'policies'])).stdout).toContain('no policy has changed');
    expect((await curfewHere([...words.slice(0, 2), 'nowhere', 'policies'])).exitCode).toBe(2);
    expect((await curfewHere(['diff', '--base', 'HEAD'])).stderr).toContain('name the policies');
  });

  it('writes Markdown for a comment', async () => {
    const { stdout } = await curfewHere(['diff', 'git:HEAD~1:policies/shop.jsonc', SHOP, '--format', 'markdown']);
    expect(stdout).toContain('| looser | The idle limit rises from 15 min to 30 min. | /idleTimeout |');
    expect(stdout).toMatch(/```text\nfor example:/);
    const all = await curfewHere(['diff', '--base', 'HEAD~1', 'policies', '--format', 'markdown']);
    expect(all.stdout).toContain('### policies/shop.jsonc');
    const both = await curfewHere(['diff', SHOP, SHOP, '--format', 'markdown', '--json']);
    expect([both.exitCode, both.stderr]).toEqual([2, expect.stringContaining('--json and --format markdown')]);
  });
});
