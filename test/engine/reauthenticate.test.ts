import { describe, expect, it } from 'vitest';
import { byId, type ReauthenticateAnswer } from '../../src/engine/index.js';
import { readRecord } from '../../src/engine/record.js';
import { aWorld, BACKGROUND, HOUR, login, MINUTE, policyWith, SECOND, said, testStore, USER } from './support.js';

const PAY = { ...USER, operation: 'pay' } as const;
const AAL2 = { assuranceLevel: 'aal2' } as const;

async function scene() {
  const world = aWorld();
  const store = testStore();
  const policy = policyWith({
    operations: { pay: { assuranceLevel: 'aal2', authenticatedWithin: '5m' } },
    reauthentication: { after: '4h' },
  });
  const engine = world.engine({ store, policy });
  const other = world.engine({ store, policy });
  const { handle, session } = await login(engine);
  await world.advance(SECOND);
  return { world, store, engine, other, handle, session };
}

describe('reauthenticating', () => {
  it('gives a new handle and lets the operation through, in every process', async () => {
    const { engine, other, handle, session } = await scene();
    expect((await engine.access(handle, PAY)).effect).toBe('challenge');
    const answer = await engine.reauthenticate(handle, AAL2);
    expect(answer).toMatchObject({ effect: 'permit', session: { id: session.id } });
    expect(answer.handle).not.toBe(handle);
    expect((await other.access(answer.handle as string, PAY)).effect).toBe('permit');
    // a request that was on its way
    expect((await other.access(handle, BACKGROUND)).effect).toBe('permit');
  });

  it('leaves the id as it is, so that whoever knows it can still end the session', async () => {
    const { engine, other, handle, session } = await scene();
    const { handle: next } = await engine.reauthenticate(handle, AAL2);
    expect((next as string).slice(0, 22)).toBe(session.id);
    expect((await other.end(byId(session.id))).effect).toBe('deny');
    expect(said(await engine.access(next as string, USER))).toBe('deny logout');
  });

  it('that is not permitted gives no handle, and the one there is stays', async () => {
    const { world, engine, handle } = await scene();
    await world.advance(HOUR);
    const answer = await engine.reauthenticate(handle, AAL2);
    expect([said(answer), answer.handle]).toEqual(['deny idle_timeout', null]);
    const missing = await engine.reauthenticate('nobody', AAL2);
    expect([said(missing), missing.handle]).toEqual(['deny session_missing', null]);
    const { handle: fresh } = await login(engine);
    const wrong = await engine.reauthenticate(fresh, { assuranceLevel: 'aal9' as 'aal2' });
    expect([said(wrong), wrong.handle]).toEqual(['deny event_invalid', null]);
    expect((await engine.access(fresh, USER)).effect).toBe('permit');
  });

  it('changing attributes rotates for the holder, and not for who acts by the id', async () => {
    const { engine, handle, session } = await scene();
    const byHolder = await engine.changeAttributes(handle, { role: 'admin' });
    expect(byHolder.handle).not.toBeNull();
    const byOther = await engine.changeAttributes(byId(session.id), { role: 'user' });
    expect([byOther.effect, byOther.handle]).toEqual(['permit', null]);
    expect((await engine.access(byHolder.handle as string, USER)).session?.attributes).toEqual({ role: 'user' });
  });

  // whichever answer arrives last is the one that the browser keeps
  it('five times at once: every handle that was given out stays, until the next rotation leaves one', async () => {
    const { world, store, engine, other, handle, session } = await scene();
    const asked = [engine, other, engine, other, engine].map((one) => one.reauthenticate(handle, AAL2));
    const answers: readonly ReauthenticateAnswer[] = await Promise.all(asked);
    const given = answers.flatMap((answer) => (answer.effect === 'permit' ? [answer.handle as string] : []));
    expect(given.length).toBeGreaterThanOrEqual(1);
    expect(new Set(given).size).toBe(given.length);
    await world.advance(10 * SECOND);
    const working: string[] = [];
    for (const one of [handle, ...given])
      if ((await other.access(one, BACKGROUND)).effect === 'permit') working.push(one);
    expect(working).toEqual(given);
    const { handle: next } = await other.reauthenticate(given[0] as string, AAL2);
    await world.advance(10 * SECOND);
    for (const one of given) expect(said(await engine.access(one, BACKGROUND))).toBe('deny session_missing');
    expect((await engine.access(next as string, BACKGROUND)).effect).toBe('permit');
    const { session: stored } = readRecord(await store.envelope(session.id));
    expect(stored).toMatchObject({ id: session.id, ended: null });
  });

  it('twice at once (a double click) leaves the old handle its grace: requests on their way are not refused', async () => {
    const { engine, handle } = await scene();
    const answers = await Promise.all([engine.reauthenticate(handle, AAL2), engine.reauthenticate(handle, AAL2)]);
    expect(answers.map(({ effect }) => effect)).toEqual(['permit', 'permit']);
    for (const one of [handle, ...answers.map((answer) => answer.handle as string)]) {
      expect((await engine.access(one, BACKGROUND)).effect).toBe('permit');
    }
  });

  it('keeps activity that another process has not written yet', async () => {
    const { world, store, engine, other, handle, session } = await scene();
    await world.advance(MINUTE);
    await other.access(handle, USER);
    await world.advance(SECOND);
    await engine.signal(handle, { signal: 'odd', level: 'low' });
    await other.flush();
    const stored = readRecord(await store.envelope(session.id)).session;
    expect(stored.lastActivityAt - session.createdAt).toBe(MINUTE + SECOND);
    expect(stored.signals).toMatchObject({});
  });

  // aiohttp-session#332: reauthentication restarts only what the policy says
  it('never moves the absolute deadline where the policy does not let it', async () => {
    const { world, engine, session, handle: first } = await scene();
    let handle = first;
    for (let turn = 0; turn < 8 * 6 - 1; turn++) {
      await world.advance(10 * MINUTE);
      const answer = await engine.reauthenticate(handle, AAL2);
      expect(answer.effect).toBe('permit');
      handle = answer.handle as string;
    }
    await world.advance(10 * MINUTE - SECOND - 1);
    expect((await engine.access(handle, USER)).effect).toBe('permit');
    await world.advance(1);
    expect(said(await engine.access(handle, USER))).toBe('deny absolute_timeout');
    expect(session.stamps.absolute - session.createdAt).toBe(8 * HOUR);
  });
});
