import * as fakeTimers from '@sinonjs/fake-timers';
import { createEngine, type Engine, type EngineOptions } from '../../src/engine/index.js';
import type { DecisionRecord, FaultRecord } from '../../src/engine/observer.js';
import type { Envelope, SessionStore } from '../../src/engine/ports.js';
import { definePolicy, type Policy, type PolicyDocument } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import type { Clock } from '../../src/time/clock.js';
import type { Timers } from '../../src/time/timer.js';

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
/** When every world begins. */
export const BEGIN = 1_700_000_000_000;

export const policyWith = (part: Partial<PolicyDocument> = {}): Policy =>
  definePolicy({ id: 'test', idleTimeout: '15m', absoluteTimeout: '8h', ...part } as PolicyDocument);

export const USER = { activity: 'user' } as const;
export const BACKGROUND = { activity: 'background' } as const;

/** A clock that can be set wrong; it goes on from there. */
export interface WorldClock extends Required<Clock> {
  setBy(milliseconds: number): void;
}

/** Time that moves only when told to, for clocks and timers alike. */
export interface World {
  readonly timers: Timers;
  /** How many calls of `after` there were. */
  readonly timersSet: () => number;
  /** How many of them are still to come. */
  readonly timersPending: () => number;
  clock(wrongBy?: number): WorldClock;
  /** Milliseconds since the world began. */
  elapsed(): number;
  /** Lets time pass; every timer fires at its very millisecond, and what it starts is finished before the next. */
  advance(milliseconds: number): Promise<void>;
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>;
  engine(options: Partial<EngineOptions> & Pick<EngineOptions, 'store'>): TestEngine;
}

export interface TestEngine extends Engine {
  readonly records: (DecisionRecord | FaultRecord)[];
  readonly faults: () => FaultRecord[];
  readonly clock: WorldClock;
  readonly log: () => DecisionRecord[];
}

/** The real one: a turn of the event loop needs no time here, and must come by itself. */
const nextTurn = setImmediate;

export function aWorld(): World {
  const fake = fakeTimers.createClock(0);
  const due = new Map<object, number>();
  let set = 0;
  let turns = 0;
  const timers: Timers = {
    after(milliseconds, act) {
      set += 1;
      const wait = Math.ceil(Math.max(0, milliseconds));
      const key = {};
      due.set(key, fake.now + wait);
      const timer = fake.setTimeout(() => {
        due.delete(key);
        act();
      }, wait);
      return () => {
        due.delete(key);
        fake.clearTimeout(timer);
      };
    },
    soon(act) {
      turns += 1;
      nextTurn(() => {
        turns -= 1;
        act();
      });
    },
  };
  const settle = async () => {
    do for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => nextTurn(resolve));
    while (turns > 0);
  };
  const clock = (wrongBy = 0): WorldClock => {
    let off = wrongBy;
    return {
      now: () => BEGIN + fake.now + off,
      monotonic: () => fake.now,
      setBy(milliseconds) {
        off += milliseconds;
      },
    };
  };
  return {
    timers,
    timersSet: () => set,
    timersPending: () => due.size,
    clock,
    settle,
    elapsed: () => fake.now,
    async advance(milliseconds) {
      await settle();
      const until = fake.now + milliseconds;
      for (;;) {
        const next = Math.min(until, ...due.values());
        fake.tick(Math.max(0, next - fake.now));
        await settle();
        if (fake.now >= until && Math.min(until + 1, ...due.values()) > until) return;
      }
    },
    engine(options) {
      const records: (DecisionRecord | FaultRecord)[] = [];
      const own = (options.clock as WorldClock | undefined) ?? clock();
      const engine = createEngine({
        policy: policyWith(),
        purgeEvery: 0,
        observer: (record) => records.push(record),
        timers,
        clock: own,
        ...options,
      });
      const faults = () => records.filter((one): one is FaultRecord => one.kind === 'fault');
      const log = () => records.filter((one): one is DecisionRecord => one.kind === 'decision');
      return { ...engine, records, faults, log, clock: own };
    },
  };
}

