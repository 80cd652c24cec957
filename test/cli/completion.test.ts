import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { curfewHere } from './support.js';

/** What bash offers behind these words; the last one is being typed. */
async function offered(...words: string[]): Promise<readonly string[]> {
  const { stdout } = await curfewHere(['completion', 'bash']);
  const quoted = ['curfew', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _curfew; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', `${stdout}\n${ask}`], { encoding: 'utf8', stdio: 'pipe' })
    .trim()
    .split('\n');
}

it('offers commands and options, help with them', async () => {
  expect(await offered('')).toEqual(expect.arrayContaining(['check', 'tighten', 'help', '--help', '--version']));
  expect(await offered('check', '--')).toEqual(expect.arrayContaining(['--ceiling', '--help']));
  expect(await offered('help', 'ch')).toEqual(['check']);
});

it('offers the values of an option', async () => {
  expect(await offered('check', '--format', '')).toEqual(['text', 'sarif', 'markdown']);
  expect(await offered('init', '--preset', 'ba')).toEqual(['banking']);
  expect(await offered('diff', 'a', 'b', '--fail-on', 'l')).toEqual(['looser']);
  expect(await offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
});

it('offers profiles, behind a comma too', async () => {
  expect(await offered('check', '--profile', 'pci')).toEqual(['pci-dss-4.0.1']);
  expect(await offered('check', '--profile', 'psd2-rts,pci')).toEqual(['psd2-rts,pci-dss-4.0.1']);
});

it.each([
  ['zsh', '--profile[', '_values -s , profile '],
  ['fish', '-l profile', '(__fish_append , '],
])('knows the profiles as a list in %s', async (shell, option, list) => {
  const { stdout } = await curfewHere(['completion', shell]);
  expect(stdout.split('\n').some((line) => line.includes(option) && line.includes(list))).toBe(true);
  expect(stdout).toContain('pci-dss-4.0.1');
  expect(stdout).toContain('help');
});
