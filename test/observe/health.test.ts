import { describe, expect, it } from 'vitest';
import { byId, type DecisionRecord } from '../../src/engine/index.js';
import { type Health, healthFigures, METRICS, type MetricName, prometheusText } from '../../src/observe/index.js';
import { recentKeys } from '../../src/observe/recent-keys.js';
import { aWorld, BACKGROUND, HOUR, login, MINUTE, policyWith, SECOND, testStore, USER } from '../engine/support.js';
import { aDay, aDecision, policy } from './support.js';

/** What a metric stands at, as `code=idle_timeout` and the like. */
function told(health: Health, metric: MetricName): Record<string, number> {
  const name = (labels: Readonly<Record<string, string>>) => Object.values(labels).join(' ');
  const nonZero = health.figures()[metric].filter(({ value }) => value > 0);
  return Object.fromEntries(nonZero.map(({ labels, value }) => [name(labels), value]));
}

function aService(document: Parameters<typeof policyWith>[0] = { warnBefore: '2m' }) {
  const world = aWorld();
  const store = testStore();
  const own = policyWith(document);
  const health = healthFigures(own, { codes: ['account_disabled'] });
  const engine = world.engine({ store, policy: own, observer: health.observer });
  return { world, store, engine, health };
}

describe('health figures', () => {
  it('count timeouts by why, and who was back within five minutes, once a session', async () => {
    const { world, engine, health } = aService();
    const back = await login(engine, { subject: 'back' });
    const late = await login(engine, { subject: 'late' });
    const poll = await login(engine, { subject: 'poll' });
    const never = await login(engine, { subject: 'never' });
    await world.advance(15 * MINUTE + SECOND);
    await engine.access(back.handle, USER);
    await engine.access(back.handle, USER);
    await login(engine, { subject: 'back' });
    await engine.access(poll.handle, BACKGROUND);
    await engine.access(poll.handle, BACKGROUND);
    expect(told(health, 'dropOffs')).toEqual({ idle_timeout: 1 });
    await login(engine, { subject: 'poll' });
    expect(told(health, 'dropOffs')).toEqual({ idle_timeout: 2 });
    await world.advance(5 * MINUTE - SECOND);
    await engine.access(late.handle, USER);
    await login(engine, { subject: 'late' });
    expect(told(health, 'dropOffs')).toEqual({ idle_timeout: 2 });
    await world.advance(8 * HOUR);
    await engine.access(never.handle, USER);
    expect(told(health, 'sessionsEnded')).toEqual({ idle_timeout: 4 });
    expect(told(health, 'usesAfterEnd')).toEqual({ idle_timeout: 2 });
    expect(told(health, 'sessionsStarted')).toEqual({ '': 7 });
  });

  it('count a drop-off at the last instant of the five minutes and not at the next', async () => {
    for (const [wait, count] of [
      [5 * MINUTE - 1, { idle_timeout: 1 }],
      [5 * MINUTE, {}],
    ] as const) {
      const { world, engine, health } = aService();
      const { handle } = await login(engine);
      await world.advance(15 * MINUTE + wait);
      await engine.access(handle, USER);
      expect(told(health, 'dropOffs')).toEqual(count);
    }
  });

  it('count warnings once each, and those after which a person went on', async () => {
    const { world, engine, health } = aService();
    const goesOn = await login(engine, { subject: 'a' });
    const leaves = await login(engine, { subject: 'b' });
    await world.advance(13 * MINUTE + SECOND);
    for (const { handle } of [goesOn, leaves]) {
      await engine.access(handle, BACKGROUND);
      await engine.access(handle, BACKGROUND);
    }
    expect([told(health, 'warnings'), told(health, 'extensions')]).toEqual([{ '': 2 }, {}]);
    await engine.access(goesOn.handle, USER);
    await engine.access(goesOn.handle, USER);
    expect([told(health, 'warnings'), told(health, 'extensions')]).toEqual([{ '': 2 }, { '': 1 }]);
    await world.advance(14 * MINUTE);
    await engine.access(goesOn.handle, USER);
    expect([told(health, 'warnings'), told(health, 'extensions')]).toEqual([{ '': 3 }, { '': 2 }]);
  });

  it('count the next warning, also where the one before would still go on', async () => {
    const { world, engine, health } = aService({ warnBefore: '14m' });
    const { handle } = await login(engine);
    await world.advance(2 * MINUTE);
    await engine.access(handle, BACKGROUND);
    await engine.access(handle, USER);
    await world.advance(2 * MINUTE);
    await engine.access(handle, BACKGROUND);
    expect([told(health, 'warnings'), told(health, 'extensions')]).toEqual([{ '': 2 }, { '': 1 }]);
  });

  it('remember no more keys than they may, the latest', () => {
    const keys = recentKeys<number>(3);
    for (let index = 0; index < 100; index++) keys.put(`k${index}`, index, 1_000);
    expect([keys.size, keys.get('k96', 0), keys.get('k97', 0), keys.get('k99', 999)]).toEqual([3, null, 97, 99]);
    expect(keys.get('k99', 1_000)).toBeNull();
    expect(keys.size).toBe(2);
  });

  it('count step-ups, refreshes by what became of them, and who made the requests', async () => {
    const document = { risk: [{ signal: 'breach', then: 'end' as const }], tokens: { refreshGrace: 0 } };
    const { world, engine, health } = aService(document);
    const { handle } = await login(engine);
    await engine.access(handle, USER);
    await engine.access(handle, BACKGROUND);
    await engine.reauthenticate(byId(handle.slice(0, 22)), { assuranceLevel: 'aal2' });
    await engine.refresh(handle, 0);
    await world.advance(SECOND);
    await engine.refresh(handle, 9);
    await engine.refresh(handle, 0);
    await engine.refresh(handle, 1);
    await engine.reauthenticate(handle, { assuranceLevel: 'aal2' });
    await engine.reauthenticate('rubbish', { assuranceLevel: 'aal2' });
    expect(told(health, 'stepUps')).toEqual({ passed: 1, failed: 1 });
    expect(told(health, 'refreshes')).toEqual({ permit: 1, refresh_unknown: 1, refresh_reused: 2 });
    expect(told(health, 'sessionsEnded')).toEqual({ refresh_reused: 1 });
    expect(told(health, 'accesses')).toEqual({ user: 1, background: 1 });
  });

  it('count faults by code, know the latest, and the answers that nobody could give', async () => {
    const { world, store, engine, health } = aService();
    const { handle } = await login(engine);
    expect(health.latestFault()).toBeNull();
    await world.advance(SECOND);
    store.intercept = () => Promise.reject(new Error('away'));
    await engine.access(handle, USER);
    await engine.list('alice');
    expect(told(health, 'faults')).toEqual({ 'store_unavailable answer': 1, 'store_unavailable list': 1 });
    expect(health.latestFault()).toEqual({ at: engine.clock.now(), code: 'store_unavailable', during: 'list' });
    expect(told(health, 'lastFault')).toEqual({ '': engine.clock.now() / 1_000 });
    expect(told(health, 'refusals')).toEqual({ 'indeterminate store_unavailable': 1 });
  });

  it('see a permit beyond a limit by whichever way it passed one, and no permit of an engine', async () => {
    const health = healthFigures(policyWith({ operations: { report: { lease: '20m' } } }));
    const permit = (part: Partial<DecisionRecord>) => health.observer(aDecision(part));
    const at = 1_700_000_000_000;
    permit({ age: 8 * HOUR + 4_999, idleFor: 20 * MINUTE + 4_999, until: at - 4_999 });
    permit({ effect: 'deny', age: 9 * HOUR });
    permit({ type: 'reauthenticated', idleFor: HOUR });
    expect(told(health, 'beyondLimit')).toEqual({});
    permit({ age: 8 * HOUR + 5_000 });
    permit({ idleFor: 20 * MINUTE + 5_000 });
    permit({ until: at - 5_000 });
    expect(told(health, 'beyondLimit')).toEqual({ absolute: 1, idle: 1, until: 1 });
    const ofADay = healthFigures(policy);
    for (const record of (await aDay()).records) ofADay.observer(record);
    expect(told(ofADay, 'beyondLimit')).toEqual({});
  });

  it('know no absolute limit where a reauthentication resets it', () => {
    const health = healthFigures(policyWith({ reauthentication: { after: '4h', resets: ['idle', 'absolute'] } }));
    health.observer(aDecision({ age: 100 * HOUR }));
    expect(told(health, 'beyondLimit')).toEqual({});
  });

  it('follow the policy that is in force', async () => {
    const world = aWorld();
    const engine = world.engine({ store: testStore(), observer: (record) => health.observer(record) });
    const health: Health = healthFigures(() => engine.policy());
    const { session } = await login(engine);
    await engine.end(byId(session.id), { code: 'breach' });
    engine.use({ policy: policyWith({ risk: [{ signal: 'breach', then: 'end' }] }) });
    await engine.end(byId((await login(engine)).session.id), { code: 'breach' });
    expect(told(health, 'sessionsEnded')).toEqual({ other: 1, breach: 1 });
  });

  it('keep labels few and memory bounded, whatever is thrown at them', async () => {
    const health = healthFigures(policy, { codes: ['account_disabled'], remember: 100 });
    for (let index = 0; index < 20_000; index++) {
      const code = `code_${index}`;
      const ids = { sessionId: `s${index}`, subject: `u${index}`, at: 1_000 + index };
      const reasons = [
        { code: index % 2 === 0 ? code : 'idle_timeout', effect: 'deny', rule: 'idle', since: 0 },
      ] as const;
      health.observer(aDecision({ ...ids, effect: 'deny', endedNow: true, reasons, activity: code as 'user' }));
      health.observer(aDecision({ ...ids, warned: true, activity: 'background', until: 900_000_000 }));
      health.observer(aDecision({ ...ids, type: 'token_refreshed', effect: 'deny', reasons }));
      health.observer({ kind: 'fault', at: index, code, during: 'answer', error: null });
    }
    const series = Object.values(health.figures()).reduce((total, samples) => total + samples.length, 0);
    expect(series).toBeLessThan(80);
    expect(prometheusText(health.figures()).length).toBeLessThan(8_000);
    expect(told(health, 'sessionsEnded')).toEqual({ other: 10_000, idle_timeout: 10_000 });
  });

  it('begin every counter that an alert watches at 0', () => {
    const figures = healthFigures(policy).figures();
    expect(Object.keys(figures)).toEqual(Object.keys(METRICS));
    expect(figures.beyondLimit.map(({ labels, value }) => [labels['limit'], value])).toEqual([
      ['absolute', 0],
      ['idle', 0],
      ['until', 0],
    ]);
    expect(figures.findings).toHaveLength(3);
  });
});
