import { Command, CommanderError, Option } from 'commander';
import { type CompileOptions, compile } from './compile-command.js';
import { EXIT, isFailure } from './failure.js';
import { type ReplayArguments, replayLog } from './replay-command.js';
import { paintFor, type Terminal } from './terminal.js';

/** Runs the command line; returns the exit code. */
export async function runProgram(terminal: Terminal, version: string, words: readonly string[]): Promise<number> {
  const result = { exitCode: EXIT.fine as number };
  const program = new Command('curfew')
    .description('Session policies: compile them, and try them on real traffic.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    })
    .showHelpAfterError('(curfew --help shows how)');
  addReplay(program, terminal, result);
  addCompile(program, terminal);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return result.exitCode;
  } catch (error) {
    return exitCodeOf(error, terminal);
  }
}

function exitCodeOf(error: unknown, { stderr, env }: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  if (!isFailure(error)) throw error;
  stderr.write(`${paintFor(stderr, env).red('error:')} ${error.message}\n`);
  return error.exitCode;
}

function addReplay(program: Command, terminal: Terminal, result: { exitCode: number }): void {
  program
    .command('replay')
    .summary('show what a policy would have done to the sessions of a log')
    .description(
      'Replays an access log (Common or Combined Log Format) or JSON events, one a line, plain or gzip, ' +
        'and shows which sessions there would have been.',
    )
    .argument('[log]', 'the log, or - for standard input')
    .requiredOption('-p, --policy <file>', 'the policy, a JSON file')
    .option('--by <fields>', 'what makes a visitor: host, host+agent, or a field of the JSON lines')
    .option('--background <regex>', 'paths that are not user activity, such as ^/api/poll')
    .option('--reorder <duration>', 'sort lines within this window', '60s')
    .addOption(new Option('--format <format>', 'what the lines are').choices(['auto', 'clf', 'ndjson']).default('auto'))
    .option('--json', 'print one JSON object instead of tables')
    .option('--events <file>', 'write a line of JSON for each session; - for standard output')
    .action(async (log: string | undefined, options: ReplayArguments) => {
      result.exitCode = await replayLog(terminal, log, options);
    });
}

function addCompile(program: Command, terminal: Terminal): void {
  program
    .command('compile')
    .summary('turn a policy into a module that needs no parser')
    .description('Writes a policy as an ES module, checked and with every default filled in; with -o its types too.')
    .argument('<policy>', 'the policy, a JSON file')
    .option('-o, --output <file>', 'where to write it, ending in .js or .mjs; default: standard output')
    .action((path: string, options: CompileOptions) => compile(terminal, path, options));
}
