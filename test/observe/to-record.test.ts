import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { networkOf, pseudonyms, toRecord } from '../../src/observe/index.js';
import { replay } from '../../src/replay/index.js';
import { aDay, aDecision, CONTEXT, decisionsOf, KEY, observed, policy, pseudonym, SECRETS } from './support.js';

const schema = JSON.parse(readFileSync('docs/observe/record.schema.json', 'utf8')) as object;
const day = await aDay();

it('makes of every record of an engine one that its published schema describes', () => {
  const isRecord = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
  for (const record of day.records.map(observed)) {
    expect(isRecord(JSON.parse(JSON.stringify(record))), JSON.stringify([record, isRecord.errors])).toBe(true);
  }
  expect(isRecord({ ...observed(aDecision()), handle: 'x' }), 'a field that nobody described').toBe(false);
  const kinds = decisionsOf(day.records).map(({ type, effect }) => `${type} ${effect}`);
  for (const kind of ['start permit', 'access challenge', 'token_refreshed superseded', 'access indeterminate']) {
    expect(kinds).toContain(kind);
  }
});

it('gives one pseudonym to one session, another to another, and others under another key', () => {
  const [first, second] = decisionsOf(day.records);
  expect(first?.sessionId).toBe(second?.sessionId);
  expect(first?.subject).toBe(pseudonym('subject', SECRETS.subject));
  expect(first?.device).toBe(pseudonym('device', SECRETS.device));
  expect(pseudonyms({ key: `${KEY}x` })('subject', SECRETS.subject)).not.toBe(first?.subject);
  expect(pseudonyms()('subject', 'alice')).not.toBe(pseudonyms()('subject', 'alice'));
  const drawn = pseudonyms({ random: (bytes) => new Uint8Array(bytes).fill(7) });
  expect(drawn('subject', 'a')).toBe(pseudonyms({ key: new Uint8Array(32).fill(7) })('subject', 'a'));
});

it('names the same the same, however many there are in between', () => {
  const name = pseudonyms({ key: KEY });
  const long = 'x'.repeat(10_000);
  const before = ['alice', 'bob', long].map((value) => name('subject', value));
  for (let index = 0; index < 20_000; index++) name('session', `s${index}`);
  expect(['alice', 'bob', long].map((value) => name('subject', value))).toEqual(before);
  expect(new Set(Array.from({ length: 20_000 }, (_, index) => name('session', `s${index}`))).size).toBe(20_000);
});

it('refuses a key that can be guessed, and says nothing of it', () => {
  for (const key of ['', 'short-secret', new Uint8Array(31), 7 as never, null as never]) {
    let thrown: unknown;
    try {
      pseudonyms({ key });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'observe_key_invalid' });
    // an environment variable that is not set
    expect(() => pseudonyms({ key: undefined } as never)).toThrow(/at least 32 bytes/);
    expect(pseudonyms({})('subject', 'alice')).toHaveLength(22);
    expect(String(thrown)).not.toContain('short-secret');
  }
});

it('is not changed by whoever overwrites the key later', () => {
  const key = new Uint8Array(32).fill(1);
  const name = pseudonyms({ key });
  key.fill(0);
  expect(name('session', 's')).toBe(pseudonyms({ key: new Uint8Array(32).fill(1) })('session', 's'));
  expect(name('subject', 's')).not.toBe(name('session', 's'));
});

it('tells the network and not the address', () => {
  expect(observed(aDecision({ context: CONTEXT }))).toMatchObject({ network: '203.0.113.0/24' });
  expect(networkOf(SECRETS.otherAddress)).toBe('2001:db8:7::/48');
  expect(networkOf('::1')).toBe('0:0:0::/48');
  for (const no of ['', 'alice', '1.2.3', '203.0.113.77:443', '010.0.0.1', 'fe80::1%eth0'])
    expect(networkOf(no)).toBeNull();
});

it('keeps the operations that the policy names, and no other text', () => {
  const operations = decisionsOf(day.records).flatMap(({ operation }) => operation ?? []);
  expect([...new Set(operations)]).toEqual(['pay']);
  const ended = { code: 'idle_timeout', effect: 'deny', rule: 'ended', since: 0 } as const;
  expect(observed(aDecision({ operation: 'pay', effect: 'deny', reasons: [ended] }))).toMatchObject({
    operation: null,
  });
});

it('looks at nothing in an error but its name and its code, and survives one that cannot be looked at', () => {
  const fault = { kind: 'fault', at: 1, code: 'store_unavailable', during: 'answer' } as const;
  const told = (error: unknown) => {
    const { errorName, errorCode } = toRecord({ ...fault, error }, { pseudonym });
    return [errorName, errorCode];
  };
  expect(told(Object.assign(new TypeError(SECRETS.token), { code: '57P01' }))).toEqual(['TypeError', '57P01']);
  expect(told(new Error('', { cause: { code: 'ECONNRESET' } }))).toEqual(['Error', 'ECONNRESET']);
  expect(told({ name: SECRETS.token, code: SECRETS.subject })).toEqual([null, null]);
  expect(told(SECRETS.cookie)).toEqual([null, null]);
  const nasty = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no');
      },
    },
  );
  expect(told(nasty)).toEqual([null, null]);
});

it('is a line that a replay reads', async () => {
  const lines = day.records.map((record) => `${JSON.stringify(observed(record))}\n`);
  const summary = await replay(policy, lines);
  const raw = await replay(
    policy,
    day.records.map((record) => `${JSON.stringify(record)}\n`),
  );
  expect(summary.lines).toBe(lines.length);
  expect(summary.production).toEqual(raw.production);
  expect(summary.sessions).toBe(raw.sessions);
  expect(summary.requests).toBeGreaterThan(10);
});
