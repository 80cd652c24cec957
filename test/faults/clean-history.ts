import fc from 'fast-check';
import type { Entry } from './entry.js';
import { PROMISED } from './promises.js';

/** What is between the monotonic clock and the time of day in these histories. */
export const WALL = 1_700_000_000_000;

/** An entry of a history that is written by hand. */
export function anEntry(changes: Partial<Entry> & Pick<Entry, 'invoked'>): Entry {
  return {
    process: 0,
    operation: 'access',
    session: 's',
    subject: 'alice',
    handle: 'h0',
    activity: null,
    generation: null,
    code: null,
    idleTimeout: PROMISED.idleTimeout,
    returned: changes.invoked + 2,
    wall: WALL + changes.invoked,
    effect: 'permit',
    reason: null,
    ended: null,
    newHandle: null,
    refreshed: null,
    ...changes,
  };
}

interface Step {
  readonly gap: number;
  readonly latency: number;
  readonly kind: 'user' | 'background' | 'reauthenticate' | 'refresh';
  readonly process: number;
  readonly isUnknown: boolean;
}

const aStep: fc.Arbitrary<Step> = fc.record({
  gap: fc.integer({ min: 5, max: 500 }),
  latency: fc.integer({ min: 1, max: 50 }),
  kind: fc.constantFrom('user', 'user', 'background', 'reauthenticate', 'refresh'),
  process: fc.integer({ min: 0, max: 2 }),
  isUnknown: fc.boolean(),
});

/** A session that goes as it should: in use, its handle and its token rotated now and then, and then logged out. */
export const aCleanHistory: fc.Arbitrary<readonly Entry[]> = fc
  .array(aStep, { minLength: 4, maxLength: 30 })
  .map((drawn) => {
    // nobody leaves for so long that the session would have to end
    const steps = drawn.map((step, index) => (index % 3 === 0 ? { ...step, kind: 'user' as const } : step));
    const entries = [anEntry({ invoked: 1_000, operation: 'start', handle: null, newHandle: 'h0' })];
    let [now, handles, generation] = [1_010, 1, 0];
    for (const { gap, latency, kind, process, isUnknown } of [...steps, ...lastSteps()]) {
      now += gap;
      const base = { invoked: now, returned: now + latency, process, handle: `h${handles - 1}` };
      now += latency;
      if (kind === 'reauthenticate') {
        entries.push(anEntry({ ...base, operation: kind, newHandle: `h${handles}` }));
        handles += 1;
      } else if (kind === 'refresh') {
        entries.push(anEntry({ ...base, operation: kind, generation, refreshed: 'rotated' }));
        generation += 1;
      } else {
        const effect = isUnknown ? ('indeterminate' as const) : ('permit' as const);
        const reason = isUnknown ? 'store_timeout' : null;
        entries.push(anEntry({ ...base, activity: kind, effect, reason }));
      }
    }
    return [...entries, ...logout(now + 20, `h${handles - 1}`)];
  });

/** Somebody was active, and is told so, before each history ends; and a rotation is long enough ago to show. */
function lastSteps(): readonly Step[] {
  const base = { gap: 900, latency: 2, process: 1, isUnknown: false };
  const kinds = ['user', 'refresh', 'reauthenticate', 'background', 'user'] as const;
  return kinds.map((kind) => ({ ...base, kind }));
}

function logout(invoked: number, handle: string): readonly Entry[] {
  const ended = { code: 'logout', at: WALL + invoked + 1 };
  const told = { effect: 'deny', reason: 'logout', ended, handle } as const;
  return [
    anEntry({ ...told, invoked, operation: 'end', code: 'logout' }),
    anEntry({ ...told, invoked: invoked + 100, activity: 'user', process: 2 }),
  ];
}
