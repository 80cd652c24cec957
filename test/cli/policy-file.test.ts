import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positionOf, scanJson } from '../../src/cli/json-text.js';
import { aFolder, curfewHere } from './support.js';

const folder = aFolder();

describe('scanJson', () => {
  it('finds a fault exactly where JSON.parse does', () => {
    const aText = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', '{', '}', ',', ':', 'x', '\\', '\n', '0', '-', '//'))
      .map(([json, place, piece]) => {
        const at = place % (json.length + 1);
        return json.slice(0, at) + piece + json.slice(at + (place % 2));
      });
    fc.assert(
      fc.property(aText, (text) => {
        const isJson = (() => {
          try {
            JSON.parse(text);
            return true;
          } catch {
            return false;
          }
        })();
        expect('message' in scanJson(text)).toBe(!isJson);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'expected a comma or }, found a text'],
    ['{\n  "a": 1,\n}', 2, 9, 'expected no comma before the closing }'],
    ['{ "a": 15m }', 1, 10, 'expected a comma or }, found `m`'],
    ['{ // why\n}', 1, 3, 'comments'],
    ["{ 'a': 1 }", 1, 3, 'double quotes only'],
    ['{ "a": "b }', 1, 8, 'found a text that is not closed'],
    ['{ "a": 1', 1, 9, 'but the file ends'],
    ['', 1, 1, 'expected a value, but the file ends'],
    ['{} {}', 1, 4, 'expected nothing more, found `{`'],
    ['{ "a" 1 }', 1, 7, 'expected a colon'],
    ['{ a: 1 }', 1, 3, 'expected a key in double quotes, found `a`'],
    ['[1 2]', 1, 4, 'expected a comma or ]'],
    ['\r\n\r\n{ "a": undefined }', 3, 8, 'expected a value, found `undefined`'],
  ])('says where %j goes wrong, and how', (text, line, column, message) => {
    const fault = scanJson(text);
    if (!('message' in fault)) throw new Error('found no fault');
    expect({ ...positionOf(text, fault.offset), message: fault.message }).toEqual({
      line,
      column,
      message: expect.stringContaining(message),
    });
  });

  it('is not overrun by a text that nests deeply', () => {
    expect(scanJson('['.repeat(1_000_000))).toMatchObject({ message: expect.stringContaining('deeply') });
  });
});

describe('a policy file', () => {
  it('with several problems is told all of them, each with its place', async () => {
    const path = folder.write(
      'bad.json',
      '{\n  "id": "web",\n  "idleTimeout": "15 mins",\n  "absoluteTimeuot": "8h"\n}\n',
    );
    const { exitCode, stderr } = await curfewHere(['compile', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${path} cannot be used: 3 problems`);
    expect(stderr).toContain(`${path}:3:18: /idleTimeout`);
    expect(stderr).toContain(`${path}:4:22: /absoluteTimeuot`);
    expect(stderr).toContain(`${path}:1:1: /absoluteTimeout`);
    expect(stderr).toContain('did you mean `absoluteTimeout`?');
  });

  it('that says a thing twice is refused', async () => {
    const path = folder.write('twice.json', '{ "id": "web", "absoluteTimeout": "8h", "absoluteTimeout": "30d" }');
    const { exitCode, stderr } = await curfewHere(['compile', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${path}:1:41: /absoluteTimeout`);
  });

  it('that is not JSON is told where', async () => {
    const path = folder.write('broken.json', '{\n  "id": "web",\n}\n');
    const { exitCode, stderr } = await curfewHere(['compile', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(`error: ${path}:2:14: expected no comma before the closing }\n`);
  });

  it.each([
    ['holds-itself.yaml', 'id: &x [*x]\nabsoluteTimeout: 8h\n', 'has an alias within what it stands for'],
    ['two.yaml', 'id: a\nabsoluteTimeout: 8h\n---\nid: b\n', ':3:1: a second document begins here'],
    ['tag.yaml', 'id: !!js/function "x"\nabsoluteTimeout: 8h\n', ':1:5: Unresolved tag'],
    ['deep.yaml', `a: ${'['.repeat(20_000)}`, 'nested too deeply'],
    ['key.yaml', '? [a, b]\n: 1\nid: a\nabsoluteTimeout: 8h\n', 'is not known here'],
    ['huge.json', `{ "id": "${'a'.repeat(6_000_000)}", "absoluteTimeout": "8h" }`, 'no policy is so long'],
  ])('%s is told in a sentence what it is', async (name, text, message) => {
    const { exitCode, stderr } = await curfewHere(['compile', folder.write(name, text)]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).not.toMatch(/YAML\.|call stack|^\s+at /m);
  });
});
