import fc from 'fast-check';
import ts from 'typescript';
import { expect, it } from 'vitest';
import * as curfew from '../../src/index.js';
import * as replay from '../../src/replay/index.js';
import * as testing from '../../src/testing/index.js';
import { publicNames } from './public-names.js';

const NAMES = publicNames(['src/index.ts', 'src/testing/index.ts', 'src/replay/index.ts']);

/** What an example may take for granted: a policy, a session, a moment. */
function surroundings() {
  const policy = curfew.definePolicy({
    id: 'customer-web',
    idleTimeout: '15m',
    absoluteTimeout: '8h',
    conditions: [{ when: { attributes: { role: ['admin'] } }, idleTimeout: '5m' }],
  });
  const stricter = curfew.definePolicy({ id: 'stricter', idleTimeout: '5m', absoluteTimeout: '8h' });
  const session = curfew.startSession(policy, { id: 's-0', subject: 'alice', at: 0 });
  const newcomer = curfew.startSession(policy, { id: 's-9', subject: 'alice', at: 1_000 });
  const now = 60_000;
  const event = { type: 'access', at: now, activity: 'user' };
  const row = { record: JSON.stringify(session) };
  const nothing = () => undefined;
  return {
    given: { policy, stricter, session, sessions: [session], newcomer, now, event, row, cutOffs: 0 },
    spied: {
      save: nothing,
      test: (_name: string, run: () => void) => run(),
      it: (_name: string, run: () => void) => run(),
    },
  };
}

const AsyncFunction = (async () => undefined).constructor as new (
  ...parts: string[]
) => (...values: unknown[]) => Promise<void>;

/** Runs an example; a line `expression; // => value` must hold. */
async function run(example: string): Promise<void> {
  const code = example.replace(/^```\w*$/gm, '').replace(/^import .*;$/gm, '');
  const checked = code.replace(/^(\s*)(?!const|let)(.+?);?\s*\/\/ => (.+)$/gm, '$1expect($2).toEqual($3);');
  const declared = checked.replace(/^(\s*(?:const|let) (\w+) = .+?;)\s*\/\/ => (.+)$/gm, '$1 expect($2).toEqual($3);');
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, alwaysStrict: false };
  const { outputText } = ts.transpileModule(`run = async () => {${declared}\n};`, { compilerOptions: options });
  const { given, spied } = surroundings();
  const scope = { ...curfew, ...testing, ...replay, ...given, ...spied, expect, fc };
  // in a function of its own, an example may declare a name that the surroundings hold
  await new AsyncFunction(...Object.keys(scope), `let run; ${outputText}; await run();`)(...Object.values(scope));
}

it.each(NAMES.map((one) => [one.name, one] as const))('%s says what it means', (_, { comment, file }) => {
  expect(comment.length, `a doc comment in ${file}`).toBeGreaterThan(15);
});

const values = NAMES.filter(({ isValue }) => isValue);

it.each(values.map((one) => [one.name, one] as const))('%s shows an example', (_, { examples, file }) => {
  expect(examples.length, `an @example in ${file}`).toBeGreaterThan(0);
});

it.each(values.flatMap(({ name, examples }) => examples.map((example) => [name, example] as const)))(
  'the example of %s runs',
  async (_, example) => {
    await run(example);
  },
);
