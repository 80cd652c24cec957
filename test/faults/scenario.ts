import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../servers/until.js';
import { assembleCrew, type Crew, type Worker } from './crew.js';
import type { Entry, Span, Violation } from './entry.js';
import { monotonic } from './hand-over.js';
import { lostByFailover, violations } from './history.js';
import type { StoreSettings } from './open-store.js';
import { PROMISED } from './promises.js';

/** How long a scenario goes on; its faults are repeated until then. */
const SECONDS = Number(process.env['CURFEW_FAULTS_SECONDS'] ?? 5);
/** A file to which each scenario adds a line with its figures. */
const FIGURES = process.env['CURFEW_FAULTS_FIGURES'];

/** What a scenario is made of. */
export interface Scenario {
  readonly name: string;
  /** What the worker with this number opens. */
  readonly store: (process: number) => StoreSettings;
  readonly workers?: number;
  readonly cache?: boolean;
  /** Does its worst, once, and repairs it; called again and again. Left out: a quiet run. */
  readonly fault?: (stage: Stage) => Promise<void>;
}

/** What a fault can reach. */
export interface Stage {
  readonly crew: Crew;
  readonly workers: Worker[];
  /** Waits while the workers go on; the length of a fault, not a wait for something. */
  readonly letRun: (milliseconds: number) => Promise<void>;
  /** Starts one more worker in the place of one that was killed. */
  readonly replace: (index: number) => Promise<void>;
  /** The store lost everything in this time. */
  readonly lost: (span: Span) => void;
  /** The store had another primary after this time. */
  readonly failedOver: (span: Span) => void;
  /** Waits until every worker is answered `permit` again. */
  readonly recovered: () => Promise<void>;
}

export interface Result {
  readonly operations: number;
  readonly permits: number;
  readonly indeterminate: number;
  readonly faults: number;
  readonly ended: number;
  /** Broken promises that no failover explains. */
  readonly violations: readonly string[];
  /** What was acknowledged and went with a primary. */
  readonly lostByFailover: readonly string[];
  readonly unhandled: readonly string[];
  readonly hasFlushed: boolean;
  readonly history: readonly Entry[];
}

/** Lets workers have their way with a store, with the faults of the scenario in between, and judges what they saw. */
export async function play(scenario: Scenario): Promise<Result> {
  const crew = assembleCrew();
  const workers: Worker[] = [];
  const losses: Span[] = [];
  const failovers: Span[] = [];
  const count = scenario.workers ?? 3;
  let given = 0;
  const add = () => {
    const process = given++;
    const settings = { process, processes: count, seed: 1 + process * 7_919, cache: scenario.cache ?? false };
    return crew.add({ ...settings, store: scenario.store(process) });
  };
  const recovered = () => allPermit(crew, workers);
  try {
    workers.push(...(await Promise.all(Array.from({ length: count }, add))));
    await recovered();
    const end = monotonic() + SECONDS * 1_000;
    const stage: Stage = {
      crew,
      workers,
      letRun: (milliseconds) => pause(milliseconds),
      async replace(index) {
        workers[index] = await add();
      },
      lost: (span) => void losses.push(span),
      failedOver: (span) => void failovers.push(span),
      recovered,
    };
    const faults = await repeat(scenario, stage, end);
    const hasFlushed = await crew.stop();
    const revocationBound = Math.max(...workers.map((worker) => worker.revocationBound));
    const found = violations(crew.history(), { ...PROMISED, losses, revocationBound });
    return resultOf(scenario.name, { crew, found, failovers, faults, hasFlushed });
  } finally {
    await crew.dispose();
  }
}

async function repeat({ fault }: Scenario, stage: Stage, end: number): Promise<number> {
  if (fault === undefined) {
    await stage.letRun(end - monotonic());
    return 0;
  }
  let faults = 0;
  do {
    await fault(stage);
    faults += 1;
    await stage.recovered();
    await stage.letRun(500);
    // the rest is for what was lost to show: idle limits pass
  } while (monotonic() < end - PROMISED.idleTimeout);
  await stage.letRun(Math.max(PROMISED.idleTimeout - 500, end - monotonic()));
  return faults;
}

async function allPermit(crew: Crew, workers: readonly Worker[]): Promise<void> {
  const since = monotonic();
  const all = () => workers.every(({ process }) => crew.count('permit', since, process) > 0);
  await until('every worker is permitted again', all, 45_000);
}

interface Judged {
  readonly crew: Crew;
  readonly found: readonly Violation[];
  readonly failovers: readonly Span[];
  readonly faults: number;
  readonly hasFlushed: boolean;
}

function resultOf(name: string, { crew, found, failovers, faults, hasFlushed }: Judged): Result {
  const history = crew.history();
  const explained = new Set(lostByFailover(found, failovers));
  const texts = (some: readonly Violation[]) => some.map(({ kind, session, text }) => `${kind}: ${session}: ${text}`);
  const count = (effect: Entry['effect']) => history.filter((entry) => entry.effect === effect).length;
  const result: Result = {
    operations: history.length,
    permits: count('permit'),
    indeterminate: count('indeterminate'),
    faults,
    ended: new Set(history.filter(({ ended }) => ended !== null).map(({ session }) => session)).size,
    violations: texts(found.filter((one) => !explained.has(one))),
    lostByFailover: texts([...explained]),
    unhandled: crew.unhandled,
    hasFlushed,
    history,
  };
  if (FIGURES !== undefined) {
    const { history: _, ...figures } = result;
    appendFileSync(FIGURES, `${JSON.stringify({ name, ...figures })}\n`);
  }
  return result;
}
