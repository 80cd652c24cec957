import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../src/core/event.js';
import { definePolicy, type PolicyDocument } from '../../src/index.js';
import { createSimulator, type LogRecord, type ReplayedSession } from '../../src/replay/index.js';

const MINUTE = 60_000;
const WEB: PolicyDocument = { id: 'web', idleTimeout: '15m', absoluteTimeout: '8h' };
const LOGOUT = { type: 'revoked', code: 'logout' } as const;
const LOCKING: PolicyDocument = { ...WEB, onIdle: 'lock', reauthentication: { after: '4h', resets: ['idle'] } };

/** What happened, in minutes: `user` and `background` are requests, anything else an event. */
type Step = readonly [minute: number, event: 'user' | 'background' | Omit<SessionEvent, 'at'>, extra?: object];

function run(document: PolicyDocument, steps: readonly Step[]) {
  const sessions: ReplayedSession[] = [];
  const simulator = createSimulator(definePolicy(document), (session) => sessions.push(session));
  for (const step of steps) simulator.apply(recordOf(step));
  return { ...simulator.finish(), sessions };
}

function recordOf([minute, event, extra = {}]: Step): LogRecord {
  const at = minute * MINUTE;
  const happened = typeof event === 'string' ? { type: 'access', activity: event } : event;
  return { visitor: 'v', event: { ...happened, at, ...extra } as SessionEvent, attributes: null };
}

/** Checks these figures exactly; an object with more codes in it is another one. */
function expectIn(result: ReturnType<typeof run>, expected: object): void {
  expect(Object.fromEntries(Object.keys(expected).map((name) => [name, result[name as 'open']]))).toEqual(expected);
}

