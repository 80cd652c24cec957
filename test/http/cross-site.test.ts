import { expect, it } from 'vitest';
import { isCrossSite } from '../../src/http/index.js';
import { aRequest } from './support.js';

it.each([
  ['GET', { 'sec-fetch-site': 'cross-site' }, false],
  ['HEAD', { 'sec-fetch-site': 'cross-site' }, false],
  ['POST', { 'sec-fetch-site': 'cross-site' }, true],
  ['POST', { 'sec-fetch-site': 'same-site' }, true],
  ['POST', { 'sec-fetch-site': 'same-origin' }, false],
  ['POST', { 'sec-fetch-site': 'none' }, false],
  ['delete', { 'sec-fetch-site': 'cross-site' }, true],
  ['POST', { 'sec-fetch-site': 'cross-site', origin: 'https://a.example', host: 'a.example' }, true],
  ['POST', { origin: 'https://a.example', host: 'a.example' }, false],
  ['POST', { origin: 'https://a.example', host: 'A.example' }, false],
  ['POST', { origin: 'https://a.example:8443', host: 'a.example' }, true],
  ['POST', { origin: 'https://evil.example', host: 'a.example' }, true],
  ['POST', { origin: 'null', host: 'a.example' }, true],
  ['POST', { origin: 'https://a.example' }, true],
  ['POST', { host: 'a.example' }, false],
] as const)('%s %j: %s', (method, headers, expected) => {
  expect(isCrossSite(aRequest({ method, headers }))).toBe(expected);
});

it('an origin that you trust is as good as your own', () => {
  const headers = { 'sec-fetch-site': 'same-site', origin: 'https://app.example', host: 'api.example' };
  expect(isCrossSite(aRequest({ method: 'POST', headers }), ['https://app.example'])).toBe(false);
  expect(isCrossSite(aRequest({ method: 'POST', headers }), ['https://other.example'])).toBe(true);
});
