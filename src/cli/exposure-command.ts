import { type ExposureTotal, exposure, type PolicyExposure } from '../policy/exposure.js';
import type { Deployment, ExposureBudget, ExposureQuestion } from '../policy/exposure-input.js';
import { type Duration, formatDuration } from '../time/duration.js';
import { NEVER } from '../time/instant.js';
import { type Commands, collected, orUsage, printJson } from './command.js';
import { EXIT, failure } from './failure.js';
import { readPolicy } from './policy-file.js';
import { type Paint, paintFor, type Terminal } from './terminal.js';

/** Options of `curfew exposure`, as they were typed. */
interface ExposureOptions {
  readonly accessTokens?: boolean;
  readonly verifierLeeway?: string;
  readonly cache?: string;
  readonly pushSilence?: string;
  readonly handleGrace?: string;
  readonly budget?: readonly string[];
  readonly json?: boolean;
}

const QUESTIONS: Readonly<Record<ExposureQuestion, string>> = {
  stolenSession: 'a stolen session stays usable for',
  stolenAccessToken: 'a stolen access token stays usable for',
  revokedSession: 'a revoked session stays usable for',
  unattendedDevice: 'an unattended device stays usable for',
};
const NAMES = Object.keys(QUESTIONS) as ExposureQuestion[];

/** Adds `curfew exposure`. */
export function addExposure({ program, terminal, result }: Commands): void {
  program
    .command('exposure')
    .summary('reckon how long at worst what should be over stays usable')
    .description('Adds up how long, at worst, a stolen, revoked or unattended session stays usable.')
    .argument('<policy>', 'the policy: JSON, JSONC or YAML')
    .option('--access-tokens', 'somebody accepts access tokens without asking the engine')
    .option('--verifier-leeway <duration>', 'what those who verify access tokens add to their expiry')
    .option('--cache <duration>', 'how long sessions in memory are trusted (engine.exposure().revocation)')
    .option('--push-silence <duration>', 'how long an open connection goes on when nothing is heard of the engine')
    .option('--handle-grace <duration>', 'how long the old handle is accepted after a rotation; default 10s')
    .option('--budget <question=duration>', `end with 1 above this: ${NAMES.join(', ')}; may be repeated`, collected)
    .option('--json', 'print one JSON object; durations in milliseconds')
    .action(async (path: string, options: ExposureOptions) => {
      result.exitCode = await reckon(terminal, path, options);
    });
}

async function reckon(terminal: Terminal, path: string, options: ExposureOptions): Promise<number> {
  const { stdout, stderr, env } = terminal;
  const policy = await readPolicy(path, paintFor(stderr, env));
  const { accessTokens = false, verifierLeeway, cache, pushSilence, handleGrace, budget = [] } = options;
  const deployment: Deployment = {
    accessTokens,
    ...(verifierLeeway !== undefined && { verifierLeeway }),
    ...(cache !== undefined && { cacheTrustedFor: cache }),
    ...(pushSilence !== undefined && { pushSilence }),
    ...(handleGrace !== undefined && { handleGrace }),
  };
  const answer = orUsage(() => exposure(policy, deployment, budgetOf(budget)));
  if (options.json === true) printJson(terminal, answer);
  else stdout.write(exposureLines(answer, paintFor(stdout, env)));
  return answer.isWithin ? EXIT.fine : EXIT.failed;
}

function budgetOf(typed: readonly string[]): ExposureBudget {
  return Object.fromEntries(
    typed.map((one) => {
      const [name = '', most] = one.split('=');
      if (most !== undefined && most !== '') return [name, most];
      throw failure(EXIT.usage, `--budget \`${one}\` is no budget: write revokedSession=1m`);
    }),
  );
}

function exposureLines(answer: PolicyExposure, paint: Paint): string {
  const lines = NAMES.map((name) => totalLines(QUESTIONS[name], answer[name], paint));
  const early = formatDuration(answer.lostActivity);
  const lost = paint.dim(`a crash or an outage ends a session at most ${early} early, and nothing late`);
  return `\n${lines.join('\n\n')}\n\n  ${lost}\n\n`;
}

function totalLines(
  question: string,
  { total, terms, dominating, budget, isWithin }: ExposureTotal,
  paint: Paint,
): string {
  const length = (duration: Duration) => (duration === NEVER ? 'ever' : formatDuration(duration));
  const limit = budget === null ? '' : `, within ${formatDuration(budget)}`;
  const over = budget === null || isWithin ? limit : paint.red(`, above the ${formatDuration(budget)} that it may be`);
  const parts = terms.map((term) => {
    const most = term === dominating && terms.length > 1 ? paint.yellow('  the most of it') : '';
    return `\n    ${length(term.duration).padStart(8)}  ${term.name}${most}\n              ${paint.dim(term.source)}`;
  });
  return `  ${question} ${paint.bold(length(total))}${over}${parts.join('')}`;
}
