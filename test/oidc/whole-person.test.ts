import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { backChannelLogout, providerCommands, singleSignOn } from '../../src/oidc/index.js';
import { aWorld, login, MINUTE, policyWith, said, testStore, USER } from '../engine/support.js';
import { jobsScene } from '../jobs/support.js';
import { aToken, CLIENT, ISSUER, KEYS, posted } from './tokens.js';

/** A job whose person has gone: the session timed out, and the job goes on. */
async function aJobLeftBehind() {
  const scene = await jobsScene({ people: { idleTimeout: '15m' } });
  const { grant } = await scene.queued();
  await scene.world.advance(20 * MINUTE);
  expect((await scene.jobs.check(grant)).verdict).toBe('continue');
  await scene.world.advance(20 * MINUTE);
  const now = () => scene.people.now();
  const options = { engine: scene.people, issuer: ISSUER, audience: CLIENT, keys: KEYS, clock: { now } };
  return {
    ...scene,
    grant,
    async logout(claims = {}) {
      const logout_token = await aToken(claims, {}, now());
      return (await backChannelLogout(options)(posted({ logout_token }))).status;
    },
    async command(command: string) {
      const command_token = await aToken({ command, events: undefined }, { typ: 'command+jwt' }, now());
      return (await providerCommands({ ...options, account: () => 'suspended' })(posted({ command_token }))).status;
    },
  };
}

describe('what a provider ends of a whole person', () => {
  it.each(['invalidate', 'suspend', 'archive', 'delete'])('includes the jobs left behind: %s', async (command) => {
    const scene = await aJobLeftBehind();
    expect(await scene.command(command)).toBe(200);
    expect((await scene.jobs.check(scene.grant)).verdict).toBe('abort');
  });

  it('includes them at a logout of all of the subject’s sessions, and not of one', async () => {
    const scene = await aJobLeftBehind();
    expect(await scene.logout({ sid: 'p-1' })).toBe(200);
    expect((await scene.jobs.check(scene.grant)).verdict).toBe('continue');
    expect(await scene.logout()).toBe(200);
    expect((await scene.jobs.check(scene.grant)).verdict).toBe('abort');
  });

  it('spares the sessions of another provider, and the jobs of these', async () => {
    const scene = await aJobLeftBehind();
    const other = await login(scene.people, { attributes: { iss: 'https://elsewhere.example.com' } });
    const own = await login(scene.people, { attributes: { iss: ISSUER } });
    const spared = await scene.jobs.grant(other.session, { job: 'report' });
    if (spared.effect !== 'permit') throw new Error('no grant');
    expect(await scene.logout()).toBe(200);
    expect((await scene.people.peek(byId(other.session.id))).effect).toBe('permit');
    expect((await scene.people.peek(byId(own.session.id))).effect).toBe('deny');
    expect((await scene.jobs.check(spared.grant)).verdict).toBe('continue');
  });

  it('is 503 while not all of it could be ended', async () => {
    const scene = await aJobLeftBehind();
    scene.store.intercept = (method, go) => (method === 'replace' ? Promise.reject(new Error('away')) : go());
    expect(await scene.logout()).toBe(503);
  });
});

describe('an organisation that refuses for now', () => {
  const RISK = [{ signal: 'stolen', then: 'end' }] as const;

  it('hides no session from a logout', async () => {
    const world = aWorld();
    const clock = world.clock();
    const policy = policyWith({ id: 'organisation' });
    const organisation = world.engine({ store: testStore(), policy, clock });
    const mail = singleSignOn({ organisation, application: world.engine({ store: testStore(), clock }) });
    const { handle, session } = await login(mail, { attributes: { iss: ISSUER, sid: 'p-1' } });
    await organisation.signal(byId(String(session.attributes['organisation'])), { signal: 'stolen' });
    // for some minutes a policy is in force that somebody takes back
    organisation.use({ policy: policyWith({ id: 'organisation', risk: [...RISK] }) });
    const logout = backChannelLogout({ engine: mail, issuer: ISSUER, audience: CLIENT, keys: KEYS, clock });
    expect((await logout(posted({ logout_token: await aToken({ sid: 'p-1' }) }))).status).toBe(200);
    organisation.use({ policy });
    expect(said(await mail.access(handle, USER))).toContain('deny');
  });

  it('keeps no session of a login that the application throws at', async () => {
    const world = aWorld();
    const clock = world.clock();
    const organisation = world.engine({ store: testStore(), policy: policyWith({ id: 'organisation' }), clock });
    const mail = singleSignOn({ organisation, application: world.engine({ store: testStore(), clock }) });
    const attributes = { team: { of: 'nobody' } as never };
    await expect(mail.start({ subject: 'alice', attributes })).rejects.toMatchObject({ code: 'login_invalid' });
    expect(await organisation.list('alice')).toEqual({ effect: 'permit', sessions: [] });
  });
});
