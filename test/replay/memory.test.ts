import { Buffer } from 'node:buffer';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { definePolicy } from '../../src/index.js';
import { replay } from '../../src/replay/index.js';
import { clfTime } from './support.js';

// collected before each look, so that what is measured is held and not merely left over
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const POLICY = definePolicy({ id: 'web', idleTimeout: '15m', absoluteTimeout: '8h' });
const START = Date.UTC(2026, 2, 26);

/** `CURFEW_SOAK=5000000` reads that many lines; by default fewer, so that it takes seconds. */
const LINES = Number(process.env['CURFEW_SOAK'] ?? 300_000);

/** A site where every visitor comes once and never again: what is kept of them would pile up. */
function* strangers(lines: number, watch: () => void): Generator<Buffer> {
  for (let from = 0; from < lines; from += 1000) {
    const chunk = Array.from({ length: Math.min(1000, lines - from) }, (_, index) => {
      const visitor = Math.floor((from + index) / 3);
      const time = clfTime(START + (from + index) * 250);
      return `guest-${visitor}.example - - [${time}] "GET /${'x'.repeat(40)} HTTP/1.1" 200 5 "-" "-"\n`;
    });
    watch();
    yield Buffer.from(chunk.join(''));
  }
}

describe('a replay of a long log', () => {
  it('holds the sessions that are live, and not the log', async () => {
    const heap: number[] = [];
    let count = 0;
    const watch = () => {
      if (count++ % 50 !== 0) return;
      collect();
      heap.push(process.memoryUsage().heapUsed);
    };
    const summary = await replay(POLICY, strangers(LINES, watch));
    expect(summary).toMatchObject({ lines: LINES, malformed: 0, visitors: Math.ceil(LINES / 3) });
    // 15 minutes of idleness and 5 to be remembered, at four lines a second: 1600 visitors are live at any time
    const quarter = Math.floor(heap.length / 4);
    const growth = Math.max(...heap.slice(quarter)) - Math.max(...heap.slice(0, quarter));
    expect(growth).toBeLessThan(3e6);
    expect(summary.open).toBeLessThan(2000);
  }, 600_000);
});
