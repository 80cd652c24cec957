import { type Figures, METRIC_NAMES, METRICS, type Metric, type Sample } from './metrics.js';

/**
 * What a scrape is answered with: the text format of Prometheus, version 0.0.4.
 *
 * @example
 * const headers = { 'content-type': PROMETHEUS_CONTENT_TYPE };
 */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Figures in the text format of Prometheus, for a `/metrics` of your own. Serve it as `PROMETHEUS_CONTENT_TYPE`.
 *
 * @example
 * const text = prometheusText(healthFigures(policy).figures());
 * text.includes('curfew_sessions_started_total 0'); // => true
 */
export function prometheusText(figures: Figures): string {
  const blocks = METRIC_NAMES.map((name) => blockOf(METRICS[name], figures[name]));
  return blocks.join('');
}

/**
 * What Prometheus calls a metric: `curfew_decisions_total`, as OpenTelemetry's exporter does.
 *
 * @example
 * prometheusName(METRICS.lastFault); // => 'curfew_last_fault_timestamp_seconds'
 */
export function prometheusName({ name, kind, unit }: Metric): string {
  const base = name.replaceAll('.', '_');
  return kind === 'counter' ? `${base}_total` : unit === 's' ? `${base}_seconds` : base;
}

function blockOf(metric: Metric, samples: readonly Sample[]): string {
  const name = prometheusName(metric);
  const lines = samples.map(({ labels, value }) => `${name}${labelsOf(labels)} ${value}\n`);
  return `# HELP ${name} ${escaped(metric.help)}\n# TYPE ${name} ${metric.kind}\n${lines.join('')}`;
}

function labelsOf(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
