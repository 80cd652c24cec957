import { Option } from 'commander';
import type { SessionEvent } from '../core/event.js';
import type { Policy } from '../core/policy.js';
import type { Session } from '../core/session.js';
import { type Explanation, explain } from '../explain.js';
import { createIntake, type NumberedRecord } from '../replay/intake.js';
import type { LogRecord } from '../replay/record.js';
import { startSession } from '../start-session.js';
import { type Commands, printJson } from './command.js';
import { explainLines } from './explain-text.js';
import { EXIT, failure } from './failure.js';
import { openInput } from './input.js';
import { checkLogNamed, type LogArguments, logOptions, nothingRead } from './log-options.js';
import { readPolicy } from './policy-file.js';
import { exitCodeOf, readLog } from './read-log.js';
import { paintFor, type Terminal } from './terminal.js';

/** Options of `curfew explain`, as they were typed. */
interface ExplainOptions extends LogArguments {
  readonly policy: string;
  readonly visitor: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** What was decided of one event. */
export interface ExplainedStep {
  readonly line: number;
  readonly event: SessionEvent;
  readonly explanation: Explanation;
}

/** One session of a visitor, and what was decided of each of its events. */
export interface ExplainedSession {
  readonly start: Session;
  readonly end: Session;
  readonly steps: readonly ExplainedStep[];
}

/** Adds `curfew explain`. */
export function addExplain({ program, terminal, result }: Commands): void {
  program
    .command('explain')
    .summary('say why a session was ended, from a log')
    .description('Takes one visitor of a log, and says of every request what the policy makes of it, and why.')
    .argument('[log]', 'an access log or JSON events, one a line; - for standard input')
    .requiredOption('-p, --policy <file>', 'the policy: JSON, JSONC or YAML')
    .requiredOption('--visitor <name>', 'whose sessions: the host, or what --by makes of a line')
    .option('--by <fields>', 'what makes a visitor: host, host+agent, or a field of the JSON lines')
    .option('--background <regex>', 'paths that are not user activity, such as ^/api/poll')
    .option('--reorder <duration>', 'sort lines within this window', '60s')
    .addOption(new Option('--format <format>', 'what the lines are').choices(['auto', 'clf', 'ndjson']).default('auto'))
    .option('--all', 'show every request, not only the last ones of a session')
    .option('--json', 'print one JSON object')
    .action(async (log: string | undefined, options: ExplainOptions) => {
      result.exitCode = await explainLog(terminal, log, options);
    });
}

async function explainLog(terminal: Terminal, path: string | undefined, options: ExplainOptions): Promise<number> {
  const { stdout, stderr, env } = terminal;
  checkLogNamed(terminal, path, 'explain');
  const { format = 'auto', reorder = 0, by, background = null } = logOptions(options);
  const policy = await readPolicy(options.policy, paintFor(stderr, env));
  const input = await openInput(terminal, path ?? '-');
  const records: NumberedRecord[] = [];
  const reading = { format, reorder, by: by?.split('+') ?? [], background, withContext: true };
  const numbered = (record: LogRecord, line: number): NumberedRecord => ({ ...record, line });
  const intake = createIntake(reading, numbered, (record) => {
    if (record.visitor === options.visitor) records.push(record);
  });
  const problem = await readLog(terminal, input, intake);
  const wrong = nothingRead(input, intake.finish(), options);
  if (wrong !== null) throw wrong;
  if (records.length === 0) {
    throw failure(EXIT.failed, `${input.name}: no line is of visitor \`${options.visitor}\`: --by says what makes one`);
  }
  const sessions = explained(policy, records);
  if (options.json === true) printJson(terminal, sessions);
  else stdout.write(explainLines(sessions, options.all === true, paintFor(stdout, env)));
  return exitCodeOf(terminal, input, problem);
}

/** The sessions of one visitor: as in a replay, the first request after an end begins the next. */
function explained(policy: Policy, records: readonly NumberedRecord[]): ExplainedSession[] {
  const sessions: { start: Session; end: Session; steps: ExplainedStep[] }[] = [];
  for (const { visitor, event, attributes, line } of records) {
    const current = sessions.at(-1);
    if (current !== undefined && current.end.ended === null) {
      const explanation = explain(policy, current.end, event);
      current.steps.push({ line, event, explanation });
      current.end = explanation.session ?? current.end;
      if (current.end.ended === null) continue;
    }
    if (event.type !== 'access') continue;
    const { at, context = {} } = event;
    const login = { id: `${visitor}#${sessions.length + 1}`, subject: visitor, at, context };
    const start = startSession(policy, { ...login, ...(attributes !== null && { attributes }) });
    sessions.push({ start, end: start, steps: [] });
  }
  return sessions;
}
