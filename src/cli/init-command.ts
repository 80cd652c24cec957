import { writeFile } from 'node:fs/promises';
import { cancel, intro, isCancel, outro, select, text } from '@clack/prompts';
import { Option } from 'commander';
import { type Commands, printJson } from './command.js';
import { EXIT, failure, writeFailure } from './failure.js';
import { presetDocument } from './preset-document.js';
import { PRESETS, type Preset } from './presets.js';
import type { Terminal } from './terminal.js';

/** Options of `curfew init`. */
interface InitOptions {
  readonly preset?: string;
  readonly id?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const FILE = 'policy.jsonc';

/** Adds `curfew init`. */
export function addInit({ program, terminal, result }: Commands): void {
  program
    .command('init')
    .summary('write a policy to begin with')
    .description(
      'Writes a commented policy for a kind of application, each figure with its source. Asks, where nothing is said.',
    )
    .addOption(new Option('--preset <name>', 'what kind of application').choices(PRESETS.map(({ name }) => name)))
    .option('--id <id>', 'the name of the policy; default: that of the preset')
    .option('-o, --output <file>', `where to write it: .jsonc, .json, .yaml; - for standard output; default: ${FILE}`)
    .option('--force', 'replace a file that is there')
    .option('--list', 'list the presets')
    .option('--json', 'with --list: print JSON')
    .action(async (options: InitOptions) => {
      result.exitCode = await init(terminal, options);
    });
}

async function init(terminal: Terminal, options: InitOptions): Promise<number> {
  const { stdout, stderr } = terminal;
  if (options.list === true) {
    const listed = PRESETS.map(({ name, summary, profiles }) => ({ name, summary, profiles }));
    if (options.json === true) printJson(terminal, listed);
    else
      for (const { name, summary, profiles } of listed)
        stdout.write(`  ${name.padEnd(20)} ${summary}\n${' '.repeat(23)}satisfies ${profiles.join(', ')}\n`);
    return EXIT.fine;
  }
  const chosen = options.preset === undefined ? await asked(terminal, options) : { ...options, preset: options.preset };
  if (chosen === null) return EXIT.interrupted;
  const preset = PRESETS.find(({ name }) => name === chosen.preset) as Preset;
  const { id = preset.name, output = FILE, force = false } = chosen;
  if (!ID.test(id))
    throw failure(EXIT.usage, `--id \`${id}\` is no name: write letters, digits, dots, dashes or underscores`);
  const document = presetDocument(preset, id, output);
  if (output === '-') stdout.write(document);
  else {
    await write(output, document, force);
    const profiles = preset.profiles.length === 0 ? '' : ` --profile ${preset.profiles.join(',')}`;
    stderr.write(`wrote ${output}; now: npx curfew check ${output}${profiles}\n`);
  }
  return EXIT.fine;
}

async function write(path: string, document: string, isForced: boolean): Promise<void> {
  try {
    await writeFile(path, document, { flag: isForced ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeFailure(path, error);
    throw failure(EXIT.usage, `${path} is there already: name another with -o, or say --force`);
  }
}

/** Asks a person; `null` if they would rather not. */
async function asked({ stdin }: Terminal, options: InitOptions): Promise<(InitOptions & { preset: string }) | null> {
  if (!stdin.isTTY) {
    throw failure(
      EXIT.usage,
      `nobody is here to be asked: say --preset ${PRESETS.map(({ name }) => name).join(' | ')}`,
    );
  }
  intro('a policy to begin with');
  const choices = PRESETS.map(({ name, summary }) => ({ value: name, label: name, hint: summary }));
  const preset = await select({ message: 'What is behind the login?', options: choices });
  if (isCancel(preset)) return given('nothing was written');
  const isId = (value = '') => (ID.test(value) ? undefined : 'letters, digits, dots, dashes or underscores');
  const id =
    options.id ?? (await text({ message: 'What is the policy called?', initialValue: String(preset), validate: isId }));
  if (isCancel(id)) return given('nothing was written');
  outro('edit the figures as you like: each says where it comes from');
  return { ...options, preset: String(preset), id };
}

function given(message: string): null {
  cancel(message);
  return null;
}
