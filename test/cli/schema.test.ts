import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { curfewHere } from './support.js';

it('prints the JSON schema of the policy document', async () => {
  const file = new URL('../../policy.schema.json', import.meta.url);
  expect(await curfewHere(['schema'])).toEqual({ exitCode: 0, stdout: readFileSync(file, 'utf8'), stderr: '' });
});
