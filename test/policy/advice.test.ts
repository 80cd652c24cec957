import { describe, expect, it } from 'vitest';
import { policyProblems } from '../../src/index.js';

const MINIMAL = { id: 'web', absoluteTimeout: '8h' };

/** What is said of a document with this part: `path: sentence`. */
const told = (part: object, base: object = MINIMAL): string[] =>
  policyProblems({ ...base, ...part }).map(({ path, message }) => `${path}: ${message}`);

const DURATION = 'write "15m", "1h30m", "PT15M" or whole milliseconds';
const RESPONSES = 'write "observe", "challenge", "end", {"challenge": {"assuranceLevel": "aal2"}} or';
const risk = (then?: unknown) => ({ risk: [{ signal: 'risk_level', then }] });
const condition = (when: object) => ({ conditions: [{ when, idleTimeout: '5m' }] });

describe('what is wrong is said with what to write instead', () => {
  it.each<[object, string]>([
    [{ id: undefined }, '/id: is required: write a string'],
    [{ absoluteTimeout: undefined }, `/absoluteTimeout: is required: ${DURATION}, or "unlimited"`],
    [{ absoluteTimeout: null }, `/absoluteTimeout: \`null\` is not a duration: ${DURATION}, or "unlimited"`],
    [{ warnBefore: true }, `/warnBefore: \`true\` is not a duration: ${DURATION}`],
    [{ absoluteTimeout: 0 }, '/absoluteTimeout: `0` is no time at all: write a duration above zero'],
    [{ absoluteTimeout: '4000d' }, '/absoluteTimeout: `4000d` is longer than ten years: write a shorter one'],
    [{ onIdle: 'logout' }, '/onIdle: `logout` does not fit: write "end" or "lock"'],
    [{ onIdle: { then: 'end' } }, '/onIdle: `{"then":"end"}` does not fit: write "end" or "lock"'],
    [{ conditions: {} }, '/conditions: `{}` does not fit: write a list'],
    [{ conditions: [{ idleTimeout: '5m' }] }, '/conditions/0/when: is required: write an object'],
    [{ operations: [] }, '/operations: `[]` does not fit: write an object'],
    [{ operations: { pay: 5 } }, '/operations/pay: `5` does not fit: write an object'],
    [{ concurrency: {} }, '/concurrency/maxSessions: is required: write a number'],
    [{ concurrency: { maxSessions: 0 } }, '/concurrency/maxSessions: `0` is not a count: write a whole number'],
    [{ networks: { home: [] } }, '/networks/home: `[]` is empty: name at least one'],
    [{ networks: { home: ['10.0.0.0/33'] } }, '/networks/home/0: `10.0.0.0/33` is not a network: write'],
    [{ networks: { 'the office': ['::1'] } }, '/networks/the office: `the office` is not a name: write 1 to 64'],
    [{ operations: { 'pay now': {} } }, '/operations/pay now: `pay now` is not an operation: write 1 to 64'],
    [condition({ attributes: { a: [null] } }), '/conditions/0/when/attributes/a/0: `null` is not a value: write a'],
    [risk('kill'), `/risk/0/then: \`kill\` is not a response: ${RESPONSES}`],
    [risk(), `/risk/0/then: is required: ${RESPONSES}`],
    [{ risk: [{ signal: 'Risk', then: 'end' }] }, '/risk/0/signal: `Risk` is not a signal: write snake_case'],
  ])('%j', (part, sentence) => {
    const [first, ...more] = told(part);
    expect(first).toContain(sentence);
    expect(more).toEqual([]);
  });

  it('of what is no document at all', () => {
    const first = (value: unknown) => policyProblems(value)[0];
    expect(first([])).toEqual({ path: '', code: 'type_wrong', message: '`[]` does not fit: write an object' });
    expect(first('web')).toEqual({ path: '', code: 'type_wrong', message: '`web` does not fit: write an object' });
  });

  it('of no time at all is not told that it may be unlimited', () => {
    expect(told({ absoluteTimeout: 0 })).toEqual([
      '/absoluteTimeout: `0` is no time at all: write a duration above zero',
    ]);
  });

  it('of one place once, where a part is not what the rest could be checked against', () => {
    expect(told({ conditions: [{ when: [], idleTimeout: '5m' }] })).toEqual([
      '/conditions/0/when: `[]` does not fit: write an object',
    ]);
  });

  it('of a text that is longer than anybody reads', () => {
    expect(told({ description: 'x'.repeat(2_000) })).toEqual([]);
    expect(told({ description: 'x'.repeat(2_001) })[0]).toContain('...` is too long: write at most 2000 characters');
  });

  it('gives back up to 60 characters of what was written, and the beginning of what is longer', () => {
    expect(told({ onIdle: 'x'.repeat(60) })[0]).toContain(`\`${'x'.repeat(60)}\``);
    expect(told({ onIdle: 'x'.repeat(61) })[0]).toContain(`\`${'x'.repeat(57)}...\``);
    expect(told({ networks: { ['x'.repeat(65)]: ['::1'] } })[0]).toContain(`\`${'x'.repeat(57)}...\``);
  });
});

