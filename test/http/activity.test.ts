import { describe, expect, it } from 'vitest';
import { activityOf } from '../../src/http/activity.js';
import { aRequest, CLICK } from './support.js';

const of = (headers: Record<string, string>, options = {}, url = '/') =>
  activityOf(aRequest({ headers, url }), options);

describe('whose doing a request is', () => {
  it.each([
    ['a link that somebody followed', CLICK, 'user'],
    ['a page that a script or a refresh opened', { 'sec-fetch-mode': 'navigate' }, 'background'],
    ['a poll', { 'sec-fetch-mode': 'cors' }, 'background'],
    ['a poll that would take a page', { 'sec-fetch-mode': 'cors', accept: 'text/html' }, 'background'],
    ['a script that says who asked', { 'sec-fetch-mode': 'cors', 'curfew-activity': 'user' }, 'user'],
    ['a click that says it is none', { ...CLICK, 'curfew-activity': 'background' }, 'background'],
    ['a mark that is no word of ours', { 'sec-fetch-mode': 'cors', 'curfew-activity': 'USER' }, 'background'],
    ['an old browser that opens a page', { accept: 'text/html,application/xhtml+xml' }, 'user'],
    ['an old browser that runs a script', { accept: '*/*' }, 'background'],
    ['a program', {}, 'background'],
    ['a page fetched ahead', { ...CLICK, 'sec-purpose': 'prefetch;prerender' }, 'background'],
    ['one fetched ahead by an old browser', { ...CLICK, purpose: 'prefetch' }, 'background'],
    [
      'one fetched ahead that claims to be a person',
      { 'curfew-activity': 'user', 'sec-purpose': 'prefetch' },
      'background',
    ],
  ] as const)('%s', (_name, headers, activity) => {
    expect(of(headers)).toBe(activity);
  });

  it.each([
    ['/poll', '/poll', 'background'],
    ['/poll', '/poll?since=1', 'background'],
    ['/poll', '/polling', 'user'],
    ['/poll', '/poll/1', 'user'],
    ['/poll/*', '/poll', 'background'],
    ['/poll/*', '/poll/1', 'background'],
    ['/poll/*', '/polling', 'user'],
    ['/poll', 'https://example.com/poll', 'background'],
  ])('a path of the list: %s asked for %s', (pattern, url, activity) => {
    const marked = { ...CLICK, 'curfew-activity': 'user' };
    expect(of(marked, { background: [pattern] }, url)).toBe(activity);
  });

  it('what nobody marked counts as the options say', () => {
    expect(of({}, { unmarked: 'user' })).toBe('user');
    expect(of({ 'curfew-activity': 'background' }, { unmarked: 'user' })).toBe('background');
  });

  it('your own rule comes first, and may leave it to the others', () => {
    const classify = (request: { url: string }) =>
      (request.url === '/export' ? 'user' : undefined) as 'user' | undefined;
    expect(of({}, { classify, background: ['/export'] }, '/export')).toBe('user');
    expect(of({}, { classify }, '/else')).toBe('background');
    expect(of({ purpose: 'prefetch' }, { classify }, '/export')).toBe('background');
  });
});
