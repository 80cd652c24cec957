import { describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { ambientProblems } from './tidy/ambient.js';
import { arrowProblems } from './tidy/arrows.js';
import { cycles, danglingImports, deadFiles } from './tidy/graph.js';
import { type Allowances, formProblems, sizeProblems } from './tidy/shape.js';
import { sourcesOf } from './tidy/source.js';

/** What may pass the goal of 40 lines a function or 200 a file (never 70 or 250), and why. An entry nothing needs fails. */
const ALLOWED: Allowances = {
  'core/session.ts': 'the parts of a session, each a few lines of type',
  'engine/activity.ts activityLog': 'one state and its few operations, each some lines',
  'engine/answers.ts': 'every shape of an answer, side by side',
  'engine/assemble.ts assemble': 'a list of parts and what each is handed',
  'engine/channel.ts openChannel': 'one state and its few operations, each some lines',
  'engine/clock-guard.ts clockGuard': 'one state and its few operations, each some lines',
  'engine/engine.ts createEngine': 'a line for each method',
  'engine/recent.ts recentSessions': 'one state and its few operations, each some lines',
  'jobs/guard.ts guarded': 'one state and its few operations, each some lines',
  'frameworks/websocket.ts': 'one face for three libraries: the types of each, and of what is bound to them',
  'sockets/slots.ts tickSlots': 'one state and its few operations, each some lines',
  'sockets/wheel.ts timerWheel': 'one state and its few operations, each some lines',
  'testing/arbitraries/events.ts': 'sketches and what draws them belong together: a sketch is what shrinks',
  'testing/laws/scenario.ts': 'the vocabulary in which every law is written',
  'testing/reference/arithmetic.ts': 'the small words of the reference evaluator, each a line',
};

const sources = sourcesOf('src');
const built = [...Object.values(manifest.exports), ...Object.values(manifest.bin)].map((target) =>
  typeof target === 'string' ? target : target.default,
);
const modules = built.filter((path) => path.endsWith('.js'));
const entries = modules.map((path) => path.replace(/^(?:\.\/)?dist\//, '').replace(/\.js$/, '.ts'));

// What each check catches is shown in test/tidy/checks.test.ts, on planted violations.
describe('the source', () => {
  it('is found', () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  it('has arrows that point down: a folder imports only what lies below it', () => {
    expect(sources.flatMap(arrowProblems)).toEqual([]);
  });

  it('imports no file that is not there', () => {
    expect(danglingImports(sources)).toEqual([]);
  });

  it('has no file that needs itself to load', () => {
    expect(cycles(sources)).toEqual([]);
  });

  it('has no dead file: each is reached from an entry of the package', () => {
    expect(deadFiles(sources, entries)).toEqual([]);
  });

  it('reads no clock, chance, environment or network outside its doors', () => {
    expect(sources.flatMap(ambientProblems)).toEqual([]);
  });

  it('keeps files, functions, lines and export lists short', () => {
    expect(sources.flatMap((source) => sizeProblems(source, ALLOWED))).toEqual([]);
  });

  it('allows nothing that has become short', () => {
    const needed = sources.flatMap((source) => sizeProblems(source));
    const isNeeded = (key: string) => needed.some((problem) => key.split(' ').every((word) => problem.includes(word)));
    expect(Object.keys(ALLOWED).filter((key) => !isNeeded(key))).toEqual([]);
  });

  it('keeps to the house form: kebab-case names, named exports, no enums, nothing left unfinished', () => {
    expect(sources.flatMap(formProblems)).toEqual([]);
  });
});
