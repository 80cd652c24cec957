import { describe, expect, it } from 'vitest';
import { watchSession } from '../../src/browser/index.js';
import { aMachine, ENDED, MINUTE } from './support.js';

async function aTab(machine = aMachine()) {
  const tab = machine.tab();
  const session = watchSession({ host: tab.host });
  await machine.passes(1);
  return { machine, tab, session };
}

describe('a page that watches its session', () => {
  it('warns, counts, asks once at the end, and says why', async () => {
    const { machine, session } = await aTab();
    const seen: string[] = [];
    session.subscribe(() => seen.push(session.view.phase));
    await machine.passes(12 * MINUTE);
    expect(session.view.phase).toBe('active');
    await machine.passes(MINUTE);
    expect(session.view).toMatchObject({ phase: 'warning', canExtend: true });
    await machine.passes(3 * MINUTE);
    expect(session.view).toMatchObject({ phase: 'ended', code: 'idle_timeout' });
    expect(new Set(seen)).toEqual(new Set(['active', 'warning', 'unknown', 'ended']));
    expect(machine.server.asked.every((line) => line === 'GET /session background')).toBe(true);
    expect(machine.server.asked.length).toBeLessThan(8);
  });

  it('goes from sleep to the end without a warning', async () => {
    const { machine, tab, session } = await aTab();
    const seen: string[] = [];
    session.subscribe(() => seen.push(session.view.phase));
    machine.sleeps(60 * MINUTE);
    tab.does('wake');
    await machine.passes(1);
    expect(seen).not.toContain('warning');
    expect(session.view.phase).toBe('ended');
  });

  it('notices a sleep that no event tells of', async () => {
    const { machine, session } = await aTab();
    machine.sleeps(60 * MINUTE);
    await machine.passes(10_001);
    expect(session.view.phase).toBe('ended');
  });

  it('does not believe a wall clock that is set back, and asks if it is set ahead', async () => {
    const { machine, session } = await aTab();
    machine.isSet(-5 * 60 * MINUTE);
    await machine.passes(14 * MINUTE);
    expect(session.view.phase).toBe('warning');
    await session.extend();
    machine.isSet(3 * 60 * MINUTE);
    await machine.passes(20_000);
    expect(session.view.phase).toBe('active');
  });

  it('shows less time, never more, behind a slow network', async () => {
    const machine = aMachine();
    machine.server.latency = 4_000;
    const session = watchSession({ host: machine.tab().host });
    await machine.passes(4_001);
    expect(session.read().remainingMs).toBe(15 * MINUTE - 4_001);
  });

  it('keeps what it knows while nobody can tell, and fails closed at the end', async () => {
    const { machine, session } = await aTab();
    machine.server.isDown = true;
    await machine.passes(10 * MINUTE);
    expect(session.view.phase).toBe('active');
    await machine.passes(10 * MINUTE);
    expect(session.view).toMatchObject({ phase: 'unknown', remainingMs: 0, canExtend: false });
    const before = machine.server.asked.length;
    await machine.passes(10 * MINUTE);
    expect(machine.server.asked.length - before).toBeLessThanOrEqual(21);
  });

  it('waits longer than 32 bits hold', async () => {
    const { machine, session } = await aTab(aMachine(40 * 24 * 60 * MINUTE, 41 * 24 * 60 * MINUTE));
    await machine.passes(10 * MINUTE);
    expect(session.view.phase).toBe('active');
    session.stop();
    await machine.passes(2 ** 31);
    expect(session.view.phase).toBe('active');
  });

  it('asks when it comes out of the back-forward cache', async () => {
    const { machine, tab, session } = await aTab();
    tab.does('leave');
    machine.server.endedAs = 'logout';
    tab.does('restored');
    await machine.passes(1);
    expect(session.view).toMatchObject({ phase: 'ended', code: 'logout' });
  });

  it('stops', async () => {
    const { machine, session } = await aTab();
    session.stop();
    const { length } = machine.server.asked;
    await machine.passes(60 * MINUTE);
    expect(machine.server.asked).toHaveLength(length);
  });
});

