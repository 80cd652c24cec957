import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A server that runs as a process of its own. */
export interface Child {
  readonly pid: number;
  /** What it has written, for the message of a failure. */
  output(): string;
  isRunning(): boolean;
  /** Sends a signal to the server and, unless it is one that pauses, waits for its end. */
  signal(name: NodeJS.Signals): Promise<void>;
}

/**
 * Starts the program, tells its process id, and kills it when standard input ends: so it goes with this process, even if
 * this one is killed and cannot clean up.
 */
const WRAPPER =
  '"$@" & server=$!; echo "pid $server"; (cat > /dev/null; kill -9 $server 2> /dev/null) <&3 & wait $server';

export async function startChild(program: string, args: readonly string[], cwd: string): Promise<Child> {
  const shell = spawn('/bin/sh', ['-c', WRAPPER, 'sh', program, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let text = '';
  const ended = once(shell, 'exit');
  shell.stdout?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-20_000);
  });
  shell.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-20_000);
  });
  // ends what waits in the shell for the end of this process
  shell.once('exit', () => shell.stdio[3]?.destroy());
  const pid = await pidOf(shell, () => text);
  return {
    pid,
    output: () => text,
    isRunning: () => shell.exitCode === null && shell.signalCode === null,
    async signal(name) {
      if (shell.exitCode !== null || shell.signalCode !== null) return;
      process.kill(pid, name);
      if (name === 'SIGSTOP' || name === 'SIGCONT') return;
      await ended;
    },
  };
}

function pidOf(shell: ChildProcess, output: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const pid = /^pid (\d+)$/m.exec(output())?.[1];
      if (pid !== undefined) resolve(Number(pid));
    };
    shell.stdout?.on('data', look);
    shell.once('error', reject);
    shell.once('exit', () => reject(new Error(`the server ended at once:\n${output()}`)));
  });
}
