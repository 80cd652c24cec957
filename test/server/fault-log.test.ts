import { expect, it } from 'vitest';
import type { FaultRecord } from '../../src/engine/observer.js';
import { faultLog } from '../../src/server/fault-log.js';
import type { LogRecord } from '../../src/server/index.js';
import type { Timers } from '../../src/time/timer.js';

const fault = (code: string, during: string) => ({ kind: 'fault', at: 0, code, during, error: null }) as FaultRecord;

/** A log whose time and whose store the test has in its hand. */
function aLog() {
  let now = 0;
  const store = { isThere: false };
  const lines: LogRecord[] = [];
  let waiting: { readonly at: number; readonly act: () => void } | null = null;
  const after: Timers['after'] = (milliseconds, act) => {
    waiting = { at: now + milliseconds, act };
    return () => {
      waiting = null;
    };
  };
  const faults = faultLog({
    log: (line) => void lines.push(line),
    isStoreThere: async () => store.isThere,
    monotonic: () => now,
    timers: { after, soon: (act) => act() },
  });
  const second = async () => {
    now += 1_000;
    const due = waiting !== null && waiting.at <= now ? waiting : null;
    if (due === null) return;
    waiting = null;
    due.act();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { faults, lines, store, second, isWaiting: () => waiting !== null };
}

const watchFault = { level: 'error', event: 'fault', code: 'store_unavailable', during: 'watch' };

it('tells the first fault at once, of more of them one a minute, and that the store is back', async () => {
  const { faults, lines, store, second, isWaiting } = aLog();
  for (let count = 0; count <= 90; count++) {
    faults.met(fault('store_unavailable', 'watch'));
    if (count === 30) faults.met(fault('store_unavailable', 'answer'));
    await second();
  }
  expect(lines).toEqual([watchFault, { ...watchFault, during: 'answer' }, { ...watchFault, untold: 59 }]);
  store.isThere = true;
  for (let count = 0; count < 15; count++) await second();
  expect(lines.slice(3)).toEqual([{ level: 'info', event: 'store_restored', seconds: 90, faults: 92 }]);
  expect(isWaiting()).toBe(false);
  faults.met(fault('store_unavailable', 'watch'));
  expect(lines.at(-1)).toEqual(watchFault);
});

it('calls no store restored whose channel is still down, and none that was there all the time', async () => {
  const { faults, lines, store, second, isWaiting } = aLog();
  store.isThere = true;
  faults.met(fault('rule_failed', 'answer'));
  expect(isWaiting()).toBe(false);
  for (let count = 0; count < 30; count++) {
    faults.met(fault('store_unavailable', 'watch'));
    await second();
  }
  expect(lines.map(({ event }) => event)).toEqual(['fault', 'fault']);
});

it('looks no more once it is closed', async () => {
  const { faults, lines, second, isWaiting } = aLog();
  faults.met(fault('store_timeout', 'answer'));
  faults.close();
  expect(isWaiting()).toBe(false);
  faults.met(fault('store_timeout', 'flush'));
  await second();
  expect([isWaiting(), lines.length]).toEqual([false, 2]);
});
