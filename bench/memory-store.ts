/**
 * What a session costs in the memory store, and how long anybody waits for it.
 *
 *     npx tsx bench/memory-store.ts [--sizes 100000,1000000] [--json]
 *
 * Each store and size has a process of its own. Beside it express-session's MemoryStore, if it is installed in bench/.
 * A pause is what one turn of the event loop takes, in CPU time of the process: a wall clock counts the neighbours too.
 * `own` are turns into which no garbage collection fell, `all` are all turns. Collector and compiler have no threads of
 * their own here, so a handful of turns has a function compiled in it, and collections take longer than they would.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { PerformanceObserver } from 'node:perf_hooks';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Envelope } from '../src/engine/ports.js';
import { memoryStore } from '../src/stores/memory.js';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5, 9);
const SALT = randomBytes(8);
/** Until everything has been compiled for good. */
const WARM_UP = 300_000;
/** Collector and compiler work in the one thread, so that the CPU time of a turn is the turn's. */
const ALONE = ['--single-threaded', '--no-incremental-marking'];

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { sizes: text, trial: text, size: text, json: { type: 'boolean' } } });

/** Turns in milliseconds: the longest, and what one in a thousand and one in two exceed. */
interface Pauses {
  readonly own: number;
  readonly all: number;
  readonly rare: number;
  readonly median: number;
}

interface Result {
  readonly bytes: number;
  readonly residentBytes: number;
  readonly create: Pauses;
  readonly purge: Pauses;
  /** CPU time for each session that went, in nanoseconds. */
  readonly nanosecondsGone: number;
  readonly nanosecondsReplace?: number;
}

interface Trial {
  create(number: number): unknown;
  /** Removes everything, giving others a turn when it likes. */
  purge(count: number): Promise<unknown>;
  replace?(envelope: Envelope): Promise<unknown>;
}

const TRIALS: Readonly<Record<string, () => Promise<Trial | null>>> = {
  curfew: curfewTrial,
  'express-session': expressTrial,
};

const trial = values.trial === undefined ? undefined : TRIALS[values.trial];
if (trial === undefined) runAll((values.sizes ?? '100000,1000000').split(','));
else console.log(JSON.stringify(await measure(trial, Number(values.size))));

function runAll(sizes: readonly string[]): void {
  const results = Object.keys(TRIALS).flatMap((name) => {
    return sizes.map((size) => ({ name, size: Number(size), result: inOwnProcess(name, size) }));
  });
  if (values.json) {
    console.log(JSON.stringify(results, null, 2));
    return;
  }
  const head = [
    'bytes',
    'resident',
    'create own',
    'all',
    'purge own',
    'all',
    '99.9 %',
    'median',
    'ns/gone',
    'ns/replace',
  ];
  console.log(`${'turns in ms'.padEnd(28)}${head.map((title) => title.padStart(11)).join('')}`);
  for (const { name, size, result } of results) {
    const cells = result === null ? ['not installed: npm ci --prefix bench'] : cellsOf(result);
    console.log(`${`${name}, ${size}`.padEnd(28)}${cells.map((cell) => cell.padStart(11)).join('')}`);
  }
}

function cellsOf({ bytes, residentBytes, create, purge, nanosecondsGone, nanosecondsReplace }: Result): string[] {
  const pauses = [create.own, create.all, purge.own, purge.all, purge.rare, purge.median];
  const costs = [nanosecondsGone, ...(nanosecondsReplace === undefined ? [] : [nanosecondsReplace])];
  return [
    bytes.toFixed(0),
    residentBytes.toFixed(0),
    ...pauses.map((ms) => ms.toFixed(2)),
    ...costs.map((ns) => ns.toFixed(0)),
  ];
}

function inOwnProcess(name: string, size: string): Result | null {
  const script = fileURLToPath(import.meta.url);
  const child = spawnSync(process.execPath, [...ALONE, ...process.execArgv, script, '--trial', name, '--size', size]);
  if (child.status !== 0) throw new Error(`${name}: ${child.stderr}`);
  return JSON.parse(String(child.stdout)) as Result | null;
}

async function measure(make: () => Promise<Trial | null>, size: number): Promise<Result | null> {
  const made = await make();
  if (made === null) return null;
  // What the host compiles and allocates once is nobody's session.
  for (let number = 0; number < WARM_UP; number++) await made.create(size + number);
  await made.purge(WARM_UP);
  const before = memory();
  const create = await pausesDuring(async () => {
    for (let number = 0; number < size; number++) {
      made.create(number);
      if (number % 16 === 15) await nextTurn();
    }
  });
  const after = memory();
  const nanosecondsReplace = made.replace && (await costOfReplace(made.replace, size));
  const start = cpuTime();
  const purge = await pausesDuring(() => made.purge(size));
  const nanosecondsGone = ((cpuTime() - start) * 1e6) / size;
  const bytes = (after.used - before.used) / size;
  const residentBytes = (after.resident - before.resident) / size;
  return { bytes, residentBytes, create, purge, nanosecondsGone, ...(nanosecondsReplace && { nanosecondsReplace }) };
}

