import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expiryOf, idOf, nameOf, parseValue, textOf } from '../../src/stores/redis/encoding.js';
import { EVICTION, INDEX, REPLACE, SETTLE } from '../../src/stores/redis/scripts.js';
import { NEVER } from '../../src/time/instant.js';

const aText = () => fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
const anEnvelope = () =>
  fc.record({
    id: aText(),
    subject: aText(),
    record: fc.string({ unit: 'binary' }),
    revision: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    purgeAt: fc.oneof(fc.integer({ min: 0, max: NEVER }), fc.constant(NEVER)),
  });

describe('the text of a session', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anEnvelope(), (envelope) => {
        expect(parseValue(envelope.id, textOf(envelope))).toEqual(envelope);
      }),
    );
  });

  it('is damage, never an exception, when it is anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.anything()), (value) => {
        fc.pre(typeof value !== 'string' || !/^\d+,\w+,[^\0]*\0/.test(value));
        expect(parseValue('id', value)).toEqual({ id: 'id', damage: expect.any(String) });
      }),
    );
  });

  it.each([
    '01,1,a\0r',
    '+1,1,a\0r',
    '1e0,1,a\0r',
    '0,1,a\0r',
    '9007199254740993,1,a\0r',
    '1,01,a\0r',
    '1,-1,a\0r',
    '1,A,a\0r',
  ])('is damage where a number is written in another way: %j', (value) => {
    expect(parseValue('id', value)).toHaveProperty('damage');
  });
});

describe('the name of a session', () => {
  it('is one for each id, of characters that mean nothing to Redis', () => {
    fc.assert(
      fc.property(aText(), (id) => {
        expect(nameOf(id)).toMatch(/^[\w~-]*$/);
        expect(idOf(nameOf(id))).toBe(id);
      }),
    );
  });

  it('is the id itself where an engine made it', () => {
    expect(nameOf('Ab-_000000000000000003')).toBe('Ab-_000000000000000003');
  });
});

describe('the expiry of a session', () => {
  it('is an instant that Redis takes, or none', () => {
    expect([0, 1, 1_790_000_000_000, NEVER - 1, NEVER].map(expiryOf)).toEqual([
      '1',
      '1',
      '1790000000000',
      '8639999999999999',
      '',
    ]);
  });
});

describe('a script', () => {
  it.each([REPLACE, INDEX, SETTLE, EVICTION])('is known by its SHA-1, $sha1', ({ text, sha1 }) => {
    expect(sha1).toBe(createHash('sha1').update(text).digest('hex'));
  });
});
