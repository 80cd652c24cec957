import type { Figures } from './figures.js';
import { WITH_PEER } from './variants.js';

/** Each with its width. */
const COLUMNS = [
  ['req/s', 8],
  ['× bare', 8],
  ['quartiles', 12],
  ['× peer', 8],
  ['by CPU', 8],
  ['CPU+ µs', 9],
  ['× peer', 8],
  ['user+ µs', 10],
  ['× peer', 8],
  ['p50 ms', 9],
  ['× bare', 8],
  ['p99 ms', 9],
  ['× bare', 8],
  ['wait+ µs', 10],
  ['× peer', 8],
  ['commands', 10],
  ['Redis µs', 10],
] as const;
const WIDTH = 42;

/** One table a framework, its session middleware first. */
export function printTables(figures: readonly Figures[]): void {
  for (const framework of new Set(figures.map(({ variant }) => variant.framework))) {
    const rows = figures.filter(({ variant }) => variant.framework === framework);
    const isPeerFirst = WITH_PEER.includes(framework) && /session/.test(rows[0]?.variant.server ?? '');
    const peer = isPeerFirst ? rows[0] : undefined;
    const bare = middle(rows.map(({ bareMicroseconds }) => bareMicroseconds));
    const share = middle(rows.map(({ generatorShare }) => generatorShare));
    const note = `bare: ${bare.toFixed(0)} µs CPU; generator busy for ${(share * 100).toFixed(0)} % of it`;
    console.log(`${framework} (${note})\n${' '.repeat(WIDTH)}${line(COLUMNS.map(([name]) => name))}`);
    for (const row of rows) console.log(`  ${row.variant.name.padEnd(WIDTH - 2)}${line(columnsOf(row, peer))}`);
    console.log('');
  }
}

function columnsOf(row: Figures, peer: Figures | undefined): string[] {
  const ofPeer = (read: (figures: Figures) => number) => (peer === undefined ? '–' : fixed(read(row) / read(peer)));
  return [
    row.requestsPerSecond.toFixed(0),
    fixed(row.throughputOfBare),
    row.throughputQuartiles.map(fixed).join('–'),
    ofPeer(({ throughputOfBare }) => throughputOfBare),
    fixed(row.throughputByCpu),
    row.addedMicroseconds.toFixed(1),
    ofPeer(({ addedMicroseconds }) => addedMicroseconds),
    row.addedUserMicroseconds.toFixed(1),
    ofPeer(({ addedUserMicroseconds }) => addedUserMicroseconds),
    fixed(row.p50),
    fixed(row.p50OfBare),
    fixed(row.p99),
    fixed(row.p99OfBare),
    row.addedWait.toFixed(0),
    ofPeer(({ addedWait }) => addedWait),
    row.commandsPerRequest.toFixed(3),
    row.redisMicroseconds.toFixed(1),
  ];
}

function line(columns: readonly string[]): string {
  return columns.map((text, index) => text.padStart(COLUMNS[index]?.[1] ?? 0)).join('');
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function fixed(value: number): string {
  return value.toFixed(2);
}
