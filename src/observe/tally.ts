import { type Figures, METRIC_NAMES, METRICS, type MetricName, type Sample } from './metrics.js';

/** Counts that grow. */
export interface Tally {
  /** Adds to a count; `labels` in the order of the metric's. */
  add(metric: MetricName, labels?: readonly string[], by?: number): void;
  set(metric: MetricName, value: number): void;
  figures(): Figures;
}

/** No text that may be a label holds it. */
const BETWEEN = '\0';

/** A tally of every metric; counters without labels begin at 0. */
export function tally(): Tally {
  const counts = new Map<MetricName, Map<string, number>>(METRIC_NAMES.map((name) => [name, startOf(name)]));
  const of = (metric: MetricName) => counts.get(metric) as Map<string, number>;
  return {
    add(metric, labels = [], by = 1) {
      const key = labels.join(BETWEEN);
      of(metric).set(key, (of(metric).get(key) ?? 0) + by);
    },
    set: (metric, value) => void of(metric).set('', value),
    figures() {
      const all = METRIC_NAMES.map((name) => [name, samplesOf(METRICS[name].labels, of(name))] as const);
      return Object.fromEntries(all) as unknown as Figures;
    },
  };
}

function startOf(name: MetricName): Map<string, number> {
  const { labels, begins, kind } = METRICS[name];
  const values = labels.length === 0 && kind === 'counter' ? [[]] : begins;
  return new Map(values.map((each) => [each.join(BETWEEN), 0]));
}

function samplesOf(labels: readonly string[], counts: ReadonlyMap<string, number>): readonly Sample[] {
  return [...counts].map(([key, value]) => {
    const values = key.split(BETWEEN);
    return { labels: Object.fromEntries(labels.map((label, index) => [label, values[index] ?? ''])), value };
  });
}
