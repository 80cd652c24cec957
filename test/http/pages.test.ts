import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpSessions, isCrossSite, localPath } from '../../src/http/index.js';
import { aRequest, aSite, CLICK } from './support.js';

describe('a path of this site', () => {
  it.each(['/', '/a', '/a?b=1&c=//x', '/a#b', '/a/b/../c', '/k%C3%A4se', '/a/.//b'])('%s is one', (path) => {
    const given = localPath(path);
    expect(given).not.toBeNull();
    expect(localPath(given)).toBe(given);
    expect(new URL(given as string, 'https://here.example').host).toBe('here.example');
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    'a',
    '',
    `/${'a'.repeat(3_000)}`,
    null,
    undefined,
    7,
    ['/a'],
  ])('%j is none', (value) => {
    expect(localPath(value)).toBeNull();
  });

  it('whatever is written there, nobody is led to another site', () => {
    const part = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '\t',
      '\n',
      '\r',
      '%2e',
      'evil.example',
      '@',
      ':',
      '?',
      '#',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const given = localPath(`/${parts.join('')}`);
        if (given === null) return;
        const { host, pathname } = new URL(given, 'https://here.example');
        expect(host).toBe('here.example');
        expect(new URL(pathname, 'https://here.example').host).toBe('here.example');
      }),
    );
  });
});

describe('the page to sign in', () => {
  const sentTo = async (signIn: string, url: string) => {
    const refusal = await aSite({}, { pages: { signIn } }).browser().request({ url, headers: CLICK }).session.protect();
    return [refusal?.status, refusal?.headers.find(([name]) => name === 'location')?.[1]];
  };

  it('may be a part of a page', async () => {
    expect(await sentTo('/app?x=1#/login', '/a')).toEqual([
      303,
      '/app?x=1&reason=credential_missing&return_to=%2Fa#/login',
    ]);
  });

  it('is told no way back that leads elsewhere', async () => {
    expect(await sentTo('/login', '/.//evil.example')).toEqual([303, '/login?reason=credential_missing']);
  });

  it('does not lead to itself, for ever, where somebody has put a guard before it', async () => {
    expect(await sentTo('/login?a=1', '/login?reason=x')).toEqual([401, undefined]);
  });
});

describe('the endpoints\u2019 path', () => {
  it.each(['', '/', 'session', '/session/', '/s*', '/a?b', 7])('refuses %j at set-up', (path) => {
    const sessions = httpSessions({ engine: aSite().engine });
    expect(() => sessions.endpoints({ path: path as string })).toThrow(
      expect.objectContaining({
        code: 'http_options_invalid',
        problems: [expect.objectContaining({ path: '/path' })],
      }),
    );
  });

  it('a page that is none of them does not even open a session', async () => {
    const answer = httpSessions({ engine: aSite().engine }).endpoints();
    const open = () => {
      throw new Error('opened');
    };
    expect(await answer('/', open)).toBeNull();
    expect(await answer('https://here.example/sessions', open)).toBeNull();
    await expect(answer('/session', open)).rejects.toThrow('opened');
  });
});

it('a socket that another site opens is as good as a POST', () => {
  const headers = { upgrade: 'websocket', host: 'app.example.com' };
  const isForged = (more: Record<string, string>) => isCrossSite(aRequest({ headers: { ...headers, ...more } }));
  expect(isForged({ origin: 'https://blog.example.com', 'sec-fetch-site': 'same-site' })).toBe(true);
  expect(isForged({ origin: 'https://blog.example.com' })).toBe(true);
  expect(isForged({ origin: 'https://app.example.com', 'sec-fetch-site': 'same-origin' })).toBe(false);
  expect(isForged({})).toBe(false);
});
