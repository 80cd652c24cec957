import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Detection } from '../../src/core/detection.js';
import {
  type DetectionState,
  detect,
  detecting,
  type Finding,
  NOTHING_SEEN,
  type ObservedRecord,
} from '../../src/observe/index.js';
import { observing } from '../../src/observe/observers.js';
import { aWorld, login, MINUTE, policyWith, runs, SECOND, testStore, USER } from '../engine/support.js';
import { aDecision, KEY, observed } from './support.js';

const NONE: Detection = { reuse: null, sharedDevice: null, useAfterEnd: null };

function found(thresholds: Detection, records: readonly ObservedRecord[]): readonly Finding[] {
  let state = NOTHING_SEEN;
  return records.flatMap((record) => {
    const detected = detect(thresholds, state, record);
    state = detected.state;
    return detected.findings;
  });
}

const reuse = (at: number) =>
  observed(
    aDecision({
      at,
      type: 'token_refreshed',
      effect: 'deny',
      reasons: [{ code: 'refresh_reused', effect: 'deny', rule: 'refresh', since: at }],
    }),
  );
const onDevice = (at: number, subject: string, deviceId = 'd') =>
  observed(aDecision({ at, type: 'start', subject, context: { deviceId } }));
const afterEnd = (at: number, sessionId: string) =>
  observed(
    aDecision({
      at,
      sessionId,
      effect: 'deny',
      reasons: [{ code: 'logout', effect: 'deny', rule: 'ended', since: 0 }],
    }),
  );

