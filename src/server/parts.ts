import { createEngine, type Engine } from '../engine/engine.js';
import type { Observer } from '../engine/observer.js';
import { detecting } from '../observe/detect.js';
import { findingLine } from '../observe/finding-line.js';
import { type Health as Figured, healthFigures } from '../observe/health.js';
import { observers, observing } from '../observe/observers.js';
import { systemClock } from '../time/clock.js';
import { systemTimers, type Timers } from '../time/timer.js';
import { type FaultLog, faultLog } from './fault-log.js';
import { type Figures, figures } from './figures.js';
import { NOBODY } from './health.js';
import { decisionLog, type LogRecord } from './log.js';
import type { GatewayOptions } from './options.js';

/** What a gateway is made of, before it answers anybody. */
export interface GatewayParts {
  readonly engine: Engine;
  readonly counts: Figures;
  readonly log: (record: LogRecord) => void;
  /** Milliseconds that only run forwards. */
  readonly monotonic: () => number;
  readonly timers: Timers;
  readonly faults: FaultLog;
}

/** Makes an engine that is counted, logged and watched for attacks. */
export function partsOf({ policy, store, engine: own = {}, ...options }: GatewayOptions): GatewayParts {
  const log = options.log ?? ((_record: LogRecord) => undefined);
  const policyNow = () => engine.policy();
  const health = healthFigures(policyNow, { codes: options.codes ?? [] });
  const clock = own.clock ?? systemClock;
  const monotonic = () => (clock.monotonic === undefined ? clock.now() : clock.monotonic());
  const timers = own.timers ?? systemTimers;
  const isStoreThere = async () => (await engine.peek(NOBODY)).effect !== 'indeterminate';
  const faults = faultLog({ log, isStoreThere, monotonic, timers });
  const isOperation = (name: string) => Object.hasOwn(policyNow().operations, name);
  const engine: Engine = createEngine({
    ...own,
    policy,
    store,
    observer: observers(
      health.observer,
      decisionLog({ which: options.logDecisions ?? 'refused', log, faults, isOperation }),
      watchForAttacks(policyNow, health, log),
      ...(own.observer === undefined ? [] : [own.observer]),
    ),
  });
  return { counts: figures(health.figures), log, engine, monotonic, timers, faults };
}

/** By the policy's `detection`; where it asks for nothing, no record is made for it. */
function watchForAttacks(policyNow: Engine['policy'], health: Figured, log: GatewayParts['log']): Observer {
  const watch = observing(
    {},
    detecting(
      () => policyNow().detection,
      (finding) => {
        health.found(finding);
        const { event, pattern, count, msg } = { ...findingLine(finding) };
        log({ level: 'error', event, pattern, count, hint: msg });
      },
    ),
  );
  return (record) => {
    const { reuse, sharedDevice, useAfterEnd } = policyNow().detection;
    if (reuse !== null || sharedDevice !== null || useAfterEnd !== null) watch(record);
  };
}
