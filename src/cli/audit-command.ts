import { systemClock } from '../time/clock.js';
import { ALARMING, type AuditReport, type AuditStanding, createAudit } from './audit.js';
import { type Commands, printJson } from './command.js';
import { EXIT, failure, isFailure } from './failure.js';
import { openLiveStore } from './live-store.js';
import { readPolicy } from './policy-file.js';
import { figures } from './report-table.js';
import { countText, numberText } from './report-text.js';
import { type Paint, paintFor, type Terminal } from './terminal.js';

/** Options of `curfew audit`. */
interface AuditOptions {
  readonly policy: string;
  readonly store: string;
  readonly table: string;
  readonly prefix: string;
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
    .requiredOption('--store <address>', 'sqlite:sessions.db, postgres://, mysql:// or redis://; or in CURFEW_STORE')
    .option('--table <name>', 'the table', 'curfew_sessions')
    .option('--prefix <text>', 'what keys begin with, in Redis', 'curfew:')
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
    if (isFailure(error)) throw error;
    // what a driver says may hold the address, and with it the password
    const { code = 'no answer' } = error as { readonly code?: string };
    throw failure(EXIT.failed, `the store could not be read: ${code}`);
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
    return `  ${paint.dim(`${id}  ${standing}${standing === 'other_policy' ? ` ${other}` : ''}`)}`;
  });
  const head = `  ${paint.bold(policy)} ${paint.dim(fingerprint)} over ${numberText(sessions)} sessions`;
  const lines = [head, '', figures(rows, sessions, paint), ...late, ...(shown.length > 0 ? ['', ...shown] : [])];
  return `\n${lines.join('\n')}\n\n`;
}
