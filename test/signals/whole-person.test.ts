import { CompactSign } from 'jose';
import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { createReceiver, eventUri, type SignalMapping } from '../../src/signals/index.js';
import { login, MINUTE, SECOND, testStore } from '../engine/support.js';
import { jobsScene, told } from '../jobs/support.js';
import { AUDIENCE, aReceiver, claimsOf, ISSUER, KEY_SET, PRIVATE_KEY, SESSION_REVOKED, signSet } from './support.js';

const DISABLED = eventUri('risc/account-disabled');
const CLAIMS_CHANGE = eventUri('caep/token-claims-change');
const SPARING: SignalMapping = { 'risc/account-disabled': [{ do: 'end', code: 'account_disabled', spareNewer: true }] };

/** A job whose person has gone: the session timed out, and the job goes on. */
async function aJobLeftBehind() {
  const scene = await jobsScene({ people: { idleTimeout: '15m' } });
  const { grant } = await scene.queued();
  await scene.world.advance(20 * MINUTE);
  expect(told(await scene.jobs.check(grant))).toBe('continue, idle_timeout of the session');
  await scene.world.advance(20 * MINUTE);
  const receive = async (event: string, part: object = {}, mapping: SignalMapping = {}) => {
    const transmitter = { issuer: ISSUER, audience: AUDIENCE, keys: KEY_SET };
    const receiver = createReceiver({ engine: scene.people, transmitter, mapping });
    return receiver.receive(await signSet(claimsOf(event, {}, part)));
  };
  return { ...scene, grant, receive };
}

describe('an event about a whole person', () => {
  it('stops the jobs of one whose session timed out', async () => {
    const { jobs, grant, receive } = await aJobLeftBehind();
    expect(await receive(DISABLED)).toEqual({ outcome: 'accepted' });
    // for the people's engine it has been idle, too: that it is over is what matters
    expect(told(await jobs.check(grant))).toMatch(/^abort, \w+ of the grant$/);
  });

  it('does so where it names no session in particular, by whatever name it calls the person', async () => {
    const { jobs, grant, receive } = await aJobLeftBehind();
    const identifiers = [{ format: 'email', email: 'alice@example.com' }, claimsOf(SESSION_REVOKED)['sub_id']];
    await receive(SESSION_REVOKED, { sub_id: { format: 'aliases', identifiers } });
    expect(told(await jobs.check(grant))).toContain('abort');
  });

  it('leaves them alone where it names a session', async () => {
    const { jobs, grant, receive } = await aJobLeftBehind();
    const user = { format: 'iss_sub', iss: ISSUER, sub: 'alice' };
    const sub_id = { format: 'complex', user, session: { format: 'opaque', id: 'elsewhere' } };
    await receive(SESSION_REVOKED, { sub_id });
    expect((await jobs.check(grant)).verdict).toBe('continue');
  });

  it('spares a newer login and its job where the mapping says so', async () => {
    const { jobs, people, world, grant, receive } = await aJobLeftBehind();
    const first = await login(people);
    const younger = await jobs.grant(first.session, { job: 'report' });
    if (younger.effect !== 'permit') throw new Error('no grant');
    await receive(DISABLED, { iat: Math.floor((people.now() - 30 * SECOND) / 1_000) }, SPARING);
    expect((await people.peek(byId(first.session.id))).effect).toBe('permit');
    expect((await jobs.check(younger.grant)).verdict).toBe('continue');
    await world.advance(SECOND);
    await receive(DISABLED);
    expect(told(await jobs.check(younger.grant))).toContain('abort');
    expect(told(await jobs.check(grant))).toContain('abort');
  });

  it('comes again while not all of it could be ended', async () => {
    const { jobs, store, grant, receive } = await aJobLeftBehind();
    store.intercept = (method, go) => (method === 'replace' ? Promise.reject(new Error('away')) : go());
    expect((await receive(DISABLED)).outcome).toBe('indeterminate');
    store.intercept = null;
    expect((await receive(DISABLED)).outcome).toBe('accepted');
    expect(told(await jobs.check(grant))).toContain('abort');
  });
});

