import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCompliance, type Finding, PROFILES, type Profile, type ProfileId } from '../../src/compliance/index.js';
import { type CurfewError, definePolicy, type PolicyDocument } from '../../src/index.js';
import { aPolicyDocument } from '../../src/testing/index.js';

const ALL = Object.keys(PROFILES) as ProfileId[];
const MINIMAL = { id: 'web', idleTimeout: '15m', absoluteTimeout: '8h' };

const check = (part: Partial<PolicyDocument>, ...profiles: ProfileId[]) =>
  checkCompliance(definePolicy({ ...MINIMAL, ...part }), profiles);
const statuses = (findings: readonly Finding[]) => findings.map(({ control, status }) => `${control} ${status}`);
const find = (findings: readonly Finding[], control: string) =>
  findings.find((one) => one.control === control) as Finding;

describe('a limit', () => {
  it.each<[Partial<PolicyDocument>, string]>([
    [{ idleTimeout: '15m' }, 'pass'],
    [{ idleTimeout: 900_001 }, 'fail'],
    [{ idleTimeout: 'unlimited' }, 'fail'],
    [{ idleTimeout: 'unlimited', absoluteTimeout: '15m' }, 'pass'],
    [{ idleTimeout: 'unlimited', absoluteTimeout: 900_001 }, 'fail'],
  ])('%j: %s', (part, status) => {
    expect(check(part, 'pci-dss-4.0.1')[0]?.status).toBe(status);
  });

  it('that SHOULD hold warns, and that SHALL hold fails', () => {
    const findings = check({ idleTimeout: '30m', absoluteTimeout: '24h' }, 'nist-63b-4-aal3');
    expect(statuses(findings).slice(0, 2)).toEqual(['2.3.3 warn', 'AAL3REA-2 fail']);
  });

  it('is told with the control, what is said, what is asked, and what would satisfy', () => {
    expect(check({ idleTimeout: '30m' }, 'disa-asd-stig-v6')[0]).toMatchObject({
      profile: 'disa-asd-stig-v6',
      control: 'V-222389',
      status: 'fail',
      force: 'SHALL',
      words: 'CAT II',
      path: '/idleTimeout',
      stated: '30m at /idleTimeout',
      required: 'at most 15m',
      fix: 'write "15m" or less at /idleTimeout',
      source: 'DISA Application Security and Development STIG V6R4, V-222389 (SRG-APP-000295, CCI-002361)',
      verified: 'secondary',
      isVerified: true,
    });
  });

  it('is judged at its longest: a relaxation, a request, a lease', () => {
    const part: Partial<PolicyDocument> = {
      networks: { office: ['203.0.113.0/24'] },
      conditions: [{ when: { network: 'office' }, idleTimeout: '30m', relax: true }],
      requestable: { idleTimeout: '20m' },
      operations: { 'report/export': { lease: '45m' } },
    };
    const [idle] = check(part, 'pci-dss-4.0.1');
    expect(idle).toMatchObject({ status: 'fail', path: '/operations/report~1export/lease' });
    expect(idle?.message).toContain('also 30m at /conditions/0/idleTimeout, 20m at /requestable/idleTimeout');
  });

  it('is not lengthened by what only tightens', () => {
    const conditions = [{ when: { attributes: { role: ['admin'] } }, idleTimeout: '5m' }];
    expect(check({ conditions }, 'pci-dss-4.0.1')[0]).toMatchObject({ status: 'pass', path: '/idleTimeout' });
  });

  it('can be judged for some sessions', () => {
    const policy = definePolicy({
      ...MINIMAL,
      conditions: [{ when: { attributes: { role: ['admin'] } }, idleTimeout: '10m' }],
    });
    const idle = (attributes: Record<string, string>) =>
      checkCompliance(policy, ['fedramp-r5-moderate-priv'], { attributes })[0];
    expect(idle({})).toMatchObject({ status: 'fail', path: '/idleTimeout' });
    expect(idle({ role: 'admin' })).toMatchObject({ status: 'pass', path: '/conditions/0/idleTimeout' });
    expect(idle({ role: 'clerk' })).toMatchObject({ status: 'fail' });
  });

  it('on the whole may be a reauthentication where the standard asks for no more', () => {
    const part = { absoluteTimeout: '30d', reauthentication: { after: '12h' } };
    expect(find(check(part, 'fedramp-r5-moderate'), 'IA-11')).toMatchObject({ status: 'pass' });
    expect(find(check(part, 'nist-63b-4-aal3'), 'AAL3REA-2')).toMatchObject({ status: 'fail' });
  });

  it('that has to exist passes at any length, and is missed where some session has none', () => {
    expect(statuses(check({ idleTimeout: '7h' }, 'asvs-5.0-l2'))).toContain('7.3.1 pass');
    const conditions = [{ when: { attributes: { role: ['admin'] } }, idleTimeout: '5m' }];
    const findings = check({ idleTimeout: 'unlimited', absoluteTimeout: 'unlimited', conditions }, 'asvs-5.0-l2');
    expect(statuses(findings)).toEqual([
      '7.1.1 not_checkable',
      '7.1.2 not_checkable',
      '7.3.1 fail',
      '7.3.1 pass',
      '7.3.2 fail',
      '10.4.5 pass',
      '10.4.8 fail',
    ]);
  });

  it('can be satisfied by what the fix says, in two rounds', () => {
    fc.assert(
      fc.property(aPolicyDocument(), fc.constantFrom(...ALL), (document, id) => {
        const missed = (one: PolicyDocument) =>
          checkCompliance(definePolicy(one), [id]).filter(({ fix }) => /^write "\w+" or less at /.test(fix ?? ''));
        // what lies under a limit that was none comes to light in the second round
        const once = missed(document).reduce(fixed, document);
        expect(missed(missed(once).reduce(fixed, once))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Writes what a fix says, where it says so; what has to be shorter because of it as well. */
function fixed(document: PolicyDocument, { fix, path }: Finding): PolicyDocument {
  const [, value, places] = /^write "(\w+)" or less at (.*?)(?:, or record.*)?$/.exec(fix as string) as RegExpExecArray;
  const copy = structuredClone(document) as unknown as Record<string, unknown>;
  if (fix?.includes(', or "')) return document;
  for (const place of (places as string).split(', ')) {
    const keys = place
      .slice(1)
      .split('/')
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop() as string;
    const holder = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy);
    holder[last] = value;
  }
  expect(path).not.toBe(null);
  return copy as unknown as PolicyDocument;
}

describe('what the idle deadline does', () => {
  it.each<[ProfileId, string, string]>([
    ['pci-dss-4.0.1', '8.2.8', 'pass'],
    ['fedramp-r5-moderate', 'AC-11(a)', 'pass'],
    ['nist-63b-4-aal2', 'REAUTH-2', 'pass'],
    ['nist-63b-4-aal3', 'REAUTH-2', 'fail'],
    ['nist-63b-4-aal1', 'REAUTH-2', 'fail'],
    ['disa-asd-stig-v6', 'V-222389', 'fail'],
    ['hipaa', '164.312(a)(2)(iii)', 'warn'],
  ])('a lock for %s: %s %s', (id, control, status) => {
    const findings = check({ onIdle: 'lock' }, id).filter((one) => one.path === '/onIdle');
    expect(statuses(findings)).toContain(`${control} ${status}`);
    expect(
      check({ onIdle: 'end' }, id)
        .filter((one) => one.path === '/onIdle')
        .map((one) => one.status),
    ).not.toContain('fail');
  });

  it('is nothing where there is no idle deadline', () => {
    const part: Partial<PolicyDocument> = { idleTimeout: 'unlimited', onIdle: 'lock' };
    expect(find(check(part, 'nist-63b-4-aal1'), 'REAUTH-2')).toMatchObject({ status: 'pass' });
  });
});

describe('other requirements', () => {
  it('REAUTH-3 wants both clocks reset', () => {
    expect(find(check({}, 'nist-63b-4-aal2'), 'REAUTH-3')).toMatchObject({
      status: 'fail',
      path: '/reauthentication/resets',
      stated: '["idle"]',
      fix: 'write "resets": ["idle", "absolute"]',
    });
    const reauthentication = { resets: ['idle', 'absolute'] as const };
    expect(find(check({ reauthentication }, 'nist-63b-4-aal2'), 'REAUTH-3')).toMatchObject({ status: 'pass' });
  });

  it('AC-10 counts sessions', () => {
    const sessions = (maxSessions: number) =>
      find(check({ concurrency: { maxSessions } }, 'fedramp-r5-high'), 'AC-10').status;
    expect([sessions(2), sessions(3)]).toEqual(['pass', 'fail']);
    expect(find(check({}, 'fedramp-r5-high-priv'), 'AC-10')).toMatchObject({ status: 'fail', stated: 'any number' });
  });

  it('AC-12 wants an end', () => {
    const end = (part: Partial<PolicyDocument>) => find(check(part, 'nist-80053r5-mod-high'), 'AC-12').status;
    expect(end({ idleTimeout: '15m', absoluteTimeout: 'unlimited' })).toBe('pass');
    expect(end({ idleTimeout: '15m', absoluteTimeout: 'unlimited', onIdle: 'lock' })).toBe('fail');
    expect(end({ idleTimeout: '15m', absoluteTimeout: '8h', onIdle: 'lock' })).toBe('pass');
  });

  it('the NHS App wants to be warned for a minute', () => {
    const warning = (warnBefore: string) =>
      check({ idleTimeout: '10m', warnBefore }, 'nhs-app').find(({ path }) => path === '/warnBefore')?.status;
    expect([warning('60s'), warning('59s'), warning('0s')]).toEqual(['pass', 'fail', 'fail']);
  });
});

describe('what is not known for certain', () => {
  it('is said in the finding', () => {
    const [fromMemory] = check({}, 'swift-cscf');
    expect(fromMemory).toMatchObject({ status: 'pass', verified: 'memory', isVerified: false });
    expect(fromMemory?.message).toMatch(/unverified, from memory: check the standard$/);
    const [secondary] = check({}, 'pci-dss-4.0.1');
    expect(secondary?.message).toMatch(/read on a page about the standard, not in it$/);
    expect(check({}, 'nist-63b-4-aal2')[0]?.message).not.toMatch(/unverified|page about/);
  });

  it('every finding of an unverified figure says so, whatever its status', () => {
    const findings = checkCompliance(definePolicy({ id: 'open', absoluteTimeout: 'unlimited' }), ALL);
    const memory = findings.filter(({ verified }) => verified === 'memory');
    expect(memory.length).toBeGreaterThan(6);
    expect(memory.filter(({ isVerified, message }) => isVerified || !message.includes('unverified'))).toEqual([]);
  });

  it('a standard without a figure neither passes nor fails, whatever the policy', () => {
    fc.assert(
      fc.property(aPolicyDocument(), (document) => {
        const ids: ProfileId[] = ['iso-27001-a.8.5', 'soc-2-cc6.1', 'gdpr-32', 'ffiec', 'nydfs-500'];
        const findings = checkCompliance(definePolicy(document), ids);
        expect(findings.map(({ status }) => status)).toEqual(ids.map(() => 'no_figure'));
      }),
      { numRuns: 100 },
    );
  });

  it('a control on the lock of a device is related, and never passed', () => {
    expect(check({ idleTimeout: '1m' }, 'cis-8.1-4.3')[0]).toMatchObject({ status: 'not_checkable', fix: null });
    expect(check({}, 'ipsie-sl1')[0]).toMatchObject({ status: 'not_checkable', control: 'session_expiry' });
  });
});

describe('an exception', () => {
  const reason = 'a kiosk that is watched';
  const excepted = (part: Partial<PolicyDocument>, profile: ProfileId, control: string) =>
    find(
      checkCompliance(definePolicy({ ...MINIMAL, ...part }), [profile], { exceptions: [{ profile, control, reason }] }),
      control,
    );

  it('goes with the finding, and changes it only where the standard takes a reason', () => {
    const pci = excepted({ idleTimeout: '30m' }, 'pci-dss-4.0.1', '8.2.8');
    expect(pci).toMatchObject({ status: 'fail', exception: reason });
    const hipaa = excepted({ idleTimeout: 'unlimited' }, 'hipaa', '164.312(a)(2)(iii)');
    expect(hipaa).toMatchObject({ status: 'pass', exception: reason, fix: null });
    expect(hipaa.message).toContain(`on record: ${reason}`);
  });

  it('is not there where nothing is missed', () => {
    expect(excepted({}, 'pci-dss-4.0.1', '8.2.8')).toMatchObject({ status: 'pass', exception: null });
  });

  it('that is about nothing is refused', () => {
    expect(() => excepted({}, 'pci-dss-4.0.1', '8.2.9')).toThrow(/`8.2.9` is no control of pci-dss-4.0.1: 8.2.8/);
  });
});

it('an unknown profile is refused, with what was meant', () => {
  try {
    check({}, 'pci-dss-4.0' as ProfileId);
    expect.unreachable();
  } catch (error) {
    expect((error as CurfewError).code).toBe('profile_unknown');
    expect((error as CurfewError).message).toContain('did you mean `pci-dss-4.0.1`?');
  }
});

it('a profile of your own is judged as the others are', () => {
  const own: Profile = {
    id: 'acme-web',
    standard: 'ACME session rules',
    version: '3',
    section: '2.1',
    appliesTo: 'every web application',
    verified: 'source',
    requirements: [
      { kind: 'limit', limit: 'idleTimeout', most: 600_000, control: 'S-1', force: 'SHALL', words: 'must' },
    ],
    notes: [],
  };
  const [finding] = checkCompliance(definePolicy(MINIMAL), [own]);
  expect(finding).toMatchObject({ profile: 'acme-web', status: 'fail', source: 'ACME session rules 3, 2.1' });
});

it('every profile judges every policy, and says of what it misses what to do', () => {
  fc.assert(
    fc.property(aPolicyDocument(), (document) => {
      const findings = checkCompliance(definePolicy(document), ALL);
      const silent = findings.filter(({ status, fix }) => (status === 'fail' || status === 'warn') !== (fix !== null));
      expect(silent).toEqual([]);
      expect(findings.every(({ message }) => !/undefined|NaN|8640000000000000|100000000d/.test(message))).toBe(true);
    }),
    { numRuns: 500 },
  );
});