type Method = 'create' | 'load' | 'replace' | 'listBySubject' | 'purge' | 'now';

/** What a test puts between an engine and its store. `go` does what was asked for. */
export type Intercept = (method: Method, go: () => Promise<unknown>, args: readonly unknown[]) => unknown;

/** A store that counts, and that goes wrong when told to. */
export interface TestStore extends SessionStore {
  intercept: Intercept | null;
  /** What was called, and how often. */
  readonly calls: Record<Method, number>;
  /** Sessions asked for, sessions written (the creations not among them), sessions in the way. */
  readonly counts: { loaded: number; written: number; conflicts: number; announced: number };
  /** Everything that was ever written into it. */
  readonly history: Envelope[];
  readonly base: SessionStore;
  envelope(id: string): Promise<Envelope>;
}

export function testStore(base: SessionStore = memoryStore()): TestStore {
  const calls = { create: 0, load: 0, replace: 0, listBySubject: 0, purge: 0, now: 0 };
  const counts = { loaded: 0, written: 0, conflicts: 0, announced: 0 };
  const history: Envelope[] = [];
  const through = <Value>(method: Method, args: readonly unknown[], go: () => Promise<Value>): Promise<Value> => {
    calls[method] += 1;
    return (store.intercept === null ? go() : store.intercept(method, go, args)) as Promise<Value>;
  };
  const store: TestStore = {
    intercept: null,
    calls,
    counts,
    history,
    base,
    create: (envelope) =>
      through('create', [envelope], () => {
        history.push(envelope);
        return base.create(envelope);
      }),
    load(ids) {
      counts.loaded += ids.length;
      return through('load', [ids], () => base.load(ids));
    },
    replace: (envelopes, options) =>
      through('replace', [envelopes, options], async () => {
        const outcomes = await base.replace(envelopes, options);
        for (const [index, outcome] of outcomes.entries()) {
          if (outcome === 'written') history.push(envelopes[index] as Envelope);
          counts[outcome === 'written' ? 'written' : 'conflicts'] += 1;
        }
        if (options?.announce === true) counts.announced += 1;
        return outcomes;
      }),
    listBySubject: (subject) => through('listBySubject', [subject], () => base.listBySubject(subject)),
    purge: (now, limit) => through('purge', [now, limit], () => base.purge(now, limit)),
    async envelope(id) {
      const [one] = await base.load([id]);
      if (!one || 'damage' in one) throw new Error('there is no such record');
      return one;
    },
    ...(base.now && { now: () => through('now', [], () => base.now?.() as Promise<number>) }),
    ...(base.watch && { watch: base.watch.bind(base) }),
  };
  return store;
}

/** A promise that somebody else decides about. */
export function aPromise<Value = void>() {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** How often a property is tried: so many times by default, more with `CURFEW_RUNS` (default 10,000). */
export const runs = (count: number) => ({
  numRuns: Math.ceil((count * Number(process.env['CURFEW_RUNS'] ?? 10_000)) / 10_000),
});

export const never = () => new Promise<never>(() => undefined);

/** A login that must succeed. */
export async function login(engine: Pick<Engine, 'start'>, part: Partial<Parameters<Engine['start']>[0]> = {}) {
  const answer = await engine.start({ subject: 'alice', ...part });
  if (answer.effect !== 'permit') throw new Error(`the login was answered ${said(answer)}`);
  return answer;
}

/** What an answer says, in one line: `deny idle_timeout absolute_timeout`. */
export const said = ({
  effect,
  reasons,
}: {
  readonly effect: string;
  readonly reasons: readonly { readonly code: string }[];
}): string => [effect, ...reasons.map(({ code }) => code)].join(' ');

/** Promises that nobody looked after, in this file. */
export function unhandledRejections(): unknown[] {
  const seen: unknown[] = [];
  process.on('unhandledRejection', (error) => seen.push(error));
  return seen;
}
