import { afterEach, expect, it } from 'vitest';
import { byId } from '../../src/engine/index.js';
import { describeWith, REDIS } from '../servers/available.js';
import { aBrowser } from './browser.js';
import { aLandscape, confirmLogout, isAsked, type Landscape, type LandscapeOptions, type Name } from './landscape.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describeWith(REDIS, 'single sign-on with a real provider', () => {
  let scene: Landscape | null = null;
  afterEach(async () => {
    await scene?.close();
    scene = null;
  });

  /** Alice in both applications, in one browser. */
  async function loggedIn(options: LandscapeOptions = {}) {
    const made = await aLandscape(options);
    scene = made;
    const browser = aBrowser();
    const mail = await made.open(browser, 'mail');
    const wiki = await made.open(browser, 'wiki');
    expect([mail.text, wiki.text]).toEqual(['{"hello":"alice"}', '{"hello":"alice"}']);
    const handle = (name: Name) => browser.cookie(made.origins[name], '__Host-session') ?? '';
    return { ...made, browser, handle };
  }

  const answerIn = async ({ apps, handle }: Awaited<ReturnType<typeof loggedIn>>, name: Name) =>
    apps[name].engine.peek(handle(name));

  it('asks the person once, and lets them into the second application without', async () => {
    const made = await aLandscape();
    scene = made;
    const browser = aBrowser();
    const first = await browser.visit(`${made.origins.mail}/`);
    expect(isAsked(first)).toBe(true);
    const inbox = await browser.submit(first.url.href, { account: 'alice' });
    expect(inbox).toMatchObject({ status: 200, text: '{"hello":"alice"}' });
    const wiki = await browser.visit(`${made.origins.wiki}/`);
    expect(wiki).toMatchObject({ status: 200, text: '{"hello":"alice"}' });
    expect(wiki.way.some((url) => url.startsWith(made.issuer))).toBe(true);
    expect(await made.organisation.list('alice')).toMatchObject({ sessions: [{}] });
    expect(made.failures).toEqual([]);
  });

  it('ends both by the back channel when the person logs out at the provider', async () => {
    const made = await loggedIn();
    const page = await made.browser.visit(`${made.issuer}/session/end`);
    await confirmLogout(made.browser, page);
    expect([...made.told].sort()).toEqual(['mail done', 'wiki done']);
    for (const name of ['mail', 'wiki'] as const) {
      const answer = await made.apps[name].engine.access(made.handle(name), { activity: 'user' });
      expect(answer).toMatchObject({ effect: 'deny', session: { ended: {} } });
    }
    expect(await made.organisation.list('alice')).toMatchObject({ sessions: [] });
    expect(isAsked(await made.browser.visit(`${made.origins.mail}/`))).toBe(true);
  });

  it('ends the other by a logout at one, before the provider has heard of it', async () => {
    const made = await loggedIn();
    const before = made.handle('wiki');
    const page = await made.browser.submit(`${made.origins.mail}/logout`, {});
    expect(page.url.origin).toBe(made.issuer);
    expect(made.told).toEqual([]);
    const refused = await made.apps.wiki.engine.access(before, { activity: 'user' });
    expect(refused).toMatchObject({ effect: 'deny', session: { ended: { code: 'organisation_ended' } } });
    const bye = await confirmLogout(made.browser, page);
    expect(bye).toMatchObject({ status: 200, text: 'You have signed out.' });
    expect([...made.told].sort()).toEqual(['mail done', 'wiki done']);
    // a link to the page from elsewhere shows nobody that they are logged out
    expect((await made.browser.visit(`${made.origins.wiki}/bye?state=x`)).text).not.toContain('signed out');
  });

  it('asks again at the provider when the organisation has ended the session, whatever its cookie says', async () => {
    const made = await loggedIn();
    await made.organisation.endAll('alice', { code: 'account_review' });
    expect(await answerIn(made, 'mail')).toMatchObject({ effect: 'deny' });
    const page = await made.browser.visit(`${made.origins.wiki}/`);
    expect(isAsked(page)).toBe(true);
    expect(await made.browser.submit(page.url.href, { account: 'alice' })).toMatchObject({ status: 200 });
  });

  it('lets activity in one keep the organisation alive where its policy says so', async () => {
    const made = await loggedIn({ organisation: { singleSignOn: { activityFrom: ['mail'] } } });
    for (let visit = 0; visit < 3; visit++) {
      made.advance(20 * MINUTE);
      expect(await made.browser.visit(`${made.origins.mail}/`)).toMatchObject({ status: 200 });
    }
    // the wiki's own session is over, and its next one starts without a question
    expect(await answerIn(made, 'wiki')).toMatchObject({ effect: 'deny' });
    expect(await made.browser.visit(`${made.origins.wiki}/`)).toMatchObject({ status: 200, text: '{"hello":"alice"}' });
    made.advance(20 * MINUTE);
    expect(await made.browser.visit(`${made.origins.wiki}/`)).toMatchObject({ status: 200 });
    made.advance(10 * MINUTE);
    // what was done in the wiki did not count
    const ended = { effect: 'deny', session: { ended: { code: 'organisation_ended' } } };
    expect(await answerIn(made, 'wiki')).toMatchObject(ended);
    expect(isAsked(await made.browser.visit(`${made.origins.wiki}/`))).toBe(true);
  });

  it('and not otherwise', async () => {
    const made = await loggedIn();
    made.advance(20 * MINUTE);
    expect(await made.browser.visit(`${made.origins.mail}/`)).toMatchObject({ status: 200 });
    made.advance(10 * MINUTE - 1);
    expect(await answerIn(made, 'mail')).toMatchObject({ effect: 'permit', boundBy: 'idle_timeout' });
    made.advance(1);
    expect(await answerIn(made, 'mail')).toMatchObject({ effect: 'deny' });
    expect(await answerIn(made, 'wiki')).toMatchObject({ effect: 'deny' });
  });

  it('ends both at the absolute limit of the organisation, however active the person is', async () => {
    const made = await loggedIn({ organisation: { singleSignOn: { activityFrom: ['mail', 'wiki'] } } });
    for (let visit = 0; visit < 35; visit++) {
      made.advance(20 * MINUTE);
      for (const name of ['mail', 'wiki'] as const) {
        const answer = await made.apps[name].engine.access(made.handle(name), { activity: 'user' });
        expect(answer.effect).toBe('permit');
      }
    }
    made.advance(12 * HOUR - 35 * 20 * MINUTE - 1);
    expect(await answerIn(made, 'wiki')).toMatchObject({ effect: 'permit', boundBy: 'absolute_timeout' });
    made.advance(1);
    for (const name of ['mail', 'wiki'] as const) expect(await answerIn(made, name)).toMatchObject({ effect: 'deny' });
  });

  it('steps up at the provider, and takes nothing but a fresh authentication for it', async () => {
    const made = await loggedIn();
    const old = made.handle('mail');
    made.advance(6 * MINUTE);
    const page = await made.browser.visit(`${made.origins.mail}/pay`);
    expect(isAsked(page)).toBe(true);
    expect(page.way.some((url) => url.includes('max_age=0'))).toBe(true);
    const paid = await made.browser.submit(page.url.href, { account: 'alice' });
    expect(paid).toMatchObject({ status: 200, text: '{"paid":true}' });
    expect(made.handle('mail')).not.toBe(old);
    expect(made.handle('mail').split('.')[0]).toBe(old.split('.')[0]);
    const { session } = await answerIn(made, 'mail');
    const organisation = await made.organisation.peek(byId(String(session?.attributes['organisation'])));
    expect(organisation.session?.authenticatedAt).toBe(session?.authenticatedAt);
    expect(made.failures).toEqual([]);
  });

  it('does not let somebody else step up for the person', async () => {
    const made = await loggedIn();
    const old = made.handle('mail');
    made.advance(6 * MINUTE);
    const page = await made.browser.visit(`${made.origins.mail}/pay`);
    // the provider logs Alice out first, by a form that sends itself
    await confirmLogout(made.browser, await made.browser.submit(page.url.href, { account: 'mallory' }));
    const { session } = await answerIn(made, 'mail');
    expect(session?.subject).toBe('mallory');
    const alice = await made.apps.mail.engine.peek(old);
    expect(alice).toMatchObject({ effect: 'deny', session: { subject: 'alice', ended: { code: 'logout' } } });
  });
});
