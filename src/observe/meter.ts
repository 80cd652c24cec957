import type { Meter, Observable } from '@opentelemetry/api';
import type { Health } from './health.js';
import { METRIC_NAMES, METRICS, type MetricName } from './metrics.js';

/**
 * Gives the figures to OpenTelemetry: an observable counter for each, read when they are collected. So both ways out
 * tell the same numbers, and a request pays for one count.
 *
 * @param meter `metrics.getMeter('curfew')` of `@opentelemetry/api`
 * @returns stops it
 * @example
 * const stop = meterFigures(metrics.getMeter('curfew'), healthFigures(policy));
 * stop();
 */
export function meterFigures(meter: Meter, { figures }: Pick<Health, 'figures'>): () => void {
  const observables = METRIC_NAMES.map((name) => [name, observableOf(meter, name)] as const);
  const read = (result: { observe(metric: Observable, value: number, attributes: Record<string, string>): void }) => {
    const now = figures();
    for (const [name, observable] of observables) {
      for (const { labels, value } of now[name]) result.observe(observable, value, { ...labels });
    }
  };
  const all = observables.map(([, observable]) => observable);
  meter.addBatchObservableCallback(read, all);
  return () => meter.removeBatchObservableCallback(read, all);
}

function observableOf(meter: Meter, metric: MetricName): Observable {
  const { name, help, kind, unit } = METRICS[metric];
  const options = { description: help, unit };
  return kind === 'counter' ? meter.createObservableCounter(name, options) : meter.createObservableGauge(name, options);
}
