import { describe, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { statusOf } from '../../src/http/index.js';
import { plainly } from '../../src/http/status.js';
import { type PolicyDocument, tighten } from '../../src/index.js';
import { singleSignOn } from '../../src/oidc/index.js';
import {
  aWorld,
  BACKGROUND,
  BEGIN,
  HOUR,
  login,
  MINUTE,
  policyWith,
  said,
  testStore,
  USER,
} from '../engine/support.js';

interface Parts {
  readonly organisation?: Partial<PolicyDocument>;
  readonly mail?: Partial<PolicyDocument>;
  readonly isTightened?: boolean;
}

/** An organisation and two applications of it; each has its store. */
function anOrganisation({ organisation: over = {}, mail: own = {}, isTightened = false }: Parts = {}) {
  const world = aWorld();
  const clock = world.clock();
  const stores = { organisation: testStore(), mail: testStore(), wiki: testStore() };
  const ceiling = policyWith({ id: 'organisation', idleTimeout: '30m', absoluteTimeout: '10h', ...over });
  const policyOf = (id: string) => {
    const policy = policyWith({ id, idleTimeout: '20m', absoluteTimeout: '24h', ...own });
    return isTightened ? tighten(ceiling, policy).policy : policy;
  };
  const organisation = world.engine({ store: stores.organisation, policy: ceiling, clock });
  const engines = {
    mail: world.engine({ store: stores.mail, policy: policyOf('mail'), clock }),
    wiki: world.engine({ store: stores.wiki, policy: policyOf('wiki'), clock }),
  };
  const [mail, wiki] = [engines.mail, engines.wiki].map((application) => singleSignOn({ organisation, application }));
  if (mail === undefined || wiki === undefined) throw new Error('there are two');
  return {
    world,
    stores,
    organisation,
    engines,
    mail,
    wiki,
    clock,
    /** Alice in the mail, and in the wiki by the same session of the organisation. */
    async loggedIn() {
      const first = await login(mail);
      const link = String(first.session.attributes['organisation']);
      const second = await login(wiki, { attributes: { organisation: link } });
      return { first, second, link };
    },
  };
}

describe('a login', () => {
  it('starts the organisation’s session, or joins the one that it names', async () => {
    const { loggedIn, organisation, engines } = anOrganisation();
    const { first, second, link } = await loggedIn();
    expect(await organisation.list('alice')).toMatchObject({ sessions: [{ session: { id: link } }] });
    expect(second.session.attributes).toEqual({ organisation: link });
    expect(first).toMatchObject({ until: BEGIN + 20 * MINUTE, boundBy: 'idle_timeout' });
    expect((await engines.mail.peek(first.handle)).effect).toBe('permit');
  });

  it.each([
    ['that has ended', 'organisation_ended'],
    ['that there never was', 'organisation_ended'],
    ['of somebody else', 'organisation_missing'],
    ['that is locked', 'idle_timeout'],
  ])('does not join one %s', async (which, code) => {
    const { organisation, mail, world } = anOrganisation({ organisation: { onIdle: 'lock' } });
    const { session, handle } = await login(organisation, { subject: which === 'of somebody else' ? 'bob' : 'alice' });
    if (which === 'that has ended') await organisation.end(handle);
    if (which === 'that is locked') await world.advance(30 * MINUTE);
    const id = which === 'that there never was' ? 'x'.repeat(22) : session.id;
    const answer = await mail.start({ subject: 'alice', attributes: { organisation: id } });
    expect(said(answer)).toBe(`deny ${code}`);
  });

  it('is indeterminate while the organisation’s store is away, and leaves nothing behind', async () => {
    const { organisation, mail, stores, engines } = anOrganisation();
    const { session } = await login(organisation);
    stores.organisation.intercept = () => Promise.reject(new Error('away'));
    const attributes = { organisation: session.id };
    expect(said(await mail.start({ subject: 'alice', attributes }))).toBe('indeterminate store_unavailable');
    expect(said(await mail.start({ subject: 'alice' }))).toBe('indeterminate store_unavailable');
    expect(await engines.mail.list('alice')).toMatchObject({ sessions: [] });
  });

  it('ends the organisation’s session that it began, if it comes to nothing itself', async () => {
    const { organisation, mail, stores } = anOrganisation();
    stores.mail.intercept = (method, go) => (method === 'create' ? Promise.reject(new Error('away')) : go());
    expect((await mail.start({ subject: 'alice' })).effect).toBe('indeterminate');
    expect(await organisation.list('alice')).toMatchObject({ sessions: [] });
  });

  it('throws where what it names is no id', async () => {
    const { mail } = anOrganisation();
    const wrong = mail.start({ subject: 'alice', attributes: { organisation: 7 } });
    await expect(wrong).rejects.toMatchObject({ code: 'login_invalid' });
  });
});

describe('a request', () => {
  it('is permitted until the first of the two says no, and is told which', async () => {
    const { loggedIn, mail, world } = anOrganisation();
    const { first } = await loggedIn();
    await world.advance(15 * MINUTE);
    const answer = await mail.access(first.handle, USER);
    // its own: 35 minutes; the organisation's, which this does not extend: 30
    expect(answer).toMatchObject({ effect: 'permit', until: BEGIN + 30 * MINUTE, boundBy: 'idle_timeout' });
    expect(answer.ceiling).toMatchObject({ extendable: BEGIN + 30 * MINUTE, absolute: BEGIN + 10 * HOUR });
    await world.advance(15 * MINUTE - 1);
    expect((await mail.access(first.handle, BACKGROUND)).effect).toBe('permit');
    await world.advance(1);
    const late = await mail.access(first.handle, USER);
    expect(late).toMatchObject({ effect: 'deny', session: { ended: { code: 'organisation_ended' } } });
  });

  it('of a person keeps the organisation’s session alive only if the policy names the application', async () => {
    const { loggedIn, mail, wiki, world } = anOrganisation({
      organisation: { singleSignOn: { activityFrom: ['mail'] } },
    });
    const { first, second } = await loggedIn();
    await world.advance(15 * MINUTE);
    expect(await mail.access(first.handle, USER)).toMatchObject({ until: BEGIN + 35 * MINUTE });
    expect((await mail.access(first.handle, BACKGROUND)).ceiling?.answer).toMatchObject({ until: BEGIN + 45 * MINUTE });
    await world.advance(MINUTE);
    await wiki.access(second.handle, USER);
    await mail.access(first.handle, BACKGROUND);
    expect((await wiki.access(second.handle, BACKGROUND)).ceiling?.answer).toMatchObject({
      until: BEGIN + 45 * MINUTE,
    });
  });

  it('does not count for the organisation where the application refuses it', async () => {
    const { loggedIn, mail, world, organisation } = anOrganisation({
      organisation: { singleSignOn: { activityFrom: ['mail'] } },
      mail: { operations: { pay: { authenticatedWithin: '1m' } } },
    });
    const { first, link } = await loggedIn();
    await world.advance(5 * MINUTE);
    expect((await mail.access(first.handle, { ...USER, operation: 'pay' })).effect).toBe('challenge');
    const { session } = await organisation.peek(byId(link));
    expect(session?.lastActivityAt).toBe(BEGIN);
    expect((await mail.access(`${first.handle.slice(0, -3)}AAA`, USER)).effect).toBe('deny');
    expect((await organisation.peek(byId(link))).session?.lastActivityAt).toBe(BEGIN);
  });

  it('does not count in the application where the organisation refuses it', async () => {
    const { loggedIn, mail, world, engines } = anOrganisation({ organisation: { onIdle: 'lock', idleTimeout: '10m' } });
    const { first } = await loggedIn();
    await world.advance(15 * MINUTE);
    const answer = await mail.access(first.handle, USER);
    expect(answer).toMatchObject({ effect: 'challenge', session: { ended: null, id: first.session.id } });
    expect((await engines.mail.peek(first.handle)).session?.lastActivityAt).toBe(BEGIN);
  });

  it('is refused in every application once the organisation’s session has ended, whatever they look at', async () => {
    const { loggedIn, mail, wiki, organisation } = anOrganisation();
    const { first, second, link } = await loggedIn();
    await organisation.end(byId(link), { code: 'account_disabled' });
    const seen = await mail.peek(first.handle);
    expect(seen).toMatchObject({ effect: 'deny', session: { ended: { code: 'organisation_ended' } } });
    expect(statusOf(mail, plainly(mail, seen, {}))).toMatchObject({ state: 'ended', code: 'organisation_ended' });
    expect(await wiki.access(second.handle, USER)).toMatchObject({ effect: 'deny', session: { ended: {} } });
    expect(await wiki.refresh(byId(second.session.id), 0)).toMatchObject({ effect: 'deny' });
  });

  it('is refused where the organisation’s session ends between the two questions', async () => {
    const { loggedIn, mail, organisation, stores } = anOrganisation({
      organisation: { singleSignOn: { activityFrom: ['mail'] } },
    });
    const { first, link } = await loggedIn();
    stores.mail.intercept = async (_method, go) => {
      stores.mail.intercept = null;
      await organisation.end(byId(link));
      return go();
    };
    const answer = await mail.access(first.handle, USER);
    expect(answer).toMatchObject({ effect: 'deny', session: { ended: { code: 'organisation_ended' } } });
  });

  it('ends nothing while nobody can tell', async () => {
    const { loggedIn, mail, stores, engines } = anOrganisation();
    const { first } = await loggedIn();
    stores.organisation.intercept = () => Promise.reject(new Error('away'));
    expect(said(await mail.access(first.handle, USER))).toBe('indeterminate store_unavailable');
    expect(said(await mail.peek(first.handle))).toBe('indeterminate store_unavailable');
    stores.organisation.intercept = null;
    stores.mail.intercept = () => Promise.reject(new Error('away'));
    expect(said(await mail.access(first.handle, USER))).toBe('indeterminate store_unavailable');
    stores.mail.intercept = null;
    expect((await mail.access(first.handle, USER)).effect).toBe('permit');
    expect((await engines.mail.peek(first.handle)).session?.ended).toBeNull();
  });

  it('ends nothing where the organisation has lost its records, and lets nobody in', async () => {
    const { loggedIn, mail, stores, engines } = anOrganisation();
    const { first } = await loggedIn();
    stores.organisation.intercept = async (method, go) => (method === 'load' ? [null] : go());
    expect(await mail.access(first.handle, USER)).toMatchObject({ effect: 'deny', session: null });
    expect(await mail.peek(first.handle)).toMatchObject({ effect: 'deny', session: null });
    expect((await engines.mail.peek(first.handle)).session?.ended).toBeNull();
  });

  it('is refused where the session has no link, or one to somebody else', async () => {
    const { mail, engines, organisation } = anOrganisation();
    const bob = await login(organisation, { subject: 'bob' });
    const unlinked = await login(engines.mail);
    const stolen = await login(engines.mail, { attributes: { organisation: bob.session.id } });
    for (const { handle } of [unlinked, stolen]) {
      expect(await mail.access(handle, USER)).toMatchObject({ effect: 'deny', session: null });
      expect(await mail.peek(handle)).toMatchObject({ effect: 'deny', session: null });
    }
    expect((await organisation.peek(bob.handle)).effect).toBe('permit');
  });

  it('keeps the link when attributes change, and is refused where somebody went round it', async () => {
    const { loggedIn, mail, engines } = anOrganisation();
    const { first, link } = await loggedIn();
    const changed = await mail.changeAttributes(first.handle, { role: 'admin' });
    expect(changed.session?.attributes).toEqual({ role: 'admin', organisation: link });
    expect((await mail.access(changed.handle ?? '', USER)).effect).toBe('permit');
    await engines.mail.changeAttributes(byId(first.session.id), { role: 'admin' });
    expect(await mail.access(changed.handle ?? '', USER)).toMatchObject({ effect: 'deny', session: null });
  });
});

describe('the page’s status', () => {
  it('tells the organisation’s limits, and whether staying is possible', async () => {
    const { loggedIn, mail, world } = anOrganisation();
    const { first } = await loggedIn();
    await world.advance(15 * MINUTE);
    await mail.access(first.handle, USER);
    const status = statusOf(mail, plainly(mail, await mail.peek(first.handle), {}));
    expect(status).toMatchObject({
      state: 'active',
      remainingMs: 15 * MINUTE,
      absoluteRemainingMs: 10 * HOUR - 15 * MINUTE,
      canExtend: false,
    });
  });

  it('says that staying is possible where activity counts for both', async () => {
    const { loggedIn, mail } = anOrganisation({ organisation: { singleSignOn: { activityFrom: ['mail'] } } });
    const { first } = await loggedIn();
    const answer = await mail.access(first.handle, USER);
    expect(statusOf(mail, answer)).toMatchObject({ remainingMs: 20 * MINUTE, canExtend: true });
  });

  it('is locked where the organisation’s session is', async () => {
    const { loggedIn, mail, world } = anOrganisation({ organisation: { onIdle: 'lock', idleTimeout: '10m' } });
    const { first } = await loggedIn();
    await world.advance(10 * MINUTE);
    expect(statusOf(mail, plainly(mail, await mail.peek(first.handle), {})).state).toBe('locked');
  });
});

describe('a reauthentication', () => {
  it('counts for the organisation too, and resumes what is locked', async () => {
    const { loggedIn, mail, world, organisation } = anOrganisation({
      organisation: { onIdle: 'lock', idleTimeout: '10m' },
    });
    const { first, link } = await loggedIn();
    await world.advance(15 * MINUTE);
    const answer = await mail.reauthenticate(first.handle, { assuranceLevel: 'aal2' });
    expect(answer).toMatchObject({ effect: 'permit', handle: expect.any(String) });
    expect((await organisation.peek(byId(link))).session?.proofs.aal2).toBe(BEGIN + 15 * MINUTE);
    expect((await mail.access(answer.handle ?? '', USER)).effect).toBe('permit');
  });

  it('with a handle that is not accepted proves nothing to anybody', async () => {
    const { loggedIn, mail, organisation } = anOrganisation();
    const { first, link } = await loggedIn();
    const forged = `${first.handle.slice(0, 23)}${'A'.repeat(43)}`;
    expect((await mail.reauthenticate(forged, { assuranceLevel: 'aal2' })).effect).toBe('deny');
    expect((await mail.end(forged)).effect).toBe('deny');
    const { session } = await organisation.peek(byId(link));
    expect([session?.proofs.aal2, session?.ended]).toEqual([null, null]);
  });

  it('gives the client its new handle, also where the organisation cannot be asked', async () => {
    const { loggedIn, mail, stores } = anOrganisation();
    const { first } = await loggedIn();
    stores.organisation.intercept = (method, go) => (method === 'replace' ? Promise.reject(new Error('away')) : go());
    const answer = await mail.reauthenticate(first.handle, { assuranceLevel: 'aal2' });
    expect(answer).toMatchObject({ effect: 'indeterminate', session: { id: first.session.id } });
    stores.organisation.intercept = null;
    expect((await mail.access(answer.handle ?? '', USER)).effect).toBe('permit');
  });
});

describe('a logout', () => {
  it('ends the organisation’s session, and with it every application’s', async () => {
    const { loggedIn, mail, wiki } = anOrganisation();
    const { first, second } = await loggedIn();
    expect(await mail.end(first.handle)).toMatchObject({ session: { ended: { code: 'logout' } } });
    expect((await wiki.access(second.handle, USER)).effect).toBe('deny');
  });

  it('is not over until the organisation’s has ended', async () => {
    const { loggedIn, mail, wiki, stores } = anOrganisation();
    const { first, second } = await loggedIn();
    stores.organisation.intercept = () => Promise.reject(new Error('away'));
    expect((await mail.end(first.handle)).effect).toBe('indeterminate');
    stores.organisation.intercept = null;
    expect((await wiki.access(second.handle, USER)).effect).toBe('permit');
    // the same again ends it, though the application's own has ended before
    expect((await mail.end(first.handle)).effect).toBe('deny');
    expect((await wiki.access(second.handle, USER)).effect).toBe('deny');
  });

  it('by any other code is one session’s alone: a login that takes its place must not end what it joins', async () => {
    const { loggedIn, mail, wiki } = anOrganisation();
    const { first, second } = await loggedIn();
    await mail.end(first.handle, { code: 'session_replaced' });
    expect((await wiki.access(second.handle, USER)).effect).toBe('permit');
  });

  it('of all sessions spares the one that it is told from', async () => {
    const { loggedIn, mail, wiki } = anOrganisation();
    const [here, there] = [await loggedIn(), await loggedIn()];
    await mail.endAll('alice', { except: here.first.handle, code: 'logout_everywhere' });
    expect((await mail.access(here.first.handle, USER)).effect).toBe('permit');
    expect((await wiki.access(here.second.handle, USER)).effect).toBe('permit');
    expect((await mail.access(there.first.handle, USER)).effect).toBe('deny');
    expect((await wiki.access(there.second.handle, USER)).effect).toBe('deny');
    expect(await wiki.list('alice')).toMatchObject({ sessions: [{ session: { id: here.second.session.id } }] });
  });

  it('and a request at the same time leave nobody in', async () => {
    const { loggedIn, mail, wiki } = anOrganisation({
      organisation: { singleSignOn: { activityFrom: ['mail', 'wiki'] } },
    });
    for (let round = 0; round < 10; round++) {
      const { first, second } = await loggedIn();
      await Promise.all([wiki.access(second.handle, USER), mail.end(first.handle), wiki.access(second.handle, USER)]);
      expect((await wiki.access(second.handle, USER)).effect).toBe('deny');
      expect((await wiki.peek(second.handle)).effect).toBe('deny');
    }
  });
});

it('tells who watches a session of the organisation’s end', async () => {
  const { loggedIn, mail, organisation, world, engines } = anOrganisation();
  const { first, link } = await loggedIn();
  const other = singleSignOn({ organisation, application: engines.mail });
  let changes = 0;
  const stops = [mail, other].map((engine) => engine.watch(first.session.id, () => (changes += 1)));
  await world.settle();
  await organisation.end(byId(link));
  const before = changes;
  await world.advance(3_000);
  expect(changes).toBeGreaterThanOrEqual(before + 2);
  for (const stop of stops) stop();
  const after = changes;
  await world.advance(10_000);
  expect([changes, world.timersPending()]).toEqual([after, 0]);
});

describe('what a request costs', () => {
  const loads = async (parts: Parts, activity: typeof USER | typeof BACKGROUND) => {
    const { loggedIn, mail, stores, world } = anOrganisation(parts);
    const { first } = await loggedIn();
    await world.advance(1_000);
    const before = [stores.organisation.calls.load, stores.mail.calls.load];
    await Promise.all(Array.from({ length: 20 }, () => mail.access(first.handle, activity)));
    return [stores.organisation.calls.load - (before[0] ?? 0), stores.mail.calls.load - (before[1] ?? 0)];
  };

  it('is one load of each store, for all that come at once', async () => {
    expect(await loads({}, USER)).toEqual([1, 1]);
  });

  it('and one more where activity is passed on', async () => {
    expect(await loads({ organisation: { singleSignOn: { activityFrom: ['mail'] } } }, USER)).toEqual([2, 1]);
    expect(await loads({ organisation: { singleSignOn: { activityFrom: ['mail'] } } }, BACKGROUND)).toEqual([1, 1]);
  });

  it('remembers no more links than it is told to', async () => {
    const { organisation, engines, stores } = anOrganisation();
    const mail = singleSignOn({ organisation, application: engines.mail, remember: 2 });
    const handles: string[] = [];
    for (let one = 0; one < 4; one++) handles.push((await login(mail)).handle);
    const before = stores.mail.calls.load;
    for (const handle of handles.slice(2)) await mail.access(handle, USER);
    expect(stores.mail.calls.load - before).toBe(2);
    await mail.access(handles[0] ?? '', USER);
    expect(stores.mail.calls.load - before).toBe(4);
  });
});
