import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../src/http/index.js';
import { aRequest } from './support.js';

const through = (trusted: string[], remoteAddress: string | null, forwarded?: string | string[]) =>
  clientAddress(trusted)(
    aRequest({ remoteAddress, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }),
  );

describe('whose request it is', () => {
  it.each([
    ['nobody is trusted', [], '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['a stranger forges the header', ['10.0.0.0/8'], '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['one proxy', ['10.0.0.0/8'], '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['a client forges what lies left', ['10.0.0.0/8'], '10.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['two proxies', ['10.0.0.0/8'], '10.0.0.1', '198.51.100.1, 10.0.0.2', '198.51.100.1'],
    ['only proxies', ['10.0.0.0/8'], '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['no header', ['10.0.0.0/8'], '10.0.0.1', undefined, '10.0.0.1'],
    ['several lines', ['10.0.0.0/8'], '10.0.0.1', ['1.1.1.1', '198.51.100.1'], '198.51.100.1'],
    ['a word that is no address', ['10.0.0.0/8'], '10.0.0.1', '198.51.100.1, unknown', null],
    ['a mapped address with a port', ['10.0.0.0/8'], '10.0.0.1', '::ffff:198.51.100.1:80', '::ffff:198.51.100.1'],
    ['an address in quotes', ['10.0.0.0/8'], '10.0.0.1', '"[2001:db8::1]"', '2001:db8::1'],
    ['an empty place', ['10.0.0.0/8'], '10.0.0.1', '198.51.100.1, ', '198.51.100.1'],
    ['an address with a zone', ['10.0.0.0/8'], '10.0.0.1', '2001:db8::1%eth0', '2001:db8::1'],
    ['a header that says nothing', ['10.0.0.0/8'], '10.0.0.1', '', '10.0.0.1'],
    ['a port', ['10.0.0.0/8'], '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['a port behind brackets', ['10.0.0.0/8'], '10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['a proxy by its mapped address', ['10.0.0.0/8'], '::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['a proxy over IPv6', ['::1'], '::1', '198.51.100.1', '198.51.100.1'],
    ['a link-local peer', [], 'fe80::1%eth0', undefined, 'fe80::1'],
    ['no peer', ['10.0.0.0/8'], null, '198.51.100.1', null],
  ])('%s', (_name, trusted, peer, forwarded, address) => {
    expect(through(trusted, peer, forwarded)).toBe(address);
  });

  it('a stranger can say what he likes', () => {
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), (forwarded, peer) => {
        fc.pre(!peer.startsWith('10.'));
        expect(through(['10.0.0.0/8'], peer, forwarded)).toBe(peer);
      }),
    );
  });

  it('a client behind the proxy cannot move what the proxy wrote', () => {
    fc.assert(
      fc.property(fc.string(), (forged) => {
        expect(through(['10.0.0.0/8'], '10.0.0.1', `${forged}, 198.51.100.1`)).toBe('198.51.100.1');
      }),
    );
  });

  it('a long header costs no more than a path can be long', () => {
    const long = `198.51.100.1, ${Array.from({ length: 100_000 }, () => '10.0.0.2').join(', ')}`;
    expect(through(['10.0.0.0/8'], '10.0.0.1', long)).toBe('10.0.0.2');
  });

  it('says which of the proxies is none', () => {
    expect(() => clientAddress(['10.0.0.0/8', 'loopback'])).toThrow(
      expect.objectContaining({
        code: 'http_options_invalid',
        problems: [expect.objectContaining({ path: '/trustProxies/1' })],
      }),
    );
  });
});
