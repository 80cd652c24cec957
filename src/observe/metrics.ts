/** One metric: what it is called, what it counts, and by what. Every label has few values, whatever happens. */
export interface Metric {
  /** As OpenTelemetry writes it; Prometheus calls it `curfew_decisions_total`. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly labels: readonly string[];
  /**
   * Values of its labels that begin at 0, so that an alert sees their first step: Prometheus sees none in a series that
   * begins at 1.
   */
  readonly begins: readonly (readonly string[])[];
  /** UCUM, as OpenTelemetry writes it. */
  readonly unit: string;
}

const counter = (name: string, unit: string, help: string, ...labels: readonly string[]): Metric => ({
  name: `curfew.${name}`,
  help,
  kind: 'counter',
  labels,
  begins: [],
  unit: unit === 's' ? unit : `{${unit}}`,
});
const from = (begins: Metric['begins'], metric: Metric): Metric => ({ ...metric, begins });
const each = (values: readonly string[]) => values.map((value) => [value]);

const STORE_FAULTS = ['unavailable', 'timeout', 'contention', 'record_invalid', 'answer_invalid'];
const FAULTS = ['clock_off', ...STORE_FAULTS.map((fault) => `store_${fault}`)];
const PARTS = ['answer', 'flush', 'list', 'purge', 'watch'];
const gauge = (name: string, unit: string, help: string): Metric => ({ ...counter(name, unit, help), kind: 'gauge' });

/**
 * Every metric of this package. Append-only: dashboards are built on them.
 *
 * @example
 * METRICS.sessionsEnded.labels; // => ['code']
 */
export const METRICS = {
  decisions: counter('decisions', 'decision', 'Answers that the engine gave.', 'type', 'effect'),
  refusals: from(
    [
      ['deny', 'rule_failed'],
      ['deny', 'operation_unknown'],
      ['indeterminate', 'evaluation_failed'],
      ['indeterminate', 'clock_behind'],
    ],
    counter('refusals', 'decision', 'Answers that were no permit, by the strictest reason.', 'effect', 'code'),
  ),
  accesses: from(
    each(['user', 'background']),
    counter('accesses', 'request', 'Requests, by who made them.', 'activity'),
  ),
  sessionsStarted: counter('sessions.started', 'session', 'Sessions that started.'),
  sessionsEnded: counter('sessions.ended', 'session', 'Sessions that were seen to end, by why.', 'code'),
  usesAfterEnd: counter(
    'uses.after.end',
    'request',
    'Times that an ended session was presented, by why it ended.',
    'code',
  ),
  dropOffs: counter('drop.offs', 'session', 'Timed-out sessions whose person was back within 5 minutes.', 'code'),
  warnings: counter('warnings', 'session', 'Times that a session was seen within its warning.'),
  extensions: counter('extensions', 'session', 'Warnings after which a person went on.'),
  stepUps: from(
    each(['passed', 'failed']),
    counter('step.ups', 'proof', 'Proofs that people gave again, by whether they passed.', 'result'),
  ),
  refreshes: from(
    each(['permit', 'refresh_reused', 'refresh_unknown']),
    counter('refreshes', 'refresh', 'Refresh tokens presented: `permit`, `superseded`, or why not.', 'result'),
  ),
  beyondLimit: from(
    each(['absolute', 'idle', 'until']),
    counter('beyond.limit', 'decision', 'Permits beyond a limit of the policy. Must be 0.', 'limit'),
  ),
  faults: from(
    FAULTS.flatMap((code) => PARTS.map((part) => [code, part])),
    counter('faults', 'fault', 'Faults, by what they are and where they were met.', 'code', 'during'),
  ),
  conflicts: counter('conflicts', 'write', 'Writes that another writer was faster than.'),
  candidate: counter('candidate', 'decision', 'What a candidate policy would have answered.', 'effect', 'would'),
  findings: from(
    each(['reuse', 'shared_device', 'use_after_end']),
    counter('findings', 'finding', 'Patterns of attack that were found.', 'pattern'),
  ),
  lastFault: gauge('last.fault.timestamp', 's', 'When the latest fault was met, in seconds since the Unix epoch.'),
} as const satisfies Record<string, Metric>;

/** A metric by its short name. */
export type MetricName = keyof typeof METRICS;

/** One value of a metric, with what its labels are. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What all metrics stand at. */
export type Figures = Readonly<Record<MetricName, readonly Sample[]>>;

/** The names of all metrics. */
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];
