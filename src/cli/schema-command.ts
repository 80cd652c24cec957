import { readFile } from 'node:fs/promises';
import type { Terminal } from './terminal.js';

/** The schema lies beside package.json, two folders up both in the source and where it is built. */
const SCHEMA = new URL('../../policy.schema.json', import.meta.url);

/** Prints the JSON schema of the policy document, for editors of people who have no `node_modules` to point to. */
export async function printSchema({ stdout }: Terminal): Promise<void> {
  stdout.write(await readFile(SCHEMA, 'utf8'));
}
