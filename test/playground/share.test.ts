import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeShared, encodeShared, LONGEST_LINK } from '../../site/playground/share.js';
import { STORIES } from '../../site/playground/stories/index.js';

/** A link as somebody may write it. */
function linkOf(content: unknown): string {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return `#1.${deflateRawSync(text).toString('base64url')}`;
}

const [{ policy, scenario }] = STORIES;
const marks = scenario.marks.map(({ at, kind, value }) => [at, kind, value]);
const right = { policy, other: null, scenario: { ...scenario, marks } };
const withScenario = (part: object) => linkOf({ ...right, scenario: { ...right.scenario, ...part } });
const withMark = (...mark: readonly unknown[]) => withScenario({ marks: [mark] });

describe('a link', () => {
  it.each(STORIES)('carries everything: $id', async ({ policy, other, scenario }) => {
    const hash = await encodeShared({ policy, other, scenario });
    expect(hash).toMatch(/^#1\.[\w-]+$/);
    expect(hash.length).toBeLessThan(1_000);
    expect(await decodeShared(hash)).toEqual({ policy, other, scenario });
  });

  it('may be written by others, as long as it is right', async () => {
    expect(await decodeShared(linkOf(right))).toEqual({ policy, other: null, scenario });
    const markup = '<img src=x onerror=alert(1)>';
    expect(await decodeShared(withMark(0, 'operation', markup))).toMatchObject({
      scenario: { marks: [{ id: 1, at: 0, kind: 'operation', value: markup }] },
    });
  });

  it.each([
    ['nothing', ''],
    ['another anchor', '#stolen-cookie'],
    ['no base64', '#1.%%%%'],
    ['nothing compressed', '#1.AAAA'],
    ['no JSON', linkOf('{')],
    ['no object', linkOf('null')],
    ['a bomb', linkOf(`"${'a'.repeat(5_000_000)}"`)],
    ['too long', `#1.${'A'.repeat(LONGEST_LINK)}`],
    ['a policy that is no text', linkOf({ ...right, policy: 1 })],
    ['a policy that is too long', linkOf({ ...right, policy: 'a'.repeat(40_001) })],
    ['another policy that is none', linkOf({ ...right, other: {} })],
    ['no scenario', linkOf({ ...right, scenario: [] })],
    ['no instant', withScenario({ start: -1 })],
    ['a year that no calendar shows', withScenario({ start: 8.64e15 })],
    ['no time', withScenario({ span: 0 })],
    ['too much time', withScenario({ span: 1e12 })],
    ['an unknown time zone', withScenario({ zone: 'Mars/Olympus' })],
    ['an unknown level', withScenario({ assuranceLevel: 'aal9' })],
    ['attributes that are none', withScenario({ attributes: { role: 1 } })],
    ['a hidden key', withScenario({ attributes: JSON.parse('{ "__proto__": "x" }') })],
    ['an unknown kind', withMark(0, 'constructor', '')],
    ['an event behind the end', withMark(scenario.span + 1, 'user', '')],
    ['an event at no instant', withMark('0', 'user', '')],
    ['a value that is too long', withMark(0, 'signal', 'a'.repeat(65))],
    ['an event that is none', withScenario({ marks: [null] })],
    ['too many events', withScenario({ marks: Array.from({ length: 201 }, () => [0, 'user', '']) })],
  ])('is refused as a whole: %s', async (_, hash) => {
    expect(await decodeShared(hash)).toBeNull();
  });
});
