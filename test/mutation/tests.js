import { format } from 'node:util';
import { TestStatus } from '@stryker-mutator/api/test-runner';

/** The `expect` of vitest, which looks for its worker when it is loaded. */
export async function expectOfVitest() {
  globalThis.__vitest_worker__ ??= { config: {}, environment: {}, metaEnv: {} };
  const { expect } = await import('vitest');
  return expect;
}

/** Every test of a file, declared with `describe`, `it` and `it.each` as vitest has them. */
export function collected(expect, { name: file, load }) {
  const tests = [];
  const groups = [];
  const it = (name, ...rest) => {
    tests.push(testOf(file, `${[...groups, name].join(' > ')} (${tests.length})`, rest.find(isFunction)));
  };
  it.each =
    (cases) =>
    (name, ...rest) => {
      const isTable = cases.every(Array.isArray);
      for (const one of cases) {
        const values = isTable ? one : [one];
        const places = name.match(/%[a-z]/g)?.length ?? 0;
        it(format(name, ...values.slice(0, places)), () => rest.find(isFunction)(...values));
      }
    };
  const describe = (name, ...rest) => {
    groups.push(name);
    rest.find(isFunction)();
    groups.pop();
  };
  globalThis.curfewTests = { describe, it, expect };
  try {
    load();
    return tests;
  } catch (error) {
    // a test of its own, which fails
    return [testOf(file, 'loads', () => Promise.reject(error))];
  }
}

const testOf = (file, name, run) => ({ id: `${file} ${name}`, name: `${file} ${name}`, fileName: `test/${file}`, run });
const isFunction = (value) => typeof value === 'function';

/** Runs one test, and says how it went in the words of Stryker. */
export async function outcomeOf({ id, name, fileName, run }) {
  const start = process.hrtime.bigint();
  const told = (status, more) => {
    const timeSpentMs = Number(process.hrtime.bigint() - start) / 1e6;
    return { id, name, fileName, status, timeSpentMs, ...more };
  };
  try {
    await run();
    return told(TestStatus.Success);
  } catch (error) {
    return told(TestStatus.Failed, { failureMessage: String(error?.message ?? error) });
  }
}
