import { Command, CommanderError, Option } from 'commander';
import { addAudit } from './audit-command.js';
import { addCheck } from './check-command.js';
import { type CompileOptions, compile } from './compile-command.js';
import { addCompletion } from './completion-command.js';
import { addDiff } from './diff-command.js';
import { addExplain } from './explain-command.js';
import { addExposure } from './exposure-command.js';
import { EXIT, failure, isFailure } from './failure.js';
import { addFingerprint } from './fingerprint-command.js';
import { addInit } from './init-command.js';
import { type ReplayArguments, replayLog } from './replay-command.js';
import { printSchema } from './schema-command.js';
import { addServe } from './serve-command.js';
import { guarded, paintFor, type Terminal } from './terminal.js';
import { addTighten } from './tighten-command.js';
import { type TuneArguments, tuneLog } from './tune-command.js';

const POLICY_COMMANDS = [
  addAudit,
  addCheck,
  addDiff,
  addExplain,
  addExposure,
  addFingerprint,
  addInit,
  addServe,
  addTighten,
  addCompletion,
];

/** Runs the command line; returns the exit code. */
export async function runProgram(bare: Terminal, version: string, words: readonly string[]): Promise<number> {
  const terminal = guarded(bare);
  const result = { exitCode: EXIT.fine as number };
  const program = new Command('curfew')
    .description('Session policies: check them, compare them, and try them on real traffic.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    })
    .showHelpAfterError('(curfew --help shows how)');
  addReplay(program, terminal, result);
  addTune(program, terminal, result);
  addCompile(program, terminal);
  addSchema(program, terminal);
  for (const add of POLICY_COMMANDS) add({ program, terminal, result });
  try {
    refuseOtherNames(words[0]);
    await program.parseAsync([...words], { from: 'user' });
    return result.exitCode;
  } catch (error) {
    return exitCodeOf(error, terminal);
  }
}

/** What other tools call it, too far from our name to be guessed by its letters. */
function refuseOtherNames(name: string | undefined): void {
  if (!['lint', 'validate', 'verify'].includes(name ?? '')) return;
  throw failure(EXIT.usage, `there is no \`curfew ${name}\`: \`curfew check policy.json\` tells what is wrong`);
}

function exitCodeOf(error: unknown, { stderr, env }: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  if (!isFailure(error)) throw error;
  stderr.write(`${paintFor(stderr, env).red('error:')} ${error.message}\n`);
  return error.exitCode;
}

function addReplay(program: Command, terminal: Terminal, result: { exitCode: number }): void {
  const replay = program
    .command('replay')
    .summary('show what a policy would have done to the sessions of a log')
    .description(
      'Replays an access log (Common or Combined Log Format) or JSON events, one a line, plain or gzip, ' +
        'and shows which sessions there would have been.',
    )
    .argument('[log]', 'the log, or - for standard input')
    .requiredOption('-p, --policy <file>', 'the policy, a JSON file')
    .option('--against <file>', 'another policy: who is cut off, who is let through');
  withLogOptions(replay)
    .option('--html <file>', 'write a report to look at: one file, nothing else is loaded')
    .option('--events <file>', 'write a line of JSON for each session; - for standard output')
    .action(async (log: string | undefined, options: ReplayArguments) => {
      result.exitCode = await replayLog(terminal, log, options);
    });
}

/** The options of every command that reads a log. */
function withLogOptions(command: Command): Command {
  return command
    .option('--by <fields>', 'what makes a visitor: host, host+agent, or a field of the JSON lines')
    .option('--background <regex>', 'paths that are not user activity, such as ^/api/poll')
    .option('--reorder <duration>', 'sort lines within this window', '60s')
    .addOption(new Option('--format <format>', 'what the lines are').choices(['auto', 'clf', 'ndjson']).default('auto'))
    .option('--json', 'print one JSON object instead of tables');
}

function addTune(program: Command, terminal: Terminal, result: { exitCode: number }): void {
  const tune = program
    .command('tune')
    .summary('find the idle limit that a log speaks for')
    .description(
      'Works out what every idle limit would have meant to the people of a log, and recommends one for a target. ' +
        'Nothing is changed: the proposal is printed as a diff.',
    )
    .argument('[log]', 'the log, or - for standard input')
    .requiredOption('-p, --policy <file>', 'the policy, a JSON file')
    .requiredOption('-t, --target <target>', 'drop-offs=1% (of sessions) or unattended=10m (on average)')
    .option('--ceiling <file>', 'the policy of the organisation: what is recommended is within it');
  withLogOptions(tune).action(async (log: string | undefined, options: TuneArguments) => {
    result.exitCode = await tuneLog(terminal, log, options);
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

function addSchema(program: Command, terminal: Terminal): void {
  program
    .command('schema')
    .summary('print the JSON schema of the policy document')
    .description('Prints policy.schema.json, which lets an editor complete and check a policy.')
    .action(() => printSchema(terminal));
}
