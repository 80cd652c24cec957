import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { readRecord } from '../../src/engine/record.js';
import { deadlines } from '../../src/index.js';
import type { Granted, TokenRefusal } from '../../src/tokens/index.js';
import { BEGIN, runs, SECOND, USER } from '../engine/support.js';
import { aService, claimsOf, permitted, secret } from './support.js';

const GRACE = 10 * SECOND;
const policies = fc.record({
  idleTimeout: fc.integer({ min: 20, max: 900 }).map((seconds) => `${seconds}s` as const),
  absoluteTimeout: fc.integer({ min: 900, max: 1_200 }).map((seconds) => seconds * SECOND + 345),
  accessLifetime: fc.integer({ min: 2_000, max: 700_000 }),
});

/** What happens next: which of the tokens so far is presented, whose answer is lost, how long nothing happens. */
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('refresh' as const), back: fc.nat(2), lost: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), by: fc.integer({ min: 1, max: 90_000 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('use' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('prove' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('logout' as const) }) },
  ),
  { maxLength: 14 },
);

describe('whatever happens, in whatever order', () => {
  it('a token never outlives what it was issued for, and never two lines of successors are good', async () => {
    await fc.assert(
      fc.asyncProperty(policies, steps, async (policy, history) => {
        const { idleTimeout, absoluteTimeout, accessLifetime } = policy;
        const made = await raced({ idleTimeout, absoluteTimeout, tokens: { accessLifetime, refreshGrace: GRACE } });
        const { tokens, engine, world, store, session } = made;
        let { handle } = made;
        const known = [made.refresh_token];
        let lose = false;
        store.intercept = async (method, go) => {
          const answer = await go();
          if (lose && method === 'replace') throw new Error('connection lost');
          return answer;
        };
        const stored = async () => readRecord(await store.envelope(session.id)).session;
        for (const step of history) {
          // activity is written behind
          await engine.flush();
          const before = await stored();
          if (step.do === 'wait') await world.advance(step.by);
          if (step.do === 'use') await engine.access(handle, USER);
          if (step.do === 'prove')
            handle = (await engine.reauthenticate(handle, { assuranceLevel: 'aal2' })).handle ?? handle;
          if (step.do === 'logout') await engine.end(byId(session.id));
          if (step.do !== 'refresh') continue;
          lose = step.lost;
          const answer = await tokens.refresh(known[Math.max(0, known.length - 1 - step.back)] as string);
          lose = false;
          const after = await stored();
          // a refresh is nobody's activity, and no proof
          expect([after.lastActivityAt, after.authenticatedAt]).toEqual([
            before.lastActivityAt,
            before.authenticatedAt,
          ]);
          if (before.ended !== null) expect(answer.effect).not.toBe('permit');
          if (answer.effect !== 'permit') continue;
          isBounded(answer, deadlines(engine.policy(), after).until, engine.now(), policy.accessLifetime);
          if (!known.includes(answer.response.refresh_token)) known.push(answer.response.refresh_token);
        }
        await world.settle();
        const good = await Promise.all(known.map((token) => tokens.introspect(token)));
        const count = good.filter((one) => 'active' in one && one.active).length;
        const { refresh } = await stored();
        const isInGrace = refresh.rotatedAt !== null && engine.now() < refresh.rotatedAt + GRACE;
        expect(count).toBeLessThanOrEqual(isInGrace ? 2 : 1);
        // one text for each generation: nobody has been given another successor than somebody else
        expect(new Set(known.map((token) => token.split('.')[2])).size).toBe(known.length);
      }),
      runs(150),
    );
  });

  it('a client that tries again within the grace is never taken for a thief, whatever answers are lost', async () => {
    const attempts = fc.array(fc.record({ lost: fc.boolean(), wait: fc.integer({ min: 0, max: 9_000 }) }), {
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(attempts, async (all) => {
        const { tokens, store, world, refresh_token } = await raced({ idleTimeout: '4h' });
        let lose = false;
        store.intercept = async (method, go) => {
          const answer = await go();
          if (lose && method === 'replace') throw new Error('connection lost');
          return answer;
        };
        let current = refresh_token;
        for (const { lost, wait } of all) {
          lose = lost;
          const first = await tokens.refresh(current);
          lose = false;
          await world.advance(wait);
          // one that was answered is not repeated: the next one is presented when there is something to refresh
          const answer = first.effect === 'indeterminate' ? await tokens.refresh(current) : first;
          current = permitted(answer).response.refresh_token;
          await world.advance(GRACE);
        }
      }),
      runs(100),
    );
  });

  it('of many at once through several processes, all are given one successor, or none at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 6 }), fc.boolean(), async (s, count, hasGrace) => {
        const policy = { tokens: { refreshGrace: hasGrace ? GRACE : 0 } };
        const { tokens, make, world, store, engine, refresh_token, session } = await raced(policy);
        const other = world.engine({ store, policy: engine.policy() });
        const second = make({ engine: other });
        store.intercept = async (method, go) => {
          await s.schedule(Promise.resolve(), method);
          return go();
        };
        const asked = Array.from({ length: count }, (_, index) => (index % 2 ? second : tokens).refresh(refresh_token));
        const answers = await s.waitFor(Promise.all(asked));
        store.intercept = null;
        expect(successorsOf(answers).size).toBe(1);
        const refusals = answers.filter((answer): answer is TokenRefusal => answer.effect !== 'permit');
        if (hasGrace) expect(refusals).toEqual([]);
        const { ended, refresh } = readRecord(await store.envelope(session.id)).session;
        expect(refresh.generation).toBe(1);
        // without a grace, who comes when all is over is a thief; who was there before is not
        const isReused = refusals.some(({ body }) => body.code === 'refresh_reused');
        expect(ended?.code).toBe(isReused ? 'refresh_reused' : undefined);
      }),
      runs(100),
    );
  });
});

async function raced(policy: object) {
  const service = aService(policy, { refreshSecrets: [secret(1)] });
  return { ...service, ...(await service.loggedIn()) };
}

function successorsOf(answers: readonly (Granted | TokenRefusal)[]): ReadonlySet<string> {
  return new Set(
    answers.flatMap((answer) => (answer.effect === 'permit' ? [permitted(answer).response.refresh_token] : [])),
  );
}

function isBounded({ response, until }: Granted, deadline: number, now: number, accessLifetime: number): void {
  const exp = Number(claimsOf(response.access_token)['exp']) * SECOND;
  expect(exp).toBeLessThanOrEqual(Math.min(until, deadline, now + accessLifetime));
  expect(response.expires_in).toBe(Math.floor((exp - now) / SECOND));
  expect(response.expires_in).toBeGreaterThanOrEqual(1);
  expect(exp).toBeGreaterThan(BEGIN);
}
