import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Policy } from '../../src/core/policy.js';
import { definePolicy } from '../../src/policy/define.js';
import { aPolicyDocument } from '../../src/testing/arbitraries/document.js';
import { aTimelineSketch, drawTimeline } from '../../src/testing/arbitraries/events.js';
import { aLoginSketch, drawLogin } from '../../src/testing/arbitraries/sessions.js';
import type { Evaluate } from '../../src/testing/laws/scenario.js';
import { referenceEvaluate } from '../../src/testing/reference-evaluator.js';
import { makeVector, type Vector, type VectorInput } from '../../src/testing/vectors.js';
import { changes, limits, locking, time } from './scenarios.js';
import { conditions, invalid, operations, risk, tokens } from './scenarios-of-rules.js';

const SEED = 20_260_101;
const FILES: Readonly<Record<string, readonly VectorInput[]>> = {
  limits,
  locking,
  changes,
  time,
  conditions,
  risk,
  operations,
  tokens,
  invalid,
};

/** Test vectors by file name; what is random in them comes from one seed. */
export function makeVectors(engine: Evaluate = referenceEvaluate): Readonly<Record<string, readonly Vector[]>> {
  const all = { ...FILES, random: randomInputs(20) };
  return Object.fromEntries(
    Object.entries(all).map(([name, inputs]) => [name, inputs.map((input) => makeVector(engine, input))]),
  );
}

/** Writes every file of vectors into a directory. */
export function writeVectors(directory: string, engine?: Evaluate): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, vectors] of Object.entries(makeVectors(engine))) {
    const lines = vectors.map((vector) => JSON.stringify(vector)).join(',\n');
    writeFileSync(join(directory, `${name}.json`), `[\n${lines}\n]\n`);
  }
}

function randomInputs(count: number): readonly VectorInput[] {
  const lives = fc.tuple(aPolicyDocument(), aLoginSketch, aTimelineSketch(6));
  const eventful = fc.sample(lives, { numRuns: count * 5, seed: SEED }).filter(([, , sketches]) => sketches.length > 3);
  return eventful.slice(0, count).map(([policy, login, sketches], index) => {
    const compiled = definePolicy(policy) as Policy;
    const steps = drawTimeline(compiled, sketches).map((event) => ({ event }));
    return { name: `random ${index + 1}`, policy, login: drawLogin(compiled, login), steps };
  });
}
