import { Option } from 'commander';
import { systemClock } from '../time/clock.js';
import { ALARMING, type AuditReport, type AuditStanding, createAudit } from './audit.js';
import { type Commands, printJson } from './command.js';
import { EXIT } from './failure.js';
import { openLiveStore } from './live-store.js';
import { readPolicy } from './policy-file.js';
import { figures } from './report-table.js';
import { countText, numberText, shownText } from './report-text.js';
import { storeFailure } from './store-failure.js';
import { type Paint, paintFor, type Terminal } from './terminal.js';

/** Options of `curfew audit`. */
interface AuditOptions {
  readonly policy: string;
  readonly store: string;
  readonly table: string;
  readonly prefix: string;
  readonly allowEmpty?: boolean;
  readonly json?: boolean;
}

const NOTES: Readonly<Record<AuditStanding, string>> = {
  live: 'decided last under this policy',
  other_policy: 'decided last under another one: a process runs it still, or nobody came since',
  outlived: 'active after this policy would have ended it',
  lapsed: 'over; nobody came back to be told',
  ended: '',
  damaged: 'not to be read',
};

/** Adds `curfew audit`. */
export function addAudit({ program, terminal, result }: Commands): void {
  program
    .command('audit')
    .summary('look for sessions in a live store that do not follow the policy')
    .description(
      'Reads every session of a store, writes nothing, and counts those that outlived the policy or run under another.',
    )
    .requiredOption('-p, --policy <file>', 'the policy: JSON, JSONC or YAML')
    .addOption(
      // an address may hold a password, which others see among a command's words
      new Option('--store <address>', 'sqlite:sessions.db, postgres://, mysql:// or redis://')
        .env('CURFEW_STORE')
        .makeOptionMandatory(),
    )
    .option('--table <name>', 'the table', 'curfew_sessions')
    .option('--prefix <text>', 'what keys begin with, in Redis', 'curfew:')
    .option('--allow-empty', 'end with 0 for a store without a session, too')
    .option('--json', 'print one JSON object')
    .action(async (options: AuditOptions) => {
      result.exitCode = await audit(terminal, options);
    });
}

async function audit(terminal: Terminal, options: AuditOptions): Promise<number> {
  const { stdout, stderr, env } = terminal;
  const policy = await readPolicy(options.policy, paintFor(stderr, env));
  const report = await audited(options, createAudit(policy, systemClock.now()));
  if (options.json === true) printJson(terminal, report);
  else stdout.write(auditLines(report, paintFor(stdout, env)));
  if (report.sessions === 0 && options.allowEmpty !== true) {
    // the wrong prefix or database looks like this, and would pass for one where all is well
    const words = 'not a session was read: is that the store, with its --table or --prefix? If so, say --allow-empty';
    stderr.write(`${words}\n`);
    return EXIT.failed;
  }
  return ALARMING.some((standing) => report.counts[standing] > 0) ? EXIT.failed : EXIT.fine;
}

async function audited(options: AuditOptions, audit: ReturnType<typeof createAudit>): Promise<AuditReport> {
  try {
    const live = await openLiveStore(options.store, options);
    try {
      for await (const ids of live.ids()) for (const loaded of await live.store.load(ids)) audit.add(loaded);
      return audit.report();
    } finally {
      await live.close();
    }
  } catch (error) {
    throw storeFailure(error, options.store, options);
  }
}

function auditLines({ policy, fingerprint, sessions, counts, unpurged, examples }: AuditReport, paint: Paint): string {
  const rows = (Object.keys(NOTES) as AuditStanding[]).map((standing): [string, number, string] => {
    const note = counts[standing] > 0 ? NOTES[standing] : '';
    return [standing, counts[standing], ALARMING.includes(standing) ? paint.red(note) : paint.dim(note)];
  });
  const overdue = `${countText(unpurged, 'record', 'records')} to be purged over an hour ago: does anybody purge?`;
  const late = unpurged === 0 ? [] : [`  ${paint.yellow(overdue)}`];
  const shown = examples.map(({ id, standing, policy: other }) => {
    return `  ${paint.dim(shownText(`${id}  ${standing}${standing === 'other_policy' ? ` ${other}` : ''}`))}`;
  });
  const head = `  ${paint.bold(policy)} ${paint.dim(fingerprint)} over ${numberText(sessions)} sessions`;
  const lines = [head, '', figures(rows, sessions, paint), ...late, ...(shown.length > 0 ? ['', ...shown] : [])];
  return `\n${lines.join('\n')}\n\n`;
}
