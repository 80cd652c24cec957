import { metrics, trace } from '@opentelemetry/api';
import { definePolicy } from 'curfew';
import { createEngine } from 'curfew/engine';
import {
  detecting,
  type Finding,
  findingLine,
  healthFigures,
  type Logger,
  logTo,
  meterFigures,
  observers,
  observing,
  prometheusText,
  spanEvents,
} from 'curfew/observe';
import { memoryStore } from 'curfew/stores/memory';

const policy = definePolicy({
  id: 'web',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  detection: { reuse: { atLeast: 5, within: '10m' }, useAfterEnd: { atLeast: 10, within: '5m' } },
});

/** An engine that is watched by everything on the page; `logger` is `pino()`. */
export function watchedEngine(logger: Logger, key: string) {
  const health = healthFigures(policy);
  const alarm = (finding: Finding) => {
    health.found(finding);
    const { level: _level, time: _time, msg, ...fields } = findingLine(finding);
    logger.error(fields, msg);
  };
  const observer = observers(
    health.observer,
    observing({ key }, logTo(logger), spanEvents(trace), detecting(policy.detection, alarm)),
  );
  const stop = meterFigures(metrics.getMeter('curfew'), health);
  const engine = createEngine({ policy, store: memoryStore(), observer });
  const close = async () => {
    stop();
    await engine.close();
  };
  return { engine, metricsText: () => prometheusText(health.figures()), close };
}
