import { fileURLToPath } from 'node:url';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
const config = {
  mutate: ['src/core/**/*.ts', 'src/rules/**/*.ts', 'src/policy/**/*.ts', 'src/evaluate.ts'],
  testRunner: 'in-process',
  plugins: ['sentences.js', 'runner.js'].map((name) => fileURLToPath(new URL(name, import.meta.url))),
  ignorers: ['sentences'],
  // A constant that is read when a module loads needs every test again; what it holds is seen by the tests that use it.
  ignoreStatic: false,
  coverageAnalysis: 'perTest',
  concurrency: 1,
  timeoutMS: 20_000,
  incremental: true,
  incrementalFile: 'reports/mutation/incremental.json',
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  reporters: ['clear-text', 'progress', 'html'],
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true },
  thresholds: { high: 98, low: 95, break: 95 },
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['dist', 'reports'],
};

export default config;
