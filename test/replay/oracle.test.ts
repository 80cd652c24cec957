import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateTraffic } from '../../scripts/generate-traffic.js';
import { definePolicy } from '../../src/index.js';
import { replay } from '../../src/replay/index.js';
import { type NaivePolicy, naiveReplay } from './naive.js';
import { clfTime } from './support.js';

const START = Date.UTC(2026, 2, 29, 0, 30);
const WEB: NaivePolicy = { idleTimeout: 900_000, absoluteTimeout: 28_800_000, clockLeeway: 5000 };
const BACKGROUND = /^\/api\//;

/** Logs of a few visitors with everything that goes wrong: bursts, pauses around the limits, disorder, cut lines. */
const aLog = fc
  .array(
    fc.record({
      visitor: fc.constantFrom('a', 'b', 'c'),
      pause: fc.oneof(
        fc.constant(0),
        fc.nat({ max: 30 }),
        fc.nat({ max: 400 }),
        fc.constantFrom(59, 60, 61, 299, 300, 301, 360),
      ),
      behind: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 70 }), fc.nat({ max: 900 })),
      path: fc.constantFrom('/', '/page', '/api/poll'),
      cut: fc.option(fc.nat({ max: 80 }), { freq: 12 }),
    }),
    { maxLength: 60 },
  )
  .map((requests) => {
    let clock = START;
    const lines = requests.map(({ visitor, pause, behind, path, cut }) => {
      clock += pause * 1000;
      const line = `${visitor} - - [${clfTime(clock - behind * 1000, 120)}] "GET ${path} HTTP/1.1" 200 5 "-" "x"`;
      return cut === null ? line : `${line.slice(0, cut)}\n${line.slice(cut)}`;
    });
    return lines.join('\n');
  });

const aPolicy = fc
  .record({
    idle: fc.constantFrom(60, 300, 600),
    absolute: fc.constantFrom(600, 900, 7200),
    leeway: fc.constantFrom(0, 5, 30),
  })
  .map(({ idle, absolute, leeway }) => ({
    idleTimeout: idle * 1000,
    absoluteTimeout: absolute * 1000,
    clockLeeway: leeway * 1000,
  }));

async function compare(text: string, limits: NaivePolicy, window: number) {
  const policy = definePolicy({ id: 'oracle', ...limits });
  const summary = await replay(policy, [Buffer.from(text)], { background: BACKGROUND, reorder: window });
  const { policy: _, reorder, malformedLines, production: __, ...figures } = summary;
  const found = { ...figures, malformedLines: malformedLines.map(({ line }) => line) };
  expect(found).toEqual(naiveReplay(text, limits, BACKGROUND, window));
}

describe('the replay and a naive second one', () => {
  it('count the same in any log', async () => {
    const runs = Number(process.env['CURFEW_RUNS'] ?? 2000);
    await fc.assert(fc.asyncProperty(aLog, aPolicy, fc.constantFrom(0, 1000, 60_000, 600_000), compare), {
      numRuns: runs,
    });
  }, 600_000);

  it.each([1, 2, 3])('count the same in made-up traffic (seed %i)', async (seed) => {
    const text = [...generateTraffic({ seed, days: 5, people: 12 })].join('\n');
    for (const window of [0, 60_000]) await compare(text, WEB, window);
  });
});
