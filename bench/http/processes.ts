import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process that is asked one thing at a time. */
export interface Asked {
  readonly pid: number;
  /** What it says first. */
  readonly greeting: unknown;
  ask<Answer>(question: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts plain Node on a file. */
export async function startProcess(file: URL, args: readonly string[], isGreeting: boolean): Promise<Asked> {
  const child = fork(fileURLToPath(file), args, { execArgv: [], env: { ...process.env, NODE_ENV: 'production' } });
  return {
    pid: child.pid ?? 0,
    greeting: isGreeting ? await answerOf(child) : null,
    async ask<Answer>(question: unknown) {
      const answer = answerOf(child);
      child.send(question as string);
      return (await answer) as Answer;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`a process of the benchmark ended: ${child.spawnargs.join(' ')}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