describe('createSimulator', () => {
  it('ends a session at its deadline, and starts the next with the request that found it over', () => {
    const { sessions, ended, requestsAfterEnd } = run(WEB, [
      [0, 'user'],
      [10, 'user'],
      [40, 'user'],
    ]);
    expect(
      sessions.map(({ start, end, reason, requests }) => [start / MINUTE, end && end / MINUTE, reason, requests]),
    ).toEqual([
      [0, 25, 'idle_timeout', 2],
      [40, null, null, 1],
    ]);
    expect({ ended, requestsAfterEnd }).toEqual({ ended: { idle_timeout: 1 }, requestsAfterEnd: 1 });
  });

  it('ends at the last instant what has its deadline there, and nothing a millisecond before', () => {
    const end = {
      visitor: 'w',
      event: { type: 'access' as const, at: 15 * MINUTE, activity: 'user' as const },
      attributes: null,
    };
    const figures = [0, -1].map((shift) => {
      const simulator = createSimulator(definePolicy(WEB), () => {});
      simulator.apply(recordOf([0, 'user']));
      simulator.apply({ ...end, event: { ...end.event, at: end.event.at + shift } });
      return simulator.finish();
    });
    expect(figures.map(({ ended, open }) => [ended, open])).toEqual([
      [{ idle_timeout: 1 }, 1],
      [{}, 2],
    ]);
  });

  it('keeps nothing alive for background requests', () => {
    const polls = Array.from({ length: 20 }, (_, index): Step => [index + 1, 'background']);
    const { sessions, unattended } = run(WEB, [[0, 'user'], ...polls]);
    expect(sessions.map(({ start, end }) => [start / MINUTE, end && end / MINUTE])).toEqual([
      [0, 15],
      [15, null],
    ]);
    expect(unattended).toBe(1);
  });

  it.each([
    ['within 5 minutes', 19.99, 1],
    ['after 5 minutes', 20, 0],
  ])('counts a person who is back %s', (_, minute, dropOffs) => {
    expect(
      run(WEB, [
        [0, 'user'],
        [minute, 'user'],
      ]).dropOffs,
    ).toBe(dropOffs);
  });

  it('does not take a poll for a person who is back, but the person after it', () => {
    expect(
      run(WEB, [
        [0, 'user'],
        [16, 'background'],
      ]).dropOffs,
    ).toBe(0);
    expect(
      run(WEB, [
        [0, 'user'],
        [16, 'background'],
        [17, 'user'],
        [18, 'user'],
      ]).dropOffs,
    ).toBe(1);
  });

  it('assumes that a person passes a challenge, and says how often it was asked for', () => {
    const locked = run(LOCKING, [
      [0, 'user'],
      [100, 'user'],
      [101, 'user'],
      [140, 'background'],
    ]);
    expectIn(locked, { challenged: { idle_timeout: 1 }, challengedBackground: 1, refused: {}, ended: {} });
    expectIn(locked, { open: 1, locked: 1, requestsAfterEnd: 0 });
    expect(locked.sessions[0]?.requests).toBe(4);
    const due = run({ ...LOCKING, idleTimeout: '8h' }, [
      [0, 'user'],
      [239, 'user'],
      [241, 'user'],
      [242, 'user'],
      [242, 'user'],
    ]);
    expectIn(due, { challenged: { reauthentication_due: 1 }, refused: {}, ended: {}, open: 1 });
  });

  it('goes on within the second of a challenge', () => {
    const result = run({ ...LOCKING, clockLeeway: 0 }, [
      [0, 'user'],
      [100, 'user'],
      [100, 'user'],
      [100, 'background'],
    ]);
    expectIn(result, { challenged: { idle_timeout: 1 }, challengedBackground: 0, refused: {} });
  });

  it('lets what was decided before a late request arrived stand', () => {
    const result = run(WEB, [
      [0, 'user'],
      [10, LOGOUT],
      [5, 'user'],
      [11, 'user'],
    ]);
    expectIn(result, { refused: { logout: 1 }, ended: { logout: 1 }, requestsAfterEnd: 1, open: 1 });
  });

  it('lets a risk rule challenge once for each change, and end where it says so', () => {
    const from = (ip: string) => ({ context: { ip } });
    const steps: Step[] = [
      [0, 'user', from('192.0.2.1')],
      [1, 'user', from('192.0.2.2')],
      [2, 'user', from('192.0.2.2')],
    ];
    const challenged = run({ ...WEB, risk: [{ signal: 'ip_changed', then: 'challenge' }] }, steps);
    expectIn(challenged, { challenged: { ip_changed: 1 }, refused: {}, open: 1 });
    const ended = run({ ...WEB, risk: [{ signal: 'ip_changed', then: 'end' }] }, steps);
    expectIn(ended, { ended: { ip_changed: 1 }, open: 1, requestsAfterEnd: 1, dropOffs: 0 });
  });

  it('feeds events to the session that is there, and counts those that find none', () => {
    const result = run(WEB, [
      [0, LOGOUT],
      [1, 'user'],
      [2, LOGOUT],
      [3, LOGOUT],
      [4, 'user'],
      [60, LOGOUT],
    ]);
    expectIn(result, { events: 4, eventsWithoutSession: 3, ended: { logout: 1, idle_timeout: 1 } });
    expectIn(result, { requests: 2, requestsAfterEnd: 1, dropOffs: 0 });
  });

  it('counts refusals that end nothing', () => {
    const result = run({ ...WEB, operations: {} }, [
      [0, 'user'],
      [1, 'user', { operation: 'pay' }],
      [2, 'user'],
    ]);
    expectIn(result, { refused: { operation_unknown: 1 }, sessions: [expect.objectContaining({ requests: 3 })] });
  });

  it('judges late requests as the engine does', () => {
    const late = run(WEB, [
      [0, 'user'],
      [10, 'user'],
      [5, 'user'],
      [9.99, 'user'],
    ]);
    expectIn(late, { refused: { clock_behind: 1 }, open: 1, firstAt: 0, lastAt: 10 * MINUTE });
    expect(late.gaps.count).toBe(1);
  });

  it('has the sessions that ended and the open ones add up, whatever happens', () => {
    const aStep = fc.tuple(
      fc.nat({ max: 600 }),
      fc.constantFrom('user', 'background', 'logout', 'signal', 'finished', 'reauthenticated'),
      fc.constantFrom('192.0.2.1', '192.0.2.2', '203.0.113.9'),
    );
    const aDocument = fc.constantFrom<PolicyDocument>(WEB, LOCKING, RICH, { ...RICH, onIdle: 'lock' });
    fc.assert(
      fc.property(aDocument, fc.array(aStep, { maxLength: 40 }), fc.boolean(), (document, steps, isSorted) => {
        const ordered = isSorted ? [...steps].sort(([a], [b]) => a - b) : steps;
        const { sessions, ...figures } = run(
          document,
          ordered.map(([minute, kind, ip]) => stepOf(minute, kind, ip)),
        );
        const ended = Object.values(figures.ended).reduce((sum, count) => sum + count, 0);
        const closed = sessions.filter(({ end }) => end !== null);
        expect({ ended, open: figures.open }).toEqual({ ended: closed.length, open: sessions.length - closed.length });
        expect(figures.requests + figures.events).toBe(steps.length);
        expect(figures.requestsAfterEnd).toBe(sessions.length - figures.visitors);
        expect(figures.length.count).toBe(ended);
        expect(closed.every(({ start, end }) => (end as number) >= start)).toBe(true);
        expect(
          closed.length === 0 ||
            isSorted === false ||
            Math.max(...closed.map(({ end }) => end as number)) <= (figures.lastAt as number),
        ).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

const RICH: PolicyDocument = {
  ...WEB,
  reauthentication: { after: '3h' },
  networks: { office: ['203.0.113.0/24'] },
  conditions: [{ when: { network: 'office' }, idleTimeout: '30m', relax: true }],
  risk: [
    { signal: 'ip_changed', then: 'challenge' },
    { signal: 'stolen', then: 'end' },
  ],
  operations: { export: { lease: '1h' } },
};

function stepOf(minute: number, kind: string, ip: string): Step {
  if (kind === 'logout') return [minute, { type: 'revoked', code: 'logout' } as SessionEvent];
  if (kind === 'signal') return [minute, { type: 'signal', signal: 'stolen' } as SessionEvent];
  if (kind === 'finished') return [minute, { type: 'operation_finished', operation: 'export' } as SessionEvent];
  if (kind === 'reauthenticated') return [minute, { type: 'reauthenticated', assuranceLevel: 'aal2' } as SessionEvent];
  return [minute, kind as 'user', { context: { ip }, ...(minute % 7 === 0 && { operation: 'export' }) }];
}
