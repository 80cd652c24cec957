import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import schema from '../../policy.schema.json' with { type: 'json' };
import { completionAt, type Schema } from '../../site/playground/completion.js';
import { cursorIn } from '../../site/playground/cursor.js';
import { readPolicy } from '../../site/playground/policy-text.js';
import { STORIES } from '../../site/playground/stories/index.js';

/** What may be written where the text has a bar. */
function at(marked: string) {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const completion = completionAt(schema as Schema, text, offset);
  const labels = completion?.suggestions.map(({ label }) => label) ?? [];
  const apply = (label: string) => {
    const found = completion?.suggestions.find((one) => one.label === label);
    return text.slice(0, completion?.from) + found?.text + text.slice(completion?.to);
  };
  return { labels, apply, suggestions: completion?.suggestions ?? [] };
}

describe('completion', () => {
  it('offers the keys that are not there yet, with what they are for', () => {
    const { labels, apply, suggestions } = at('{ "id": "web", |, "warnBefore": "1m" }');
    expect(labels).toContain('idleTimeout');
    expect(labels).not.toContain('id');
    expect(labels).not.toContain('warnBefore');
    expect(apply('idleTimeout')).toBe('{ "id": "web", "idleTimeout": "15m", "warnBefore": "1m" }');
    expect(suggestions.find(({ label }) => label === 'onIdle')?.about).toMatch(/idle deadline/);
  });

  it('replaces what is begun, and leaves a value alone', () => {
    expect(at('{ "idl|" }').apply('idleTimeout')).toBe('{ "idleTimeout": "15m" }');
    expect(at('{ "idl|": "5m" }').apply('idleTimeout')).toBe('{ "idleTimeout": "5m" }');
    expect(at('{ "idl|').apply('idleTimeout')).toBe('{ "idleTimeout": "15m"');
    expect(at('{ "reauth|" }').apply('reauthentication')).toBe('{ "reauthentication": {} }');
    expect(at('{ "cond|" }').apply('conditions')).toBe('{ "conditions": [] }');
  });

  it('offers the values', () => {
    expect(at('{ "onIdle": | }').labels).toEqual(['"end"', '"lock"']);
    expect(at('{ "onIdle": "l|" }').apply('"lock"')).toBe('{ "onIdle": "lock" }');
    expect(at('{ "absoluteTimeout": | }').labels).toEqual(['"8h"', '"unlimited"']);
    expect(at('{ "reauthentication": { "resets": ["idle", |] } }').labels).toEqual(['"idle"', '"absolute"']);
  });

  it('finds its way through lists, names and alternatives', () => {
    expect(at('{ "conditions": [{ "when": { | } }] }').labels).toEqual(['attributes', 'network', 'attention']);
    expect(at('{ "operations": { "pay": { | } } }').labels).toEqual(['authenticatedWithin', 'assuranceLevel', 'lease']);
    expect(at('{ "risk": [{ "then": { | } }] }').labels).toEqual(['challenge', 'tighten']);
    expect(at('{ "risk": [{ "then": { "tighten": { | } } }] }').labels).toEqual(['idleTimeout', 'absoluteTimeout']);
    expect(at('{ "conditions": [{ "relax": | }] }').labels).toEqual(['false', 'true']);
  });

  it('knows the names that the document itself has', () => {
    const networks = '"networks": { "hq": ["10.0.0.0/8"], /* "old": [] */ "lab": ["10.1.0.0/16"] }';
    const at2 = (when: string) => at(`{ ${networks}, "conditions": [{ "when": { ${when} } }] }`);
    expect(at2('"network": |').labels).toEqual(['"hq"', '"lab"']);
    expect(at2('"network": ["hq", "l|"]').labels).toEqual(['"hq"', '"lab"']);
    expect(at('{ "conditions": [{ "when": { "network": | } }], "networks": { "la').labels).toEqual(['"la"']);
    expect(at('{ "conditions": [{ "when": { "network": | } }] }').labels).toEqual(['"office"']);
  });

  it('is silent in comments, outside, and where the schema knows nothing', () => {
    for (const text of ['// "|\n{}', '{ /* | */ }', '|{}', '{} |', '{ "unknown": | }', '{ "operations": { | } }'])
      expect(at(text).labels, text).toEqual([]);
  });

  it('never throws, and never offers what is not JSON', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"id"',
      '"risk"',
      '"when"',
      ' ',
      '\n',
      '//',
      '/*',
      '1',
      '\\',
    );
    const texts = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, fc.nat(60), (text, offset) => {
        cursorIn(text, offset);
        const completion = completionAt(schema as Schema, text, Math.min(offset, text.length));
        for (const { text: written } of completion?.suggestions ?? [])
          JSON.parse(`{"x":${/^".*": /.test(written) ? `{${written}}` : written}}`);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a policy that is being written', () => {
  const marked = (text: string) =>
    readPolicy(text).troubles.map(({ from, to, path }) => ({ path, text: text.slice(from, to) }));

  it('may have comments and trailing commas', () => {
    expect(readPolicy('{ /* a */ "id": "web", "absoluteTimeout": "8h", } // b').policy?.id).toBe('web');
    for (const { policy, other } of STORIES) expect([marked(policy), marked(other as string)]).toEqual([[], []]);
  });

  it('is JSON, and says so to whoever pastes YAML', () => {
    for (const text of ['id: web\nabsoluteTimeout: 8h\n', '# ours\n---\nid: web', '---\n"id": web'])
      expect(readPolicy(text).troubles[0]?.message, text).toBe('this looks like YAML: write JSON or JSONC here');
    for (const text of ['', 'hello', '[', '// id: web\n{']) {
      expect(readPolicy(text).troubles[0]?.message, text).not.toContain('YAML');
    }
  });

  it('has its problems marked where they are', () => {
    expect(marked('{ "id": "web", "absoluteTimeout": "8 hours" }')).toEqual([
      { path: '/absoluteTimeout', text: '"8 hours"' },
    ]);
    expect(marked('{ "id": "web" }')).toEqual([{ path: '/absoluteTimeout', text: '{' }]);
    expect(marked('{ "id": "web", "absoluteTimeout": "8h", "idle": 1 }')).toEqual([{ path: '/idle', text: '"idle"' }]);
    const nested = '{ "id": "web", "absoluteTimeout": "8h", "reauthentication": { "aftr" /* : */ : "1h" } }';
    expect(marked(nested)).toContainEqual({ path: '/reauthentication/aftr', text: '"aftr"' });
    expect(marked('{ "id": "a", "id": "b" }')).toEqual([{ path: '/id', text: '"id"' }]);
    expect(marked('{ "id": ] }')).toEqual([{ path: '', text: ']' }]);
    expect(marked('{')).toEqual([{ path: '', text: '' }]);
    expect(marked('[]').length).toBeGreaterThan(0);
  });
});
