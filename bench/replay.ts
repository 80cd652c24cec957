/**
 * How many lines a second a replay reads, on one core.
 *
 *     npx tsx bench/replay.ts [--rounds 5] [--people 2000] [--days 5]
 *
 * The log is made up and held in memory, so that the disk has no part in it. Each way of reading it takes its turn in
 * each round; shown is the median, with the slowest and the fastest.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { generateChunks } from '../scripts/generate-traffic.js';
import { definePolicy, type Policy } from '../src/index.js';
import { compareReplays, createLineReader, createReplay, type ReplayOptions } from '../src/replay/index.js';
import { createLineSplitter } from '../src/replay/lines.js';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { rounds: text, people: text, days: text } });
const { rounds = '5', people = '2000', days = '5' } = values;

const background = /^\/api\/notifications/;
const web = definePolicy({ id: 'web', idleTimeout: '15m', absoluteTimeout: '8h' });
const rich = definePolicy({
  id: 'rich',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  reauthentication: { after: '4h' },
  networks: { office: ['203.0.113.0/24'] },
  conditions: [{ when: { network: 'office' }, idleTimeout: '30m', relax: true }],
  risk: [{ signal: 'user_agent_changed', then: 'observe' }],
});

const strict = definePolicy({ id: 'strict', idleTimeout: '10m', absoluteTimeout: '8h' });

const chunks = [...generateChunks({ people: Number(people), days: Number(days) })].map((chunk) => Buffer.from(chunk));

const ways: Readonly<Record<string, () => number>> = {
  'lines only': () => readLines(() => {}),
  'parse only': () => {
    const read = createLineReader('auto', { by: [], background: null, withContext: false });
    return readLines(read);
  },
  'parse only, background paths': () => {
    const read = createLineReader('auto', { by: [], background, withContext: false });
    return readLines(read);
  },
  'replay: idle and absolute': () => replayAll(web, {}),
  'replay: and background paths': () => replayAll(web, { background }),
  'replay: and by host+agent': () => replayAll(web, { background, by: 'host+agent' }),
  'replay: a policy with networks and risk': () => replayAll(rich, { background }),
  'replay: two policies': () => compareAll(web, strict),
  'replay: two policies, one with networks and risk': () => compareAll(rich, web),
};

function compareAll(policy: Policy, against: Policy): number {
  const running = compareReplays(policy, against, { background });
  for (const chunk of chunks) running.write(chunk);
  return running.finish().policy.lines;
}

function readLines(sink: (bytes: Buffer, start: number, end: number) => unknown): number {
  let lines = 0;
  const splitter = createLineSplitter((bytes, start, end) => {
    lines++;
    sink(bytes, start, end);
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

function replayAll(policy: Policy, options: ReplayOptions): number {
  const running = createReplay(policy, options);
  for (const chunk of chunks) running.write(chunk);
  return running.finish().lines;
}

/** Lines for each second of processor time: what else runs on the machine counts less than with a clock. */
function rate(way: () => number): number {
  const started = process.cpuUsage();
  const lines = way();
  const { user, system } = process.cpuUsage(started);
  return (lines / (user + system)) * 1e6;
}

const rates = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
for (const way of Object.values(ways)) way();
for (let round = 0; round < Number(rounds); round++) {
  for (const [name, way] of Object.entries(ways)) rates.get(name)?.push(rate(way));
}

const megabytes = chunks.reduce((sum, { length }) => sum + length, 0) / 1e6;
const lines = readLines(() => {}).toLocaleString('en');
console.log(`${lines} lines, ${megabytes.toFixed(0)} MB, Node ${process.version}, lines a second of CPU:`);
for (const [name, measured] of rates) {
  const sorted = measured.sort((a, b) => a - b).map((value) => Math.round(value).toLocaleString('en').padStart(11));
  const median = sorted[Math.floor(sorted.length / 2)];
  console.log(`  ${name.padEnd(42)}${median}   (${sorted[0]?.trim()} to ${sorted.at(-1)?.trim()})`);
}
