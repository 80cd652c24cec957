import { EXIT, fileFailure } from './failure.js';
import { bytesOf, type Input } from './input.js';
import { progressOf } from './progress.js';
import type { Terminal } from './terminal.js';

/** Who takes the bytes of a log. */
export interface LogTaker {
  write(chunk: Uint8Array): void;
  /** Waits where somebody further on is slower. */
  settle?(): Promise<void>;
}

/**
 * Reads a log to its end, or until it is interrupted.
 *
 * @returns why it was not read to its end; `null` where it was.
 */
export async function readLog(terminal: Terminal, input: Input, taker: LogTaker): Promise<unknown> {
  const progress = progressOf(terminal, input);
  let problem: unknown = null;
  const interrupt = () => {
    problem = 'interrupted';
    input.stream.destroy();
  };
  process.once('SIGINT', interrupt);
  try {
    for await (const chunk of bytesOf(input.stream, progress.add)) {
      taker.write(chunk);
      await taker.settle?.();
    }
  } catch (error) {
    problem ??= error;
  } finally {
    process.off('SIGINT', interrupt);
    progress.stop();
  }
  return problem;
}

/** The exit code for how a log was read, after what was found has been printed. */
export function exitCodeOf({ stderr }: Terminal, { name }: Input, problem: unknown): number {
  if (problem === null) return EXIT.fine;
  if (problem !== 'interrupted') throw fileFailure(EXIT.failed, `${name}: read only in part`, problem);
  stderr.write('interrupted: this is what was found so far\n');
  return EXIT.interrupted;
}
