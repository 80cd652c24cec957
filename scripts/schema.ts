/** Writes policy.schema.json and docs/policy.md; with --check it writes nothing, and fails if they are not current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { generateReference, generateSchema } from './policy-schema.js';

const ROOT = new URL('..', import.meta.url);

const outputs = new Map([
  ['policy.schema.json', `${JSON.stringify(generateSchema(), null, 2)}\n`],
  ['docs/policy.md', generateReference()],
]);

if (process.argv.includes('--check')) {
  const stale = [...outputs].filter(([file, text]) => readFileSync(new URL(file, ROOT), 'utf8') !== text);
  for (const [file] of stale) console.error(`${file} is not current: run \`npm run schema\``);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [file, text] of outputs) writeFileSync(new URL(file, ROOT), text);
}