describe('detection', () => {
  it('finds a burst of reuses at the threshold, while the first still counts and not a millisecond later', () => {
    const thresholds = { ...NONE, reuse: { atLeast: 3, within: 1_000 } };
    expect(found(thresholds, [0, 500].map(reuse))).toEqual([]);
    expect(found(thresholds, [0, 500, 999].map(reuse))).toEqual([{ pattern: 'reuse', at: 999, count: 3, who: null }]);
    expect(found(thresholds, [0, 500, 1_000].map(reuse))).toEqual([]);
  });

  it('tells a burst once, and the next one again', () => {
    const thresholds = { ...NONE, reuse: { atLeast: 2, within: 1_000 } };
    const at = found(thresholds, [0, 1, 2, 500, 1_000, 1_001, 1_500].map(reuse)).map((finding) => finding.at);
    expect(at).toEqual([1, 1_001]);
  });

  it('finds a device with many subjects, each counted once', () => {
    const thresholds = { ...NONE, sharedDevice: { atLeast: 3, within: 1_000 } };
    const same = [0, 1, 2, 3].map((at) => onDevice(at, 'alice'));
    expect(found(thresholds, same)).toEqual([]);
    const others = [onDevice(0, 'a', 'd1'), onDevice(1, 'b', 'd2'), onDevice(2, 'c', 'd3')];
    expect(found(thresholds, others)).toEqual([]);
    const [finding, ...more] = found(
      thresholds,
      ['a', 'b', 'a', 'c', 'd'].map((who, at) => onDevice(at, who)),
    );
    expect(finding).toMatchObject({ pattern: 'shared_device', at: 3, count: 3 });
    expect(finding?.who).toMatch(/^[\w-]{22}$/);
    expect(more).toEqual([]);
    // a subject that comes back counts from when it came last
    const renewed = [onDevice(0, 'a'), onDevice(900, 'a'), onDevice(1_100, 'b'), onDevice(1_200, 'c')];
    expect(found(thresholds, renewed)).toHaveLength(1);
  });

  it('finds one session that is presented after its end again and again, and not many that are once', () => {
    const thresholds = { ...NONE, useAfterEnd: { atLeast: 3, within: 1_000 } };
    expect(
      found(
        thresholds,
        ['a', 'b', 'c', 'd'].map((id, at) => afterEnd(at, id)),
      ),
    ).toEqual([]);
    expect(
      found(
        thresholds,
        [0, 1, 2].map((at) => afterEnd(at, 'a')),
      ),
    ).toHaveLength(1);
  });

  it('finds what a real engine tells, by the policy’s own thresholds', async () => {
    const policy = policyWith({
      tokens: { refreshGrace: 0 },
      detection: {
        reuse: { atLeast: 2, within: '10m' },
        sharedDevice: { atLeast: 2, within: '1h' },
        useAfterEnd: { atLeast: 2, within: '5m' },
      },
    });
    const findings: Finding[] = [];
    const sink = detecting(
      () => policy.detection,
      (finding) => findings.push(finding),
    );
    const world = aWorld();
    const engine = world.engine({ store: testStore(), policy, observer: observing({ key: KEY }, sink) });
    const logins = [];
    for (const subject of ['a', 'b']) logins.push(await login(engine, { subject, context: { deviceId: 'kiosk' } }));
    await world.advance(SECOND);
    for (const { handle } of logins) {
      await engine.refresh(handle, 0);
      await world.advance(SECOND);
      await engine.refresh(handle, 0);
    }
    const [{ handle } = { handle: '' }] = logins;
    await engine.access(handle, USER);
    await engine.access(handle, USER);
    expect(findings.map(({ pattern }) => pattern)).toEqual(['shared_device', 'reuse', 'use_after_end']);
  });

  it('is told nothing by an unknown policy, a fault, an end by an administrator', () => {
    const all = { atLeast: 1, within: 1_000 };
    const thresholds = { reuse: all, sharedDevice: all, useAfterEnd: all };
    const fault = observed({ kind: 'fault', at: 0, code: 'store_unavailable', during: 'answer', error: null });
    const reasons = [{ code: 'logout', effect: 'deny', rule: 'ended', since: 0 }] as const;
    const endedTwice = observed(aDecision({ type: 'revoked', effect: 'deny', reasons }));
    const plain = observed(aDecision());
    for (const record of [fault, endedTwice, plain]) {
      expect(detect(thresholds, NOTHING_SEEN, record)).toEqual({ state: NOTHING_SEEN, findings: [] });
      expect(detect(thresholds, NOTHING_SEEN, record).state).toBe(NOTHING_SEEN);
    }
    expect(detect(NONE, NOTHING_SEEN, reuse(0)).state).toBe(NOTHING_SEEN);
  });

  it('agrees with a count over the whole past, changes no state that it was given, and says the same twice', () => {
    const event = fc.tuple(fc.nat({ max: 50 }), fc.constantFrom('a', 'b', 'c', 'd'));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (steps, atLeast) => {
        const within = 100;
        const thresholds = { ...NONE, sharedDevice: { atLeast, within } };
        let at = 0;
        let state: DetectionState = NOTHING_SEEN;
        let reportedAt = Number.NEGATIVE_INFINITY;
        const past: { at: number; who: string }[] = [];
        for (const [pause, who] of steps) {
          at += pause;
          past.push({ at, who });
          const counting = new Set(past.filter((one) => at < one.at + within).map((one) => one.who));
          const isNews = counting.size >= atLeast && at >= reportedAt + within;
          if (isNews) reportedAt = at;
          const before = JSON.stringify(state.shared_device.map((bucket) => [...bucket]));
          const once = detect(thresholds, state, onDevice(at, who));
          expect(once.findings).toHaveLength(isNews ? 1 : 0);
          expect(JSON.stringify(state.shared_device.map((bucket) => [...bucket]))).toBe(before);
          expect(detect(thresholds, state, onDevice(at, who))).toEqual(once);
          state = once.state;
        }
      }),
      runs(300),
    );
  });

  it('stays small under a flood of keys, and goes by the records’ instants when they come late', () => {
    const thresholds = { ...NONE, useAfterEnd: { atLeast: 1_000_000, within: 1_000_000 } };
    let state = NOTHING_SEEN;
    for (let index = 0; index < 30_000; index++) state = detect(thresholds, state, afterEnd(index, `s${index}`)).state;
    for (let index = 0; index < 2_000; index++) state = detect(thresholds, state, afterEnd(40_000, 'one')).state;
    const keys = state.use_after_end.flatMap((bucket) => [...bucket.values()]);
    expect(keys.length).toBeLessThanOrEqual(16_384);
    expect(Math.max(...keys.map(({ entries }) => entries.length))).toBe(1_000);
    const three = { ...NONE, reuse: { atLeast: 3, within: 1_000 } };
    expect(found(three, [5_000, 4_500, 5_100].map(reuse))).toHaveLength(1);
    expect(found(three, [5_000, 4_000, 5_001].map(reuse))).toEqual([]);
    // one record of a clock that was wrong blinds nobody
    expect(found(three, [0, 9e12, 1, 2, 3].map(reuse)).map(({ at }) => at)).toEqual([3]);
  });

  it('keeps up with a busy service', () => {
    const thresholds = { ...NONE, sharedDevice: { atLeast: 5, within: MINUTE } };
    let state = NOTHING_SEEN;
    const records = Array.from({ length: 2_000 }, (_, index) => onDevice(index, `u${index % 50}`, `d${index % 997}`));
    const begin = performance.now();
    for (const record of records) state = detect(thresholds, state, record).state;
    const each = ((performance.now() - begin) / records.length) * 1_000;
    console.log(`detect: ${each.toFixed(1)} µs a record`);
    expect(each).toBeLessThan(500);
  });
});
