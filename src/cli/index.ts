#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { runProgram } from './program.js';

/** The package's own description, two folders up both in the source and where it is built. */
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // whoever read our output has seen enough: `curfew replay ... | head`
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

process.exitCode = await runProgram(process, version, process.argv.slice(2));
