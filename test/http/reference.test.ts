import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const shown = read('docs/http.md');

const membersOf = (file: string, name: string) => {
  const text = read(`src/http/${file}.ts`);
  const from = text.indexOf(`export interface ${name}`);
  return text.slice(from, text.indexOf('\n}', from)).match(/(?<=^ {2}(?:readonly )?)\w+(?=[?:(<])/gm) ?? [];
};

it.each([
  ['options', 'HttpOptions'],
  ['options', 'Pages'],
  ['refusal', 'RefusalOptions'],
  ['cookie', 'CookieOptions'],
  ['activity', 'ActivityOptions'],
  ['endpoints', 'EndpointOptions'],
  ['status', 'SessionStatus'],
])('the reference names everything there is in %s.ts, %s', (file, name) => {
  const members = membersOf(file, name);
  expect(members.length).toBeGreaterThan(1);
  expect(members.filter((one) => !new RegExp(`\\b${one}\\b`).test(shown))).toEqual([]);
});

it('and what a request\u2019s session can be asked', () => {
  const methods = read('src/http/request-session.ts').match(/^ {2}\w+(?=\()/gm) ?? [];
  const named = methods.map((one) => one.trim()).filter((one) => one !== 'presented');
  expect(named.length).toBeGreaterThan(7);
  expect(named.filter((one) => !shown.includes(`\`${one}(`))).toEqual([]);
});
