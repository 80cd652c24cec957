import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { generateReference, generateSchema } from '../../scripts/policy-schema.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');

it('policy.schema.json and the reference are what the schema says today', () => {
  expect(JSON.parse(read('policy.schema.json'))).toEqual(JSON.parse(JSON.stringify(generateSchema())));
  expect(read('docs/policy.md')).toBe(generateReference());
  execFileSync('npx', ['tsx', 'scripts/schema.ts', '--check'], { cwd: ROOT });
});
