import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

/** A program that tests start. */
export interface Program {
  readonly name: string;
  /** The line that installs it. */
  readonly install: string;
}

export const REDIS: Program = { name: 'redis-server', install: 'apt-get install redis-server' };

/** Where a program lies, or `null` if this machine does not have it. */
export function pathOf({ name }: Program): string | null {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  return places.find(isExecutable) ?? null;
}

/**
 * A group of tests that needs a program. Without it the group is skipped under its name with the line that would install
 * it; with `CI=true` it fails, because nobody reads there what was skipped.
 */
export function describeWith(program: Program, name: string, body: () => void): void {
  if (pathOf(program) !== null) {
    describe(name, body);
    return;
  }
  const reason = `${program.name} is missing: ${program.install}`;
  if (process.env['CI'] !== 'true') {
    describe.skip(`${name} (${reason})`, body);
    return;
  }
  describe(name, () => {
    it('has the program it needs', () => {
      throw new Error(reason);
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
