import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkCompliance,
  complianceTable,
  PROFILES,
  type ProfileId,
  policyDocument,
} from '../../src/compliance/index.js';
import { definePolicy } from '../../src/index.js';
import { aPolicy } from '../../src/testing/index.js';

const ALL = Object.keys(PROFILES) as ProfileId[];
const policy = definePolicy({
  id: 'back_office',
  idleTimeout: '30m',
  absoluteTimeout: '12h',
  onIdle: 'lock',
  warnBefore: '1m',
  reauthentication: { after: '4h', resets: ['idle'] },
  networks: { office: ['203.0.113.0/24'] },
  conditions: [
    { when: { network: 'office', attributes: { role: ['clerk', 'a|b'] } }, idleTimeout: '1h', relax: true },
    { when: { attention: 'locked' }, idleTimeout: '5m', absoluteTimeout: '2h' },
  ],
  operations: { 'pay:out': { authenticatedWithin: '5m', assuranceLevel: 'aal2' }, export: { lease: '40m' } },
  risk: [
    { signal: 'ip_changed', then: { challenge: { assuranceLevel: 'aal2' } } },
    { signal: 'risk_level', atLeast: 'medium', then: { tighten: { idleTimeout: '2m' } } },
  ],
  requestable: { absoluteTimeout: '7d' },
  concurrency: { maxSessions: 3, onExceed: 'refuse' },
});
const findings = checkCompliance(policy, ['nist-63b-4-aal2', 'swift-cscf', 'hipaa'], {
  exceptions: [{ profile: 'swift-cscf', control: '2.6', reason: 'a staffed | room' }],
});
const text = policyDocument(policy, findings);

/** The cells of every table line, escaped bars left alone. */
const tables = (markdown: string) =>
  markdown
    .trimEnd()
    .split('\n\n')
    .filter((block) => block.startsWith('|'))
    .map((block) => block.split('\n').map((line) => line.replace(/\\\\|\\\|/g, '').split('|').length));

describe('the document for auditors', () => {
  it('has every limit, whom it is for, and where it is written', () => {
    for (const line of [
      '| idle | 30m | everybody | /idleTimeout |',
      '| absolute | 12h | everybody | /absoluteTimeout |',
      '| at the idle deadline | locks until a reauthentication | everybody | /onIdle |',
      '| reauthentication after | 4h | everybody | /reauthentication/after |',
      '| a reauthentication resets | idle | everybody | /reauthentication/resets |',
      '| idle | 1h instead | role a\\|b or clerk, network office | /conditions/0/idleTimeout |',
      '| absolute | 2h at most | screen locked | /conditions/1/absoluteTimeout |',
      '| absolute | 7d | who asks for it at the login | /requestable/absoluteTimeout |',
      '| idle | 2m at most | while `risk_level` applies | /risk/1/then/tighten/idleTimeout |',
      '| `pay:out` | within 5m | aal2 | none | /operations/pay:out |',
      '| `ip_changed` | low | challenge for aal2 | the address at the login, and the last one | /risk/0 |',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toContain('# Session policy back\\_office\n');
    expect(text).toContain('One subject may have 3 sessions at once; beyond that, the newcomer is refused.');
  });

  it('has a place for the justification of every deviation', () => {
    const deviations = text.slice(text.indexOf('## Deviations'), text.indexOf('## Sources')).split('\n');
    const rows = deviations.filter((line) => line.startsWith('|')).slice(2);
    expect(
      rows.map((row) =>
        row
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim())
          .filter((cell) => cell !== ''),
      ),
    ).toEqual([
      ['nist-63b-4-aal2 2.2.3', 'SHOULD', '7d at /requestable/absoluteTimeout', 'at most 1d', '(to be written)'],
      ['nist-63b-4-aal2 REAUTH-3', 'SHALL', '\\["idle"\\]', 'a reauthentication resets both clocks', '(to be written)'],
      ['swift-cscf 2.6', 'SHALL (mandatory)', '1h at /conditions/0/idleTimeout', 'at most 15m', 'a staffed \\| room'],
      [
        'hipaa 164.312(a)(2)(iii)',
        'SHOULD (addressable)',
        'lock',
        'the idle deadline ends the session',
        '(to be written)',
      ],
    ]);
  });

  it('says how every figure was read', () => {
    expect(text).toMatch(/\| swift-cscf \| SWIFT [^|]* \| unverified \|/);
    expect(text).toMatch(/\| hipaa \| HIPAA [^|]* \| secondary page \|/);
    expect(text).toMatch(/\| nist-63b-4-aal2 \| NIST [^|]* \| source \|/);
  });

  it('is the same for the same policy, and its tables are whole, whatever the policy', () => {
    fc.assert(
      fc.property(aPolicy(), (one) => {
        const told = checkCompliance(one, ALL);
        const written = policyDocument(one, told);
        expect(policyDocument(one, told)).toBe(written);
        expect(written).not.toMatch(/undefined|NaN|8640000000000000/);
        for (const widths of tables(written)) expect(new Set(widths).size).toBe(1);
      }),
      { numRuns: 200 },
    );
  });

  it('leaves out what there is nothing to say of', () => {
    const plain = policyDocument(definePolicy({ id: 'web', absoluteTimeout: '8h' }), []);
    expect(plain).not.toMatch(/## (Operations|Findings|Deviations|Sources|Rules)/);
    expect(plain).toContain('None. Every session keeps');
  });
});

describe('the table', () => {
  it('has what fails first, and marks what is unverified', () => {
    const { head, rows } = complianceTable(findings);
    expect(rows.every((row) => row.length === head.length)).toBe(true);
    const ranks = rows.map(([status]) =>
      ['fail', 'warn', 'pass', 'not_checkable', 'no_figure'].indexOf(status as string),
    );
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(rows.filter(([, profile]) => profile === 'swift-cscf').map((row) => row.at(-1))).toEqual([
      'unverified',
      'unverified',
    ]);
    expect(rows[0]?.slice(0, 4)).toEqual(['fail', 'nist-63b-4-aal2', 'REAUTH-3', 'SHALL']);
    expect(rows[0]?.[6]).toBe('write "resets": ["idle", "absolute"]');
  });

  it('says whose activity keeps a session alive', () => {
    const document = { id: 'org', idleTimeout: '15m', absoluteTimeout: '8h', singleSignOn: { activityFrom: ['shop'] } };
    expect(policyDocument(definePolicy(document), [])).toContain('| kept alive by activity in | shop | everybody |');
  });
});
