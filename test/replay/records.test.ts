import { describe, expect, it } from 'vitest';
import { createEngine, type DecisionRecord } from '../../src/engine/index.js';
import { definePolicy } from '../../src/index.js';
import { replay } from '../../src/replay/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { manualClock } from '../../src/testing/manual-clock.js';

const MINUTE = 60_000;
const POLICY = definePolicy({ id: 'web', idleTimeout: '30m', absoluteTimeout: '8h' });
const STRICT = definePolicy({ id: 'strict', idleTimeout: '10m', absoluteTimeout: '8h' });

/** A morning of one person on a real engine with a candidate; what the engine told its observer, as lines. */
async function aMorning(
  activity: 'user' | 'background' = 'user',
): Promise<{ lines: string[]; records: DecisionRecord[] }> {
  const records: DecisionRecord[] = [];
  const clock = manualClock(Date.UTC(2026, 2, 29, 8));
  const observer = (record: { kind: string }) => {
    if (record.kind === 'decision') records.push(record as DecisionRecord);
  };
  const engine = createEngine({
    policy: POLICY,
    candidate: STRICT,
    store: memoryStore(),
    clock,
    observer,
    purgeEvery: 0,
  });
  const login = await engine.start({ subject: 'alice' });
  if (login.effect !== 'permit') throw new Error('the login was refused');
  for (const minutes of [5, 15, 3, 40]) {
    clock.advance(minutes * MINUTE);
    await engine.access(login.handle, { activity });
  }
  await engine.end('a-handle-that-is-none');
  await engine.close();
  return { lines: records.map((record) => JSON.stringify(record)), records };
}

describe('the records of an engine', () => {
  it('are a log: the same policy ends what it ended in production', async () => {
    const { lines } = await aMorning();
    const { production: _, ...figures } = await replay(POLICY, lines);
    // the record of a handle that is none tells of no session
    expect(figures).toMatchObject({ requests: 5, sessions: 2, ended: { idle_timeout: 1 }, malformed: 1 });
    expect(await replay(STRICT, lines)).toMatchObject({ sessions: 3, ended: { idle_timeout: 2 } });
  });

  it('say whose doing a request was: a poll keeps no session alive in the replay either', async () => {
    const { lines } = await aMorning('background');
    expect(JSON.parse(lines[1] as string)).toMatchObject({ type: 'access', activity: 'background' });
    expect(await replay(POLICY, lines)).toMatchObject({ requests: 5, background: 4, ended: { idle_timeout: 1 } });
    const older = lines.map((line) => JSON.stringify({ ...JSON.parse(line), activity: undefined }));
    expect(await replay(POLICY, older)).toMatchObject({ requests: 5, background: 0 });
    const without = lines.map((line) => JSON.stringify({ ...JSON.parse(line), context: null }));
    expect(await replay(POLICY, without)).toMatchObject({ requests: 5, background: 4, malformed: 1 });
  });

  it('tell what the candidate would have answered, without a simulation', async () => {
    const { lines, records } = await aMorning();
    const { production } = await replay(POLICY, lines);
    const judged = records.filter(({ wouldBe }) => wouldBe !== null);
    const cut = judged.filter(({ effect, wouldBe }) => effect === 'permit' && wouldBe?.effect !== 'permit');
    expect(cut.length).toBeGreaterThan(0);
    expect(production).toEqual({
      decisions: 5,
      effects: { permit: 4, deny: 1 },
      policies: { [POLICY.fingerprint]: 5 },
      candidate: {
        judged: judged.length,
        cutOff: { requests: cut.length, sessions: 1, codes: { idle_timeout: cut.length } },
        letThrough: { requests: 0, sessions: 0, codes: {} },
      },
    });
  });

  const record = {
    kind: 'decision',
    at: 1_774_746_000_000,
    sessionId: 's-1',
    effect: 'permit',
    policy: 'p',
    reasons: [],
  };

  it.each([
    ['a fault', { kind: 'fault', code: 'store_unavailable' }],
    ['a login that was refused', { type: 'start', effect: 'deny' }],
    ['a signal without its name', { type: 'signal' }],
    ['a proof that was refused', { type: 'reauthenticated', effect: 'deny' }],
    ['attributes that are not told', { type: 'attributes_changed' }],
    ['a type that nobody knows', { type: 'teleported' }],
  ])('cannot be judged again: %s', async (_, more) => {
    const { malformedLines } = await replay(POLICY, [JSON.stringify({ ...record, ...more })]);
    expect(malformedLines).toEqual([{ line: 1, reason: 'not_replayable' }]);
  });

  it('take what an observer has added: activity, and a signal by its name', async () => {
    const lines = [
      { ...record, type: 'start' },
      { ...record, at: record.at + 20 * MINUTE, type: 'access', activity: 'background' },
      { ...record, at: record.at + 21 * MINUTE, type: 'token_refreshed' },
      { ...record, at: record.at + 22 * MINUTE, type: 'signal', signal: 'bot_score' },
      { ...record, at: record.at + 40 * MINUTE, type: 'revoked', effect: 'deny', reasons: [{ code: 'logout' }] },
    ];
    const found = await replay(
      POLICY,
      lines.map((line) => JSON.stringify(line)),
    );
    // background requests kept nothing alive, so the session was over when it was revoked
    expect(found).toMatchObject({ requests: 3, background: 2, events: 2, ended: { idle_timeout: 1 }, malformed: 0 });
  });
});
