import { createRequire } from 'node:module';
import { constants, Script } from 'node:vm';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { bundled } from './bundle.js';
import { collected, expectOfVitest, outcomeOf } from './tests.js';

/** Where the mutated code looks for the mutant that is active, and writes down what was reached. */
globalThis.__stryker__ ??= {};
const stryker = globalThis.__stryker__;

/**
 * Tries every mutant in one process: what takes the time of a mutant elsewhere is starting a worker and loading the
 * packages, and the pure core needs that only once. Every trial loads tests and code anew, so that none can spoil the
 * next; one that does not come back is ended by Stryker from outside.
 */
function inProcessRunner() {
  let trial;
  return {
    capabilities: () => ({ reloadEnvironment: true }),
    async init() {
      trial = await trialOf(process.cwd());
    },
    async dryRun() {
      Object.assign(stryker, { hitCount: undefined, mutantCoverage: { static: {}, perTest: {} } });
      const tests = await trial({});
      return { status: DryRunStatus.Complete, tests, mutantCoverage: stryker.mutantCoverage };
    },
    async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }) {
      Object.assign(stryker, { hitCount: 0, hitLimit });
      const tests = await trial({ mutant: activeMutant.id, isStatic: mutantActivation === 'static', testFilter });
      const overrun = determineHitLimitReached(stryker.hitCount, hitLimit);
      return toMutantRunResult(overrun ?? { status: DryRunStatus.Complete, tests });
    },
  };
}

/** What runs the tests on code that is loaded afresh, file by file, until one fails. */
async function trialOf(root) {
  // fewer sequences, always the same: a mutant that was killed once stays killed
  Object.assign(process.env, { CURFEW_RUNS: '100', CURFEW_SEED: '1' });
  console.info = () => {};
  const expect = await expectOfVitest();
  const require = createRequire(`${root}/test/`);
  // that a property fails is all that counts, not the smallest example of it
  require('fast-check').configureGlobal({ endOnFailure: true, seed: 1 });
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const script = new Script(await bundled(root), { importModuleDynamically });
  return async ({ mutant, isStatic = false, testFilter }) => {
    const results = [];
    for (const file of script.runInThisContext()(require)) {
      // where no test is asked for by name, every one is
      if (testFilter?.some((id) => id.startsWith(file.name)) === false) continue;
      stryker.activeMutant = isStatic ? mutant : undefined;
      const tests = collected(expect, file).filter(({ id }) => testFilter?.includes(id) ?? true);
      stryker.activeMutant = mutant;
      for (const test of tests) {
        stryker.currentTestId = test.id;
        const result = await outcomeOf(test);
        stryker.currentTestId = undefined;
        results.push(result);
        if (mutant !== undefined && result.status === TestStatus.Failed) return results;
      }
    }
    return results;
  };
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'in-process', inProcessRunner)];
