import { describe, expect, it } from 'vitest';
import { sessionCookie } from '../../src/http/cookie.js';
import { fromBearer, fromCookie } from '../../src/http/credential.js';
import { NEVER } from '../../src/index.js';
import { aRequest } from './support.js';

const DAY = 86_400_000;

describe('the cookie', () => {
  it('is as safe as a cookie can be, until the deadline, rounded up', () => {
    expect(sessionCookie().give('h', 1_000, 61_001)).toBe(
      '__Host-session=h; Max-Age=61; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
  });

  it('lives no longer than browsers allow', () => {
    expect(sessionCookie().give('h', 0, NEVER)).toContain('Max-Age=34560000;');
    expect(sessionCookie().give('h', 0, 1_000 * DAY)).toContain('Max-Age=34560000;');
    expect(sessionCookie().give('h', 5, 0)).toContain('Max-Age=0;');
  });

  it('goes with the browser where it is not persistent', () => {
    expect(sessionCookie({ persistent: false }).give('h', 0, DAY)).not.toContain('Max-Age');
  });

  it('is removed with the attributes that it was given with', () => {
    const cookie = sessionCookie({ name: 'sid', path: '/app', domain: 'example.com', sameSite: 'strict' });
    expect(cookie.clear()).toBe('sid=; Max-Age=0; Domain=example.com; Path=/app; HttpOnly; Secure; SameSite=Strict');
  });

  it.each([
    { secure: false },
    { path: '/app' },
    { domain: 'example.com' },
    { name: '__Secure-sid', secure: false },
    { name: 'sid', secure: false, sameSite: 'none' as const },
    { name: 'a b' },
    { name: '' },
    { name: 'a\r\nset-cookie: b' },
    { name: '__host-session', path: '/app' },
    { name: '__HOST-session', secure: false },
    { name: '__secure-sid', secure: false },
    { name: 'sid', sameSite: 'None' as 'none', secure: false },
    { name: 'sid', sameSite: 'foo' as 'none' },
    { name: 'sid', path: 'app' },
    { name: 'sid', path: '/app; Domain=evil.example' },
    { name: 'sid', domain: 'a b' },
    { name: 'sid', domain: '' },
    { name: 'sid', secure: 'false' as unknown as boolean },
  ])('refuses what no browser would keep: %j', (options) => {
    expect(() => sessionCookie(options)).toThrow(expect.objectContaining({ code: 'http_options_invalid' }));
  });
});

describe('what a client presents', () => {
  const cookie = (header: string | string[]) => fromCookie(aRequest({ headers: { cookie: header } }), 'sid');

  it.each([
    ['sid=abc', 'abc'],
    ['a=1; sid=abc; b=2', 'abc'],
    ['sid=abc; sid=abc', 'abc'],
    ['a; sid=abc', 'abc'],
    ['sid = abc', 'abc'],
    ['xsid=1; sid=abc', 'abc'],
  ])('finds the cookie in %s', (header, which) => {
    expect(cookie(header)).toEqual({ kind: 'credential', which, from: 'cookie' });
  });

  it.each(['', 'sid', 'sid=', 'SID=abc', 'xsid=abc'])('finds none in "%s"', (header) => {
    expect(cookie(header)).toEqual({ kind: 'none' });
  });

  it('a byte that only JavaScript takes for a space does not hide the prefix', () => {
    for (const space of ['\u00a0', '\ufeff', '\v', '\f']) {
      const request = aRequest({ headers: { cookie: `${space}__Host-session=planted` } });
      expect(fromCookie(request, '__Host-session')).toEqual({ kind: 'none' });
    }
  });

  it('believes neither of two that differ, on one line or on two', () => {
    expect(cookie('sid=abc; sid=abd').kind).toBe('malformed');
    expect(cookie(['sid=abc', 'sid=abd']).kind).toBe('malformed');
    expect(cookie('sid=abc; sid=').kind).toBe('malformed');
  });

  it('does not read what is too long to be ours, and does not repeat it', () => {
    const long = 'x'.repeat(300);
    const presented = cookie(`sid=${long}`);
    expect(presented.kind).toBe('malformed');
    expect(JSON.stringify(presented)).not.toContain('xxx');
  });

  const bearer = (authorization: string) => fromBearer(aRequest({ headers: { authorization } }), null);

  it.each(['Bearer abc.def', 'bearer abc.def', 'BEARER  abc.def'])('reads %s', async (header) => {
    expect(await bearer(header)).toEqual({ kind: 'credential', which: 'abc.def', from: 'bearer' });
  });

  it.each(['Basic abc', 'Bearerabc', ''])('leaves "%s" to others', async (header) => {
    expect(await bearer(header)).toEqual({ kind: 'none' });
  });

  it.each(['Bearer', 'Bearer a b', 'Bearer a,b', 'Bearer "abc"', `Bearer ${'a'.repeat(9_000)}`])(
    'refuses %s',
    async (header) => {
      expect((await bearer(header)).kind).toBe('malformed');
    },
  );

  it('a token that the reader does not know is asked about as any other', async () => {
    const request = aRequest({ headers: { authorization: 'Bearer abc' } });
    expect(await fromBearer(request, () => null)).toEqual({ kind: 'credential', which: '', from: 'bearer' });
  });
});
