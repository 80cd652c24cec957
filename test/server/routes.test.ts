import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demandsBy, routeProblems } from '../../src/server/routes.js';

const RULES = [
  { path: '/payments/*', methods: ['POST', 'put'], operation: 'pay' },
  { path: '/accounts/*/close', operation: 'close' },
  { path: '/reports', methods: ['GET'], operation: 'report' },
];
const demandOf = demandsBy(RULES);
const asked = (method: string, url: string) => {
  const demand = demandOf({ method, url });
  return demand === 'ambiguous' ? demand : demand.operation;
};

describe('what a request asks for', () => {
  it.each([
    ['POST', '/payments', 'pay'],
    ['POST', '/payments/7/lines?x=1', 'pay'],
    ['PUT', '/payments/7', 'pay'],
    ['post', '/payments/7', 'pay'],
    ['GET', '/payments/7', null],
    ['POST', '/payments-of-others', null],
    ['DELETE', '/accounts/7/close', 'close'],
    ['DELETE', '/accounts/close', null],
    ['DELETE', '/accounts/7/8/close', null],
    ['HEAD', '/reports', 'report'],
    ['GET', '/reports/', 'report'],
    ['GET', '/Reports', 'report'],
    ['GET', '/reports/7', null],
    ['GET', '/', null],
    ['GET', '/search?q=/../payments/%2e%2e', null],
    ['GET', '/files/a%20b.txt', null],
    ['GET', '/wiki/100%25', null],
    ['GET', '/wiki/caf%C3%A9', null],
    ['GET', '/wiki/%zz', null],
  ])('%s %s: %s', (method, url, expected) => {
    expect(asked(method, url)).toBe(expected);
  });

  it.each([
    '/%70ayments/7',
    '/%2570ayments/7',
    '/x/../payments/7',
    '/x/%2e%2e/payments/7',
    '/x%2f..%2fpayments/7',
    '/x\\..\\payments\\7',
    '/x%5c..%5cpayments%5c7',
    '/;a=b/payments/7',
    '/payments;a=b/7',
    '/./payments/7',
    '//payments//7',
    '/payments%2f7',
    '/payments/7%00',
    '/payments/%zz',
    '/%70ayments/%zz',
    '/%25252570ayments/7',
    // `new URL(url, base).pathname`, as many services in JavaScript read it
    '//other.test/payments/7',
    '/\\other.test/payments/7',
    '///other.test/payments/7',
    '/x%2fy/%2e%2e/payments/7',
    '/x%2fy/../payments/7',
    '/payments/x//../7',
    // resolved first, decoded then
    '/x%2fy/../payments%2f7',
    '/x%2fy/%2e%2e/payments%252f7',
    // what is behind `#` is a part of the path to some
    '/x#/../payments/7',
    '/payments#/7',
    '/payments%3fx',
    '/payments%23x',
    '/payments%00.png',
    '/payments;a=b%2f..%2fx',
  ])('never forgets the operation of %s', (url) => {
    expect(['pay', 'ambiguous']).toContain(asked('POST', url));
  });

  it.each([
    '//x/reports',
    '/reports//../reports',
    '/x//../reports',
    '/reports%3fx',
    '/reports%00',
    '/reports#x',
    '/;/reports',
  ])('never forgets the operation of a path without anything below it: %s', (path) =>
    expect(['report', 'ambiguous']).toContain(asked('GET', path)),
  );

  it.each(['//inbox', '/inbox;v=1//a', '/a%2fb/../c', '/wiki/caf%C3%A9;v=1//x', '/a/./b', '/%7Ealice/', '/@alice:1,2'])(
    'lets go what asks for nothing in any reading: %s',
    (path) => expect(asked('POST', path)).toBeNull(),
  );

  it('reads at least as a URL is read', () => {
    const parts = ['/', '//', '\\', '.', '..', '%2e', '%2f', '%5c', ';', '#', '%3f', '%25', 'x', 'payments', 'reports'];
    const paths = fc.array(fc.constantFrom(...parts), { maxLength: 10 }).map((found) => `/${found.join('')}`);
    fc.assert(
      fc.property(paths, (path) => {
        const parsed = URL.canParse(path, 'http://a.test') ? new URL(path, 'http://a.test').pathname : '/';
        const needed = asked('POST', parsed.replace(/\/{2,}/g, '/'));
        if (needed === 'pay') expect(['pay', 'ambiguous']).toContain(asked('POST', path));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is done soon with the worst of paths', () => {
    const since = performance.now();
    for (const part of ['%2e%2e%2f', ';/..//', '\\%5c%255c;', '/%252e%252e;a%252f#']) {
      asked('POST', `/${part.repeat(16_000 / part.length)}`);
    }
    expect(performance.now() - since).toBeLessThan(1_000);
  });

  it('asks for nothing less whatever letters of a path are written otherwise', () => {
    const encoded = (letter: string, how: number) => {
      const hex = letter.charCodeAt(0).toString(16);
      return [letter, letter.toUpperCase(), `%${hex}`, `%25${hex}`, `%${hex.toUpperCase()}`][how] as string;
    };
    const hows = fc.array(fc.nat(4), { minLength: 11, maxLength: 11 });
    fc.assert(
      fc.property(hows, fc.nat(3), (choice, slashes) => {
        const path = [...'/payments/7'].map((letter, at) => (letter === '/' ? '/' : encoded(letter, choice[at] ?? 0)));
        expect(['pay', 'ambiguous']).toContain(asked('POST', `${'/'.repeat(slashes)}${path.join('')}`));
      }),
    );
  });

  it('throws at nothing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (rest) => void asked('GET', `/${rest}`)));
  });
});

it('says which rule is none', () => {
  const wrong = [
    { path: 'payments', operation: 'pay' },
    { path: '/a*b', operation: 'pay' },
    { path: '/café', operation: 'pay' },
    { path: '/ok', operation: 'pya' },
    { path: '/ok', methods: [], operation: 'pay' },
  ];
  expect(routeProblems(wrong, ['pay']).map(({ path }) => path)).toEqual([
    '/routes/0/path',
    '/routes/1/path',
    '/routes/2/path',
    '/routes/3/operation',
    '/routes/4/methods',
  ]);
  expect(routeProblems(RULES, ['pay', 'close', 'report'])).toEqual([]);
});
