import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as oidc from '../../src/oidc/index.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/single-sign-on.md');
const FILES = readdirSync(new URL('../../src/oidc', import.meta.url));

// What its code does is run by test/oidc/provider.test.ts: two applications and a provider, made of the recipe.
it('the page on single sign-on names everything that there is to call', () => {
  expect(Object.keys(oidc).filter((name) => !page.includes(name))).toEqual([]);
});

it('and the code of every error, and of every end', () => {
  const codes = FILES.flatMap((name) =>
    [...read(`src/oidc/${name}`).matchAll(/(?:curfewError\(|refusedAs\(\w+, |code: )'([a-z]+_[a-z_]+)'/g)].map(
      ([, code]) => code,
    ),
  );
  expect(codes).toContain('organisation_ended');
  const passing = ['start_failed', 'keys_unavailable', 'login_invalid'];
  expect([...new Set(codes)].filter((code) => !passing.includes(`${code}`) && !page.includes(`\`${code}`))).toEqual([]);
});

it('shows of the recipe what the recipe has', () => {
  const recipe = read('docs/recipes/single-sign-on/application.ts');
  for (const call of [
    'loginFromClaims(claims, {',
    'proofFromClaims(claims, {',
    'endSessionUrl({',
    'backChannelLogout({',
  ]) {
    expect(recipe).toContain(call);
    expect(page).toContain(call);
  }
});
