import { describe, expect, it } from 'vitest';
import { activityOf } from '../../src/http/activity.js';
import { httpSessions } from '../../src/http/index.js';
import { MINUTE } from '../engine/support.js';
import { aRequest, aSite, loggedIn } from './support.js';

const PAGE = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const AGENTS = {
  safari:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15',
  chromeOnIos:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/133.0 Mobile/15E148 Safari/604.1',
  chrome: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36',
  headless: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/133.0 Safari/537.36',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:135.0) Gecko/20100101 Firefox/135.0',
};
/** A page that is opened in a browser that says nothing of the person: WebKit never does, others only where none asked. */
const opened = (agent: keyof typeof AGENTS, more = {}) => ({
  accept: PAGE,
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'user-agent': AGENTS[agent],
  ...more,
});
const of = (headers: Record<string, string>, options = {}, url = '/') =>
  activityOf(aRequest({ headers, url }), options);

describe('browsers that do not say whether a person asked', () => {
  it.each([
    ['a click in Safari', opened('safari'), 'user'],
    ['a click in another browser on iOS', opened('chromeOnIos'), 'user'],
    ['a refresh by itself in Chrome', opened('chrome'), 'background'],
    ['one in a Chrome without a window', opened('headless'), 'background'],
    ['one in a Chrome that hides its agent', opened('safari', { 'sec-ch-ua': '"Chromium";v="133"' }), 'background'],
    ['one in Firefox', opened('firefox'), 'background'],
    ['a frame in Safari', opened('safari', { 'sec-fetch-dest': 'iframe' }), 'background'],
    ['a script in Safari', opened('safari', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }), 'background'],
    ['a page that Safari fetched ahead', opened('safari', { 'sec-purpose': 'prefetch' }), 'background'],
  ] as const)('%s', (_name, headers, activity) => {
    expect(of(headers)).toBe(activity);
  });

  it('somebody who reads in Safari stays logged in', async () => {
    const site = aSite();
    const browser = await loggedIn(site);
    for (let minute = 0; minute < 30; minute += 10) {
      await site.world.advance(10 * MINUTE);
      expect(await browser.request({ headers: opened('safari') }).session.protect()).toBeNull();
    }
  });
});

describe('where nothing says what a request is for', () => {
  it.each([
    ['an old Firefox', { accept: PAGE }, 'user'],
    ['an old Edge', { accept: 'text/html, application/xhtml+xml, image/jxr, */*' }, 'user'],
    ['one that shouts', { accept: 'TEXT/HTML, APPLICATION/XHTML+XML' }, 'user'],
    [
      'jQuery, that loads a fragment',
      { accept: 'text/html, */*; q=0.01', 'x-requested-with': 'XMLHttpRequest' },
      'background',
    ],
    ['a script that asks as a page does', { accept: PAGE, 'x-requested-with': 'XMLHttpRequest' }, 'background'],
    ['htmx', { accept: PAGE, 'hx-request': 'true' }, 'background'],
    ['Turbo', { accept: PAGE, 'turbo-frame': 'list' }, 'background'],
    ['a program that takes a page', { accept: 'text/html' }, 'background'],
    ['one that would rather have JSON', { accept: 'application/json, text/html, application/xhtml+xml' }, 'background'],
    ['one that takes no page', { accept: 'text/html;q=0, application/xhtml+xml' }, 'background'],
    ['a preview', { accept: PAGE, 'x-purpose': 'preview' }, 'background'],
  ] as const)('%s', (_name, headers, activity) => {
    expect(of(headers)).toBe(activity);
  });

  it('only who takes a page is sent to one', async () => {
    const browser = aSite({}, { pages: { signIn: '/login' } }).browser();
    const status = async (headers: Record<string, string>) =>
      (await browser.request({ headers }).session.protect())?.status;
    expect(await status({ accept: 'TEXT/HTML' })).toBe(303);
    expect(await status({ accept: 'application/json, text/html;q=0' })).toBe(401);
    expect(await status({ accept: 'text/html', 'x-requested-with': 'XMLHttpRequest' })).toBe(401);
  });
});

describe('listed paths', () => {
  const MARKED = { 'curfew-activity': 'user' };

  it.each(['/poll/', '/Poll', '/%70oll', '/poll?x', '/POLL/?x', '/list/1', '/List/', '/list'])(
    'however it is spelt: %s',
    (url) => {
      expect(of(MARKED, { background: ['/poll', '/list/*'] }, url)).toBe('background');
    },
  );

  it.each(['/polling', '/%zz', '/lists', '/poll/1'])('and no other: %s', (url) => {
    expect(of(MARKED, { background: ['/poll', '/list/*'] }, url)).toBe('user');
  });

  it.each(['poll', '/poll*', '/a/*/b', '', 7])('refuses what would never match: %j', (pattern) => {
    const { engine } = aSite();
    expect(() => httpSessions({ engine, activity: { background: ['/fine', pattern as string] } })).toThrow(
      expect.objectContaining({
        code: 'http_options_invalid',
        problems: [expect.objectContaining({ path: '/activity/background/1' })],
      }),
    );
  });
});
