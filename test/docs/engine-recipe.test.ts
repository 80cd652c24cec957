import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { aDayAtTheOffice } from '../../docs/recipes/engine.js';

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

it('the page on the engine says what happens', async () => {
  const { read, pay, paid, before, after } = await aDayAtTheOffice();
  expect(read.effect).toBe('permit');
  expect(pay).toMatchObject({ effect: 'challenge', assuranceLevel: 'aal2' });
  expect(paid.effect).toBe('permit');
  expect(before).toMatchObject({ effect: 'permit', sessions: [{ boundBy: 'idle_timeout' }] });
  expect(after).toMatchObject({ effect: 'deny', session: { ended: { code: 'account_disabled' } } });
});

it('and names every method that an engine has', () => {
  const methods = readFileSync(new URL('../../src/engine/engine.ts', import.meta.url), 'utf8').match(
    /^ {2}\w+(?=\()/gm,
  );
  const shown = page('engine.md');
  expect((methods ?? []).map((one) => one.trim()).filter((one) => !shown.includes(`\`${one}(`))).toEqual([]);
});
