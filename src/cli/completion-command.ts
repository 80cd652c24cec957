import { Argument, type Command } from 'commander';
import type { Commands } from './command.js';
import { EXIT } from './failure.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

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
  readonly options: readonly { readonly flag: string; readonly summary: string; readonly choices: readonly string[] }[];
}

function wordsOf(program: Command): readonly Word[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    options: command.options.flatMap(({ long, description, argChoices = [] }) =>
      long === undefined || long === null ? [] : [{ flag: long, summary: description, choices: argChoices }],
    ),
  }));
}

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (words: readonly Word[]) => string>> = { bash, zsh, fish };

function bash(words: readonly Word[]): string {
  const cases = words.map(({ name, options }) => `    ${name}) all="${options.map(({ flag }) => flag).join(' ')}" ;;`);
  return `_curfew() {
  local word="\${COMP_WORDS[COMP_CWORD]}" all=""
  if [ "$COMP_CWORD" -eq 1 ]; then all="${words.map(({ name }) => name).join(' ')}"; else case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac; fi
  if [ "$COMP_CWORD" -eq 1 ] || [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W "$all" -- "$word"))
  else COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _curfew curfew
`;
}

function zsh(words: readonly Word[]): string {
  const commands = words.map(({ name, summary }) => `'${name}:${quoted(summary)}'`);
  const cases = words.map(({ name, options }) => {
    return `    ${name}) _arguments ${options.map(zshOption).join(' ')} '*:file:_files' ;;`;
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
  const lines = words.flatMap(({ name, summary, options }) => [
    `complete -c curfew -n __fish_use_subcommand -f -a ${name} -d '${quoted(summary)}'`,
    ...options.map(({ flag, summary: what, choices }) => {
      const values = choices.length === 0 ? '' : ` -x -a '${choices.join(' ')}'`;
      const of = `complete -c curfew -n '__fish_seen_subcommand_from ${name}'`;
      return `${of} -l ${flag.slice(2)} -d '${quoted(what)}'${values}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}

function zshOption({ flag, summary, choices }: Word['options'][number]): string {
  const values = choices.length === 0 ? '' : `:value:(${choices.join(' ')})`;
  return `'${flag}[${quoted(summary).replace(/[[\]:]/g, ' ')}]${values}'`;
}

function quoted(text: string): string {
  return text.replaceAll("'", '’');
}
