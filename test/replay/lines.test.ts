import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter } from '../../src/replay/lines.js';

function split(chunks: readonly Uint8Array[]): (string | null)[] {
  const lines: (string | null)[] = [];
  const splitter = createLineSplitter((bytes, start, end) =>
    lines.push(end < start ? null : bytes.toString('latin1', start, end)),
  );
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...cuts, bytes.length].map((cut, index) => bytes.subarray(index === 0 ? 0 : cuts[index - 1], cut));
}

describe('createLineSplitter', () => {
  it('gives the same lines wherever the chunks are cut', () => {
    const aText = fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\n', 'ÿ'), maxLength: 60 });
    fc.assert(
      fc.property(aText, fc.array(fc.nat(), { maxLength: 8 }), (text, places) => {
        const expected = text.split('\n').map((line) => line.replace(/\r$/, ''));
        if (text === '' || text.endsWith('\n')) expected.pop();
        expect(split(cutAt(Buffer.from(text, 'latin1'), places))).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not keep a chunk that its owner fills again', () => {
    const chunk = Buffer.from('abc');
    const lines: string[] = [];
    const splitter = createLineSplitter((bytes, start, end) => lines.push(bytes.toString('latin1', start, end)));
    splitter.push(chunk);
    chunk.fill('x');
    splitter.push(Buffer.from('d\n'));
    expect(lines).toEqual(['abcd']);
  });

  it('skips a byte order mark', () => {
    expect(split([Buffer.from('\ufeff{}\n\ufeff\n')])).toEqual(['{}', Buffer.from('\ufeff').toString('latin1')]);
    expect(split([Buffer.from([0xef]), Buffer.from([0xbb, 0xbf, 0x61])])).toEqual(['a']);
  });

  it('gives up a line that is longer than a megabyte, and goes on with the next', () => {
    const long = Buffer.alloc(700_000, 'a');
    expect(split([long, long, Buffer.from('\nb\n')])).toEqual([null, 'b']);
    expect(split([Buffer.concat([long, long, Buffer.from('\nb')])])).toEqual([null, 'b']);
    expect(split([long, long])).toEqual([null]);
  });
});
