import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256 } from '../../src/policy/sha256.js';
import { holds } from '../laws/support.js';

const expected = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

it('agrees with node:crypto on any text', () => {
  holds(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(sha256(text)).toBe(expected(text));
    }),
    0.3,
  );
});

it.each([0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 100_000])('agrees at a length of %i bytes', (length) => {
  expect(sha256('a'.repeat(length))).toBe(expected('a'.repeat(length)));
});

it('takes a lone surrogate as a replacement character, as UTF-8 encoders do', () => {
  expect(sha256('\ud800')).toBe(expected('\ud800'));
});