async function costOfReplace(replace: (envelope: Envelope) => Promise<unknown>, size: number): Promise<number> {
  const count = Math.min(size, 50_000);
  const envelopes = Array.from({ length: count }, (_, index) => envelopeOf((index * 7_919) % size, 2));
  const start = cpuTime();
  for (const envelope of envelopes) await replace(envelope);
  return ((cpuTime() - start) * 1e6) / count;
}

/** Takes the time of every turn of the event loop while something is done in many of them. */
async function pausesDuring(act: () => Promise<unknown>): Promise<Pauses> {
  const collections: { readonly startTime: number; readonly duration: number }[] = [];
  const observer = new PerformanceObserver((list) => void collections.push(...list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  const turns: { readonly from: number; readonly to: number; readonly cpu: number }[] = [];
  let isDone = false;
  let [from, cpu] = [performance.now(), cpuTime()];
  const look = () => {
    turns.push({ from, to: performance.now(), cpu: cpuTime() - cpu });
    [from, cpu] = [performance.now(), cpuTime()];
    if (!isDone) setImmediate(look);
  };
  setImmediate(look);
  await act();
  isDone = true;
  for (let turn = 0; turn < 10; turn++) await nextTurn();
  observer.disconnect();
  const own = turns.filter((turn) => {
    return !collections.some(({ startTime, duration }) => startTime < turn.to && startTime + duration > turn.from);
  });
  const cpus = turns.map((turn) => turn.cpu).sort((one, other) => one - other);
  const most = (list: typeof turns) => list.reduce((worst, turn) => Math.max(worst, turn.cpu), 0);
  const exceededBy = (share: number) => cpus[Math.floor(cpus.length * (1 - share))] ?? Number.NaN;
  return { own: most(own), all: most(turns), rare: exceededBy(0.001), median: exceededBy(0.5) };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** CPU time of this process so far, in milliseconds. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function memory(): { readonly used: number; readonly resident: number } {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  collectGarbage();
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { used: heapUsed + external, resident: rss };
}

/** About 220 characters, as an engine writes them. */
function recordOf(number: number): string {
  const handle = `${number}`.padStart(43, 'x');
  const stamps = [900_000, 28_800_000, null, 0];
  const [c, a, l] = [START + number, number % 1_000, number % 60_000];
  const bound = { i: '203.0.113.7', d: `device-${number}`, u: '0123456789abcdef' };
  return JSON.stringify({
    v: 1,
    c,
    a,
    l,
    p: [0, null, 5],
    b: bound,
    s: stamps,
    k: 'a1b2c3d4e5f60718',
    h: [handle, 8.64e15],
  });
}

/** The same id for the same number, with nothing kept for it. */
function idOf(number: number): string {
  const bytes = Buffer.alloc(16, SALT);
  bytes.writeUInt32LE(Math.imul(number, 0x9e3779b1) >>> 0, 0);
  bytes.writeUInt32LE(number, 8);
  return bytes.toString('base64url');
}

/** Sessions that may go within an hour, in no order: a purge of all of them has the whole heap to look at. */
function envelopeOf(number: number, revision = 1): Envelope {
  const purgeAt = START + (7 + revision) * HOUR + ((number * 7_919) % HOUR);
  return { id: idOf(number), subject: `user-${number}@example.com`, record: recordOf(number), revision, purgeAt };
}

async function curfewTrial(): Promise<Trial> {
  const store = memoryStore({ maxSessions: 2_000_000 });
  return {
    create: (number) => store.create(envelopeOf(number)),
    replace: (envelope) => store.replace([envelope]),
    purge: (count) => store.purge(START + 24 * HOUR, count),
  };
}

interface ExpressStore {
  set(id: string, session: unknown, done: () => void): void;
  all(done: (error: unknown, sessions: unknown) => void): void;
}

/** It has no purge: it removes what expired when somebody asks for all sessions. */
async function expressTrial(): Promise<Trial | null> {
  const name: string = 'express-session';
  const loaded = await import(name).catch(() => null);
  if (loaded === null) return null;
  const store = new loaded.default.MemoryStore() as ExpressStore;
  const expires = new Date(0);
  const done = () => {};
  return {
    create: (number) => {
      const cookie = { originalMaxAge: HOUR, expires, httpOnly: true, path: '/' };
      const fields = {
        subject: `user-${number}@example.com`,
        createdAt: START + number,
        lastActivityAt: START + number,
      };
      store.set(randomBytes(24).toString('base64url'), { cookie, ...fields }, done);
    },
    purge: () => new Promise<void>((resolve) => store.all(() => resolve())),
  };
}
