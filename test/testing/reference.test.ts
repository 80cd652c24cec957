import { describe, expect, it } from 'vitest';
import { readAddress } from '../../src/testing/reference/address.js';

describe('the reference evaluator reads addresses', () => {
  it.each([
    ['0.0.0.0', 4, 0xffff00000000n],
    ['203.0.113.7', 4, 0xffffcb007107n],
    ['::ffff:203.0.113.7', 4, 0xffffcb007107n],
    ['::FFFF:CB00:7107', 4, 0xffffcb007107n],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['1::', 6, 1n << 112n],
    ['1:2:3:4:5:6:7::', 6, 0x00010002000300040005000600070000n],
    ['::2:3:4:5:6:7:8', 6, 0x00000002000300040005000600070008n],
    ['64:ff9b::192.0.2.1', 6, 0x0064ff9b0000000000000000c0000201n],
  ])('%s', (text, family, value) => {
    expect(readAddress(text)).toEqual({ family, value });
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.256',
    '1.2.3.4 ',
    '0x1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '::1%eth0',
    '[::1]',
    '1.2.3.4::',
    '::1.2.3',
  ])('and takes `%s` for none', (text) => {
    expect(readAddress(text)).toBeNull();
  });
});