describe('a record that cannot be read', () => {
  it('does not keep the person’s other sessions from being ended', async () => {
    const store = testStore();
    const { engine, receiver } = aReceiver({}, { store });
    const { session } = await login(engine);
    store.intercept = async (method, go) => {
      const answer = await go();
      return method === 'listBySubject' ? [...(answer as unknown[]), { damage: new Error('damaged') }] : answer;
    };
    const set = await signSet(claimsOf(SESSION_REVOKED));
    // not all of it is done: it has to come again
    expect(await receiver.receive(set)).toEqual({ outcome: 'indeterminate', code: 'store_record_invalid' });
    expect((await engine.peek(byId(session.id))).effect).toBe('deny');
    store.intercept = null;
    expect(await receiver.receive(set)).toEqual({ outcome: 'accepted' });
  });
});

describe('several names of one person', () => {
  it('spare each session that one of them names, also where a store reads each anew', async () => {
    const { engine, make } = aReceiver();
    const [first, second, third] = [await login(engine), await login(engine), await login(engine)];
    const named: Record<string, string> = { a: first.session.id, b: second.session.id };
    const receiver = make({
      engine: { ...engine, list: async (subject) => structuredClone(await engine.list(subject)) },
      mapping: { 'caep/session-revoked': [{ do: 'end', code: 'session_revoked', sessions: 'others' }] },
      subjects: (one) => ({ subject: 'alice', sessionIds: one.format === 'opaque' ? [named[one.id] ?? ''] : [] }),
    });
    const identifiers = [
      { format: 'opaque', id: 'a' },
      { format: 'opaque', id: 'b' },
    ];
    await receiver.receive(
      await signSet(claimsOf(SESSION_REVOKED, {}, { sub_id: { format: 'aliases', identifiers } })),
    );
    const effects = await Promise.all([first, second, third].map(({ session }) => engine.peek(byId(session.id))));
    expect(effects.map(({ effect }) => effect)).toEqual(['permit', 'permit', 'deny']);
  });
});

describe('changed claims', () => {
  it('do not take away what a logout finds the session by', async () => {
    const { engine, receiver } = aReceiver();
    const attributes = { iss: ISSUER, sid: 'p-1', organisation: 'o-1', role: 'admin' };
    const { session } = await login(engine, { attributes });
    const claims = { iss: 'https://elsewhere.example.com', sid: null, organisation: 'o-2', role: 'reader' };
    await receiver.receive(await signSet(claimsOf(CLAIMS_CHANGE, { claims })));
    const answer = await engine.peek(byId(session.id));
    expect(answer.session?.attributes).toEqual({ ...attributes, role: 'reader' });
  });

  it('count, though one of them is a number that no record can hold', async () => {
    const { engine, receiver } = aReceiver();
    const { session } = await login(engine, { attributes: { credit: 1, role: 'admin' } });
    const text = JSON.stringify(claimsOf(CLAIMS_CHANGE, { claims: { credit: 0, role: 'reader' } }));
    const set = await new CompactSign(new TextEncoder().encode(text.replace('"credit":0', '"credit":1e999')))
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'secevent+jwt' })
      .sign(PRIVATE_KEY);
    await receiver.receive(set);
    expect((await engine.peek(byId(session.id))).session?.attributes).toEqual({ credit: 1, role: 'reader' });
  });
});

describe('a mapping from a file', () => {
  it.each<[string, object]>([
    ['a level that is none', { do: 'signal', signal: 'risk_level', level: 'hgih' }],
    ['sessions that are none', { do: 'end', code: 'session_revoked', sessions: 'subjects' }],
    ['a condition that is no list', { do: 'signal', signal: 'risk_level', when: { current_level: 'HIGH' } }],
    ['attributes from nowhere', { do: 'attributes' }],
  ])('is refused where it would do something else, or nothing: %s', (_, action) => {
    const { make } = aReceiver();
    const mapping = { 'caep/session-revoked': [action] } as unknown as SignalMapping;
    expect(() => make({ mapping })).toThrow(expect.objectContaining({ code: 'receiver_options_invalid' }));
  });
});
