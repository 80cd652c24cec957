import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { defaultMapping } from '../../src/signals/index.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const shown = read('docs/signals.md');

// that the recipe runs is shown by test/signals/end-to-end.test.ts, over HTTP
it('the page on signals says what becomes of every event', () => {
  const names = Object.keys(defaultMapping).filter((name) => !name.startsWith('risc/opt-'));
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !shown.includes(`\`${name}\``))).toEqual([]);
  const codes = Object.values(defaultMapping).flatMap((actions) =>
    actions.flatMap((one) => (one.do === 'end' ? [one.code] : one.do === 'signal' ? [one.signal] : [])),
  );
  const named = (code: string) => shown.includes(`\`${code}\``) || shown.includes(`risc/${code.replaceAll('_', '-')}`);
  expect(codes.filter((code) => !named(code))).toEqual([]);
});

it('and names every option, every code of a refusal, every outcome', () => {
  const optionsOf = (file: string, name: string) => {
    const source = read(`src/signals/${file}.ts`);
    const body = source.slice(source.indexOf(`export interface ${name} {`)).split('\n}\n')[0] as string;
    return body.match(/(?<=^ {2}readonly )\w+/gm) ?? [];
  };
  const own = [
    ...optionsOf('receiver-options', 'ReceiverOptions'),
    ...optionsOf('receiver-options', 'TransmitterOptions'),
  ];
  const theirs = optionsOf('transmitter-options', 'TransmitterOptions');
  expect(own.length).toBeGreaterThan(10);
  const host = new Set(['clock', 'timers', 'random']);
  const isNamed = (name: string) => host.has(name) || new RegExp(`\\b${name}\\b`).test(shown);
  expect([...own, ...theirs].filter((name) => !isNamed(name))).toEqual([]);
  const codes = [...read('src/signals/set-error.ts').matchAll(/\| '(\w+)'/g)].map(([, code]) => code as string);
  expect(codes.filter((code) => code !== 'access_denied' && !shown.includes(`\`${code}\``))).toEqual([]);
  const records = read('src/signals/records.ts');
  const outcomes = [...records.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code]) => code as string);
  expect(outcomes.length).toBeGreaterThan(10);
  expect(outcomes.filter((code) => !shown.includes(`\`${code}\``))).toEqual([]);
});
