import { Argument, type Command, type Option } from 'commander';
import { PROFILES } from '../compliance/profiles.js';
import type { Commands } from './command.js';
import { EXIT } from './failure.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Options that take several values, with commas between them. */
const LISTS: Readonly<Record<string, readonly string[]>> = { '--profile': Object.keys(PROFILES) };

/** Adds `curfew completion`. */
export function addCompletion({ program, terminal, result }: Commands): void {
  program
    .command('completion')
    .summary('print completion for a shell')
    .description(
      'Prints a script for your shell: `source <(curfew completion bash)`, or `curfew completion fish | source`.',
    )
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) => {
      terminal.stdout.write(SCRIPTS[shell](wordsOf(program)));
      result.exitCode = EXIT.fine;
    });
}

/** A command with what can stand behind it. */
interface Word {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly WordOption[];
  /** What its first argument can be, where that is known. */
  readonly values: readonly string[];
}

interface WordOption {
  readonly flag: string;
  readonly summary: string;
  readonly choices: readonly string[];
  readonly isList: boolean;
}

function wordsOf(program: Command): readonly Word[] {
  const words = program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    options: [...command.options.flatMap(optionOf), HELP],
    values: command.registeredArguments[0]?.argChoices ?? [],
  }));
  return [...words, { name: 'help', summary: HELP.summary, options: [], values: words.map(({ name }) => name) }];
}

const HELP: WordOption = { flag: '--help', summary: 'show how', choices: [], isList: false };

function optionOf({ long, description, argChoices = [] }: Option): readonly WordOption[] {
  if (long === undefined || long === null) return [];
  const list = LISTS[long];
  return [{ flag: long, summary: description, choices: list ?? argChoices, isList: list !== undefined }];
}

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (words: readonly Word[]) => string>> = { bash, zsh, fish };

function bash(words: readonly Word[]): string {
  const names = words.map(({ name }) => name).join(' ');
  return `_curfew() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" all="" values="" list="" head=""
  if [ "$COMP_CWORD" -eq 1 ]; then values="${names} --help --version"; else case "\${COMP_WORDS[1]}" in
${words.map(bashCase).join('\n')}
  esac; fi
  if [ -n "$list" ]; then
    [[ "$word" == *,* ]] && head="\${word%,*},"
    COMPREPLY=($(compgen -P "$head" -W "$list" -- "\${word##*,}"))
  elif [ -n "$values" ]; then COMPREPLY=($(compgen -W "$values" -- "$word"))
  elif [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W "$all" -- "$word"))
  else COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _curfew curfew
`;
}

function bashCase({ name, options, values }: Word): string {
  const known = options
    .filter(({ choices }) => choices.length > 0)
    .map(({ flag, choices, isList }) => `${flag}) ${isList ? 'list' : 'values'}="${choices.join(' ')}" ;;`);
  const first = values.length === 0 ? '' : ` [ "$COMP_CWORD" -eq 2 ] && values="${values.join(' ')}";`;
  const after = known.length === 0 ? '' : ` case "$before" in ${known.join(' ')} esac`;
  return `    ${name}) all="${options.map(({ flag }) => flag).join(' ')}";${first}${after} ;;`;
}

function zsh(words: readonly Word[]): string {
  const commands = words.map(({ name, summary }) => `'${name}:${quoted(summary)}'`);
  const cases = words.map(({ name, options, values }) => {
    const rest = values.length === 0 ? '*:file:_files' : `*:value:(${values.join(' ')})`;
    return `    ${name}) _arguments ${options.map(zshOption).join(' ')} '${rest}' ;;`;
  });
  return `#compdef curfew
_curfew() {
  local -a commands
  commands=(${commands.join(' ')})
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case "$words[2]" in
${cases.join('\n')}
  esac
}
compdef _curfew curfew
`;
}

function fish(words: readonly Word[]): string {
  const lines = words.flatMap(({ name, summary, options, values: first }) => [
    `complete -c curfew -n __fish_use_subcommand -f -a ${name} -d '${quoted(summary)}'`,
    ...(first.length === 0
      ? []
      : [`complete -c curfew -n '__fish_seen_subcommand_from ${name}' -f -a '${first.join(' ')}'`]),
    ...options.map(({ flag, summary: what, choices, isList }) => {
      const known = isList ? `(__fish_append , ${choices.join(' ')})` : choices.join(' ');
      const values = choices.length === 0 ? '' : ` -x -a '${known}'`;
      const of = `complete -c curfew -n '__fish_seen_subcommand_from ${name}'`;
      return `${of} -l ${flag.slice(2)} -d '${quoted(what)}'${values}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}

function zshOption({ flag, summary, choices, isList }: WordOption): string {
  const known = isList ? ` _values -s , ${flag.slice(2)} ${choices.join(' ')}` : `(${choices.join(' ')})`;
  const values = choices.length === 0 ? '' : `:value:${known}`;
  return `'${flag}[${quoted(summary).replace(/[[\]:]/g, ' ')}]${values}'`;
}

function quoted(text: string): string {
  return text.replaceAll("'", '’');
}
