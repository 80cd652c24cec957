import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ask, complaints, longLogin, makeRoom, policy, refresh } from '../../docs/recipes/how-to.js';
import { evaluate, startSession } from '../../src/index.js';

const text = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const login = (id: string, at: number) => startSession(policy, { id, subject: 'alice', at });
const click = (at: number) => ({ type: 'access', at, activity: 'user' }) as const;
const DAY = 24 * 3_600_000;

it('shows the code that the recipe runs', () => {
  const blocks = [...text('how-to.md').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code as string);
  const recipe = text('recipes/how-to.ts').replace(/^ +/gm, '');
  expect(blocks.length).toBe(6);
  for (const block of blocks) expect(recipe).toContain(block.replace(/^ +/gm, '').trimEnd());
});

it('ends the oldest of three sessions', () => {
  const { admitted, toStore } = makeRoom([login('a', 0), login('b', 1_000)], login('c', 2_000), 2_000);
  expect(admitted).toBe(true);
  expect(toStore.map(({ id, ended }) => [id, ended?.code])).toEqual([['a', 'concurrency_limit']]);
});

it('rotates a refresh token once, repeats itself within the grace, and ends the session at a reuse', () => {
  const first = refresh(login('a', 0), 0, 60_000);
  expect(first.tokens).toEqual({ refreshGeneration: 1, accessExpiresAt: 660_000 });
  expect(refresh(first.toStore, 0, 69_999).tokens?.refreshGeneration).toBe(1);
  const reused = refresh(first.toStore, 0, 70_000);
  expect(reused.tokens).toBeNull();
  expect(reused.toStore.ended?.code).toBe('refresh_reused');
  const late = refresh(login('a', 0), 0, 14 * 60_000);
  expect(late.tokens?.accessExpiresAt).toBe(15 * 60_000);
});

it('denies a request without a session', () => {
  expect(ask(null, click(5))).toMatchObject({ effect: 'deny', session: null, reasons: [{ code: 'session_missing' }] });
  expect(ask(login('a', 0), click(5)).effect).toBe('permit');
});

it('keeps somebody signed in for as long as the policy lets a client ask for', () => {
  const session = longLogin(0);
  expect(session.stamps.absolute).toBe(30 * DAY);
  const shorter = { ...policy, requestable: { ...policy.requestable, absoluteTimeout: DAY } };
  const decision = evaluate(shorter, session, click(60_000));
  expect(decision).toMatchObject({ effect: 'permit', reasons: [{ code: 'request_clamped' }] });
  expect(decision.session.stamps.absolute).toBe(DAY);
});

it('complains of a policy in words', () => {
  expect(complaints('{ "id": "web", "absoluteTimeout": "8 hours" }')).toEqual([
    '/absoluteTimeout: `8 hours` is not a duration: write "15m", "1h30m", "PT15M" or whole milliseconds, or "unlimited"',
  ]);
  expect(complaints('{ "id": "web", "absoluteTimeout": "8h" }')).toEqual([]);
});
