import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateTraffic } from '../../scripts/generate-traffic.js';
import { definePolicy, type Policy, type PolicyDocument } from '../../src/index.js';
import { compareReplays, type ReplayOptions, replay } from '../../src/replay/index.js';
import { clfTime } from './support.js';

const START = Date.UTC(2026, 2, 29, 8);
const MINUTE = 60_000;
const policyOf = (idle: number, absolute: number, more: Partial<PolicyDocument> = {}) =>
  definePolicy({ id: `idle-${idle}`, idleTimeout: idle * MINUTE, absoluteTimeout: absolute * MINUTE, ...more });
const LOOSE = policyOf(30, 480);
const STRICT = policyOf(10, 480);

function compare(policy: Policy, against: Policy, lines: Iterable<string>, options: ReplayOptions = {}) {
  const running = compareReplays(policy, against, options);
  for (const line of lines) running.write(Buffer.from(`${line}\n`));
  return running.finish();
}

const line = (visitor: string, minute: number, path = '/') =>
  `${visitor} - - [${clfTime(START + minute * MINUTE)}] "GET ${path} HTTP/1.1" 200 5`;

/** For each request of a sorted log, whether its session is over: idle and absolute limits, and nothing else. */
function isOverAt(
  requests: readonly { visitor: string; at: number; isUser: boolean }[],
  idle: number,
  absolute: number,
) {
  const sessions = new Map<string, { start: number; active: number }>();
  return requests.map(({ visitor, at, isUser }) => {
    const known = sessions.get(visitor);
    const isOver = known !== undefined && (at - known.active >= idle || at - known.start >= absolute);
    if (known === undefined || isOver) sessions.set(visitor, { start: at, active: at });
    else if (isUser) known.active = at;
    return isOver;
  });
}

const aTraffic = fc
  .array(
    fc.record({
      visitor: fc.constantFrom('a', 'b', 'c'),
      pause: fc.oneof(fc.nat({ max: 3 }), fc.integer({ min: 4, max: 40 }), fc.constant(200)),
      isUser: fc.boolean(),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let minute = 0;
    return steps.map(({ visitor, pause, isUser }) => {
      minute += pause;
      return { visitor, at: minute, isUser };
    });
  });

describe('compareReplays', () => {
  it('finds what each policy finds alone', async () => {
    const lines = [...generateTraffic({ people: 40, days: 2 })];
    const options = { background: /^\/api\// };
    const { policy, against } = compare(STRICT, LOOSE, lines, options);
    expect(policy).toEqual(await replay(STRICT, lines, options));
    expect(against).toEqual(await replay(LOOSE, lines, options));
    expect(policy.sessions).toBeGreaterThan(against.sessions);
  });

  it('counts request by request what a naive count does, in both directions', () => {
    const aLimit = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(aTraffic, aLimit, aLimit, aLimit, aLimit, (requests, idle, otherIdle, more, otherMore) => {
        const lines = requests.map(({ visitor, at, isUser }) => line(visitor, at, isUser ? '/' : '/api/poll'));
        const [one, other] = [policyOf(idle, idle + more * 5), policyOf(otherIdle, otherIdle + otherMore * 5)];
        const found = compare(one, other, lines, { background: /^\/api\// });
        const isOver = isOverAt(requests, idle, idle + more * 5);
        const wasOver = isOverAt(requests, otherIdle, otherIdle + otherMore * 5);
        for (const [difference, refused, permitted] of [
          [found.cutOff, isOver, wasOver],
          [found.letThrough, wasOver, isOver],
        ] as const) {
          const differing = requests.filter((_, index) => refused[index] && !permitted[index]);
          expect(difference.requests).toBe(differing.length);
          expect(difference.background).toBe(differing.filter(({ isUser }) => !isUser).length);
          expect(difference.visitors).toBe(new Set(differing.map(({ visitor }) => visitor)).size);
          const people = differing.filter(({ isUser }) => isUser).map(({ visitor }) => visitor);
          expect(difference.people).toBe(new Set(people).size);
          expect(Object.values(difference.codes).reduce((sum, count) => sum + count, 0)).toBe(differing.length);
          // why is known, however long ago the session ended
          expect(Object.keys(difference.codes).every((code) => /^(?:idle|absolute)_timeout$/.test(code))).toBe(true);
          const lineOf = (one: (typeof requests)[number]) => requests.indexOf(one) + 1;
          const numbers = difference.examples.map((example) => example.line);
          expect(differing.map(lineOf)).toEqual(expect.arrayContaining(numbers));
          expect(new Set(numbers).size).toBe(numbers.length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('finds no difference between a policy and itself', () => {
    const rich = policyOf(15, 480, {
      reauthentication: { after: '2h' },
      risk: [{ signal: 'user_agent_changed', then: 'challenge' }],
    });
    const { cutOff, letThrough } = compare(rich, rich, generateTraffic({ people: 20, days: 2 }));
    expect([cutOff.requests, letThrough.requests]).toEqual([0, 0]);
  });

  it('shows who, where in the log, after which pause and why', () => {
    const lines = [line('a', 0), line('b', 1), line('a', 12), line('b', 5), line('a', 55)];
    const { cutOff, letThrough } = compare(STRICT, LOOSE, lines);
    expect(cutOff).toEqual({
      ...{ requests: 1, background: 0, sessions: 1, visitors: 1, people: 1, codes: { idle_timeout: 1 } },
      examples: [
        {
          ...{ line: 3, visitor: 'a', activity: 'user', code: 'idle_timeout' },
          ...{ at: START + 12 * MINUTE, start: START, pause: 12 * MINUTE },
        },
      ],
    });
    expect(letThrough.requests).toBe(0);
    expect(compare(LOOSE, STRICT, lines)).toMatchObject({ cutOff: { requests: 0 }, letThrough: cutOff });
  });

  it('counts a session once, and a person who is asked for a proof', () => {
    const asking = policyOf(30, 480, { reauthentication: { after: '1m' } });
    const lines = [0, 2, 4].map((minute) => line('a', minute));
    const { cutOff } = compare(asking, LOOSE, lines);
    expect(cutOff).toMatchObject({ requests: 2, sessions: 1, visitors: 1, codes: { reauthentication_due: 2 } });
  });
});
