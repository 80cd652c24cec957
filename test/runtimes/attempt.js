import { suite } from './suite.js';

/** Runs the suite against a loaded package; plain data, so that it can leave a worker or a page. */
export async function attempt(curfew) {
  const cases = [];
  const failures = [];
  suite(curfew, { test: (name, run) => cases.push({ name, run }), assert: { equal } });
  for (const { name, run } of cases) {
    try {
      await run();
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { passed: cases.length - failures.length, failures };
}

function equal(actual, expected) {
  const [seen, wanted] = [actual, expected].map((value) => JSON.stringify(value, sorted));
  if (seen !== wanted) throw new Error(`expected ${wanted}, got ${seen}`);
}

/** Two records are equal whatever the order of their keys. */
function sorted(_key, value) {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}