describe('activity', () => {
  it('extends, at most once in a tenth of the idle time', async () => {
    const { machine, tab, session } = await aTab();
    for (let second = 0; second < 30 * 60; second += 10) {
      tab.does('input');
      await machine.passes(10_000);
    }
    expect(session.view.phase).toBe('active');
    const reports = machine.server.asked.filter((line) => line.startsWith('POST'));
    expect(reports.length).toBeGreaterThanOrEqual(15);
    expect(reports.length).toBeLessThanOrEqual(20);
  });

  it('does not extend in a warning: there the person decides', async () => {
    const { machine, tab, session } = await aTab();
    await machine.passes(13 * MINUTE + 5_000);
    tab.does('input');
    await machine.passes(1_000);
    expect(session.view.phase).toBe('warning');
    expect((await session.extend()).phase).toBe('active');
  });

  it('is not reported faster where nobody answers', async () => {
    const { machine, tab } = await aTab();
    await machine.passes(2 * MINUTE);
    machine.server.isDown = true;
    for (let second = 0; second < 180; second += 1) {
      tab.does('input');
      await machine.passes(1_000);
    }
    expect(machine.server.asked.filter((line) => line.startsWith('POST'))).toHaveLength(2);
  });

  it('sends nothing where it cannot help', async () => {
    const { machine, tab } = await aTab(aMachine(15 * MINUTE, 15 * MINUTE));
    await machine.passes(5 * MINUTE);
    tab.does('input');
    expect(machine.server.asked.filter((line) => line.startsWith('POST'))).toEqual([]);
  });
});

describe('two tabs', () => {
  async function twoTabs() {
    const machine = aMachine();
    const first = machine.tab();
    const second = machine.tab();
    const one = watchSession({ host: first.host });
    const other = watchSession({ host: second.host });
    await machine.passes(1_000);
    return { machine, first, second, one, other };
  }

  it('ask once for both', async () => {
    const { machine, other } = await twoTabs();
    expect(machine.server.asked).toHaveLength(1);
    expect(other.view.phase).toBe('active');
  });

  it('agree: what extends in one closes the warning of the other', async () => {
    const { machine, one, other } = await twoTabs();
    await machine.passes(13 * MINUTE + 1_000);
    expect([one.view.phase, other.view.phase]).toEqual(['warning', 'warning']);
    await one.extend();
    expect([one.view.phase, other.view.phase]).toEqual(['active', 'active']);
  });

  it('end together, and an answer from before the end revives nothing', async () => {
    const { machine, one, other } = await twoTabs();
    machine.server.latency = 500;
    const late = other.refresh();
    await machine.passes(100);
    machine.server.latency = 0;
    expect(await one.signOut()).toBe(true);
    expect([one.view.code, other.view.code]).toEqual(['logout', 'logout']);
    await machine.passes(1_000);
    await late;
    expect([one.view.phase, other.view.phase]).toEqual(['ended', 'ended']);
  });

  it('let no answer from before an end undo it, though it was asked for after the question that told of it', async () => {
    const { machine, one, other } = await twoTabs();
    const seen: string[] = [];
    machine.server.latency = 500;
    machine.server.endedAs = 'logout';
    const told = one.refresh();
    await machine.passes(100);
    machine.server.endedAs = null;
    machine.server.latency = 1_000;
    const late = other.extend();
    machine.server.endedAs = 'logout';
    await machine.passes(500);
    other.subscribe(() => seen.push(other.view.phase));
    expect(other.view.phase).toBe('ended');
    await machine.passes(5_000);
    await Promise.all([told, late]);
    expect(seen).not.toContain('active');
  });

  it('ask where one hears of an end that seems to be from before', async () => {
    const machine = aMachine();
    const tab = machine.tab();
    const channel = machine.tab().host.openChannel('curfew:/session');
    const session = watchSession({ host: tab.host });
    await machine.passes(1_000);
    machine.server.endedAs = 'logout';
    channel.postMessage({ status: { ...session.view, ...ENDED }, age: 5_000, saidAt: 0 });
    await machine.passes(1);
    expect(session.view).toMatchObject({ phase: 'ended', code: 'logout' });
  });

  it('are both back after a new login', async () => {
    const { machine, one, other } = await twoTabs();
    await one.signOut();
    await machine.passes(1_000);
    machine.server.endedAs = null;
    await one.refresh();
    expect([one.view.phase, other.view.phase]).toEqual(['active', 'active']);
  });
});

describe('fetch', () => {
  it.each([
    ['a poll', false, {}, 'background'],
    ['right after an input', true, {}, 'user'],
    ['a poll that says so', true, { background: true }, 'background'],
    ['what a person asked for', false, { background: false }, 'user'],
  ])('marks %s', async (_name, hasInput, init, mark) => {
    const { machine, tab, session } = await aTab();
    if (hasInput) tab.does('input');
    await session.fetch('https://app.example/data', init);
    expect(machine.server.asked.at(-1)).toBe(`GET /data ${mark}`);
  });

  it('leaves other origins alone', async () => {
    const { machine, session } = await aTab();
    await session.fetch('https://other.example/data');
    expect(machine.server.asked.at(-1)).toBe('GET /data null');
  });
});
