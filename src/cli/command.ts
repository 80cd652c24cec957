import type { Command } from 'commander';
import { EXIT, failure } from './failure.js';
import type { Terminal } from './terminal.js';

/** What a command is given to add itself to the program, and to say how it ended. */
export interface Commands {
  readonly program: Command;
  readonly terminal: Terminal;
  /** Exit code of the command that ran. */
  readonly result: { exitCode: number };
}

/** Prints what machines read. */
export function printJson({ stdout }: Terminal, value: unknown): void {
  stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** An option that may be given several times, `--profile a --profile b,c`: all of them. */
export function collected(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), ...text.split(',').filter((one) => one !== '')];
}

/** Turns an error with a code of ours, which the person who typed can do something about, into a failure. */
export function orUsage<Value>(act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    if (typeof (error as { code?: unknown }).code !== 'string') throw error;
    // a problem of the whole has no place: `(whole):` tells a person nothing
    throw failure(EXIT.usage, (error as Error).message.replaceAll('  (whole): ', '  '));
  }
}
