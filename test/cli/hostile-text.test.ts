import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { aFolder, curfewHere } from './support.js';

const folder = aFolder();
const strict = folder.write('strict.json', '{ "id": "strict", "idleTimeout": "5m", "absoluteTimeout": "8h" }');
const mild = folder.write('mild.json', '{ "id": "mild", "idleTimeout": "15m", "absoluteTimeout": "8h" }');

/** Clears the screen, sets the window's title, opens a link, begins a line of its own, turns the text around. */
const NAMES = [
  '\u001b[2J\u001b[31mred',
  '\u001b]0;title\u0007',
  '\u001b]8;;http://evil\u001b\\link',
  '\u009b2J',
  'first\n::error::second\rthird',
  '\u202egnp.exe',
];
const at = (minute: number) => `2026-01-05T09:${String(minute).padStart(2, '0')}:00Z`;
const LOG = NAMES.flatMap((user) => [
  ...[0, 10, 40].map((minute) => JSON.stringify({ at: at(minute), user })),
  ...[1, 2].map((minute) => JSON.stringify({ at: at(minute), user, path: '/poll' })),
  JSON.stringify({ kind: 'decision', type: 'access', at: at(41), sessionId: user, effect: user, policy: user }),
]).join('\n');

/** Anything that is obeyed and not shown, new lines aside. */
function obeyed(text: string): readonly string[] {
  return text.match(/[^\P{Cc}\n]|[\u200e\u200f\u2028-\u202e\u2066-\u2069]|^.*::error::second$/gmu) ?? [];
}

it.each([
  ['replay', '-p', strict, '--against', mild],
  ['replay', '-p', strict, '--events', '-'],
  ['replay', '-p', strict, '--json'],
  ['tune', '-p', strict, '-t', 'drop-offs=10%', '--background', 'poll'],
  ['explain', '-p', strict, '--visitor', NAMES[0] as string, '--all'],
  ['explain', '-p', strict, '--visitor', `${NAMES[0]}!`],
])('%s shows what a log says, and obeys none of it', async (...words) => {
  const { stdout, stderr } = await curfewHere(words, LOG);
  expect(stdout.length + stderr.length).toBeGreaterThan(20);
  expect(obeyed(stdout + stderr)).toEqual([]);
});

it('a name is the same in JSON as in the log', async () => {
  const { stdout } = await curfewHere(['replay', '-p', strict, '--against', mild, '--json'], LOG);
  const names = JSON.parse(stdout).cutOff.examples.map(({ visitor }: { visitor: string }) => visitor);
  expect(names).toEqual(expect.arrayContaining(NAMES));
});

it('shows the keys of a policy file in what is wrong with it', async () => {
  const file = folder.write('keys.json', JSON.stringify({ id: 'x', absoluteTimeout: '8h', [NAMES[0] as string]: 1 }));
  const { exitCode, stderr } = await curfewHere(['check', file]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('\\u001b[2J');
  expect(obeyed(stderr)).toEqual([]);
});

it('leaves them out of the report', async () => {
  const page = `${folder.path}/report.html`;
  await curfewHere(['replay', '-p', strict, '--against', mild, '--html', page], LOG);
  const text = readFileSync(page, 'utf8');
  expect(text).toContain('\\u001b[2J');
  expect(obeyed(text.replaceAll('\t', ''))).toEqual([]);
});