describe('a key that is not known', () => {
  it('is named as a JSON Pointer (RFC 6901), beside what it holds', () => {
    expect(policyProblems({ ...MINIMAL, 'a/b~c': 1 }).map(({ path }) => path)).toEqual(['/a~1b~0c']);
    const nested = { operations: { 'a/b': { lease: 'x' } } };
    expect(policyProblems({ ...MINIMAL, ...nested }).map(({ path }) => path)).toEqual(['/operations/a~1b/lease']);
  });

  it.each<[string, object, string]>([
    ['the document', {}, 'id, description, idleTimeout, absoluteTimeout, onIdle, warnBefore, clockLeeway, '],
    ['requestable', { requestable: { qqqqqqqqqq: 1 } }, 'idleTimeout, absoluteTimeout'],
    ['a condition', condition({ qqqqqqqqqq: 1 }), 'attributes, network, attention'],
    ['an operation', { operations: { pay: { qqqqqqqqqq: 1 } } }, 'authenticatedWithin, assuranceLevel, lease'],
    ['a response', risk({ tighten: { qqqqqqqqqq: '1m' } }), 'idleTimeout, absoluteTimeout'],
    ['a response of two', risk({ tighten: { idleTimeout: '1m' }, qqqqqqqqqq: 1 }), 'challenge, tighten'],
    ['reauthentication', { reauthentication: { qqqqqqqqqq: '5m' } }, 'after, resets'],
  ])('in %s gets the list of those that are', (_, part, known) => {
    const document = Object.keys(part).length === 0 ? { qqqqqqqqqq: 1 } : part;
    expect(told(document)).toHaveLength(1);
    expect(told(document)[0]).toContain(`\`qqqqqqqqqq\` is not known here; known here: ${known}`);
    expect(told(document)[0]).not.toContain('$schema');
  });

  it('gets the one that was meant, of those that may stand there', () => {
    expect(told({ operations: { pay: { leese: '5m' } } })).toEqual([
      '/operations/pay/leese: `leese` is not known here; did you mean `lease`?',
    ]);
    expect(told(risk({ tighten: { idelTimeout: '1m' } }))[0]).toContain('did you mean `idleTimeout`?');
  });

  it('that is a number where a network belongs says what belongs there', () => {
    const condition = { when: { network: 5 }, idleTimeout: '5m' };
    const [problem, ...others] = policyProblems({ ...MINIMAL, conditions: [condition] });
    expect(problem).toMatchObject({ path: '/conditions/0/when/network', code: 'network_name_invalid' });
    expect(problem?.message).toContain('write its name');
    expect(others).toEqual([]);
  });

  it('is told one by one, each only once', () => {
    const codes = policyProblems({ ...MINIMAL, maxAge: 1, ttl: 1 }).map(({ path, code }) => `${path} ${code}`);
    expect(codes).toEqual(['/maxAge key_unknown', '/ttl key_unknown']);
  });

  it('called __proto__ is told wherever it hides, and how deep', () => {
    const parsed = (text: string) => JSON.parse(`{"id":"web","absoluteTimeout":"8h",${text}}`);
    const paths = (text: string) => policyProblems(parsed(text)).map(({ path, code }) => `${path} ${code}`);
    expect(paths('"__proto__":{}')).toEqual(['/__proto__ key_unknown']);
    expect(paths('"conditions":[{"when":{"attention":"hidden","__proto__":1},"idleTimeout":"1m"}]')).toContain(
      '/conditions/0/when/__proto__ key_unknown',
    );
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}{"__proto__":1}${'}'.repeat(depth)}`;
    expect(paths(`"x":${nested(49)}`)).toContain(`/x${'/a'.repeat(49)}/__proto__ key_unknown`);
    expect(paths(`"x":${nested(50)}`)).toEqual(['/x key_unknown']);
  });
});
