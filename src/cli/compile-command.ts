import { writeFile } from 'node:fs/promises';
import { EXIT, failure, writeFailure } from './failure.js';
import { moduleText, typesText } from './module-text.js';
import { readPolicy } from './policy-file.js';
import { paintFor, type Terminal } from './terminal.js';

/** Options of `curfew compile`. */
export interface CompileOptions {
  readonly output?: string;
}

/** Turns a policy file into a module that needs no parser, with its types beside it. */
export async function compile(terminal: Terminal, path: string, { output }: CompileOptions): Promise<void> {
  const policy = await readPolicy(path, paintFor(terminal.stderr, terminal.env));
  const text = moduleText(policy, path);
  if (output === undefined || output === '-') {
    terminal.stdout.write(text);
    return;
  }
  const types = typesFile(output);
  await write(output, text);
  await write(types, typesText(policy, path));
  terminal.stderr.write(`wrote ${output} and ${types}\n`);
}

/** `policy.js` has its types in `policy.d.ts`, `policy.mjs` in `policy.d.mts`. */
function typesFile(output: string): string {
  const match = /^(.+)\.(m?)js$/.exec(output);
  if (match === null)
    throw failure(EXIT.usage, `${output}: a compiled policy is an ES module, so write a name that ends in .js or .mjs`);
  return `${match[1]}.d.${match[2]}ts`;
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw writeFailure(path, error);
  }
}
