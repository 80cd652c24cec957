import { describe, expect, it } from 'vitest';
import type { Force, Profile, Requirement, Verified } from '../../src/compliance/index.js';
import { PROFILES } from '../../src/compliance/index.js';

type Figure = number | 'exist' | null;
type Row = readonly [idle: Figure, idleForce: Force | null, absolute: Figure, absoluteForce: Force | null, Verified];

/** The published figures in seconds, the strictest of each profile, with its force. Not derived from the data. */
const PUBLISHED: Readonly<Record<string, Row>> = {
  'nist-63b-4-aal1': ['exist', 'MAY', 2_592_000, 'SHOULD', 'source'],
  'nist-63b-4-aal2': [3_600, 'SHOULD', 86_400, 'SHOULD', 'source'],
  'nist-63b-4-aal3': [900, 'SHOULD', 43_200, 'SHALL', 'source'],
  'nist-63b-3-aal1': [null, null, 2_592_000, 'SHOULD', 'source'],
  'nist-63b-3-aal2': [1_800, 'SHALL', 43_200, 'SHALL', 'source'],
  'nist-63b-3-aal3': [900, 'SHALL', 43_200, 'SHALL', 'source'],
  'fedramp-r5-low': [null, null, 2_592_000, 'SHALL', 'source'],
  'fedramp-r5-moderate': [900, 'SHALL', 43_200, 'SHALL', 'source'],
  'fedramp-r5-moderate-priv': [600, 'SHALL', 43_200, 'SHALL', 'source'],
  'fedramp-r5-high': [900, 'SHALL', 43_200, 'SHALL', 'source'],
  'fedramp-r5-high-priv': [600, 'SHALL', 43_200, 'SHALL', 'source'],
  'nist-80053r5-mod-high': ['exist', 'SHALL', null, null, 'secondary'],
  'pci-dss-4.0.1': [900, 'SHALL', null, null, 'secondary'],
  hipaa: ['exist', 'SHOULD', null, null, 'secondary'],
  'disa-asd-stig-v6': [900, 'SHALL', null, null, 'secondary'],
  'disa-asd-stig-v6-admin': [600, 'SHALL', null, null, 'secondary'],
  'disa-web-srg-v4-high': [300, 'SHALL', 28_800, 'SHALL', 'secondary'],
  'disa-web-srg-v4-medium': [600, 'SHALL', 28_800, 'SHALL', 'secondary'],
  'disa-web-srg-v4-low': [1_200, 'SHALL', 28_800, 'SHALL', 'secondary'],
  'cis-8.1-4.3': [900, 'SHALL', null, null, 'secondary'],
  'cis-8.1-4.3-mobile': [120, 'SHALL', null, null, 'secondary'],
  'cjis-6.0': [1_800, 'SHALL', 43_200, 'SHALL', 'secondary'],
  'psd2-rts': [300, 'SHALL', null, null, 'secondary'],
  'swift-cscf': [900, 'SHALL', null, null, 'memory'],
  'au-ism-0428': [900, 'SHALL', null, null, 'secondary'],
  'nhs-app': [600, 'SHALL', null, null, 'secondary'],
  'asvs-5.0-l2': ['exist', 'SHALL', 'exist', 'SHALL', 'source'],
  'asvs-4.0.3-l1': [null, null, 2_592_000, 'SHALL', 'source'],
  'asvs-4.0.3-l2': [1_800, 'SHALL', 43_200, 'SHALL', 'source'],
  'asvs-4.0.3-l3': [900, 'SHALL', 43_200, 'SHALL', 'source'],
  'owasp-smcs-high': [300, 'SHOULD', 28_800, 'SHOULD', 'source'],
  'owasp-smcs-low': [1_800, 'SHOULD', 28_800, 'SHOULD', 'source'],
  'ipsie-sl1': [null, null, 'exist', 'SHALL', 'source'],
};
const WITHOUT_FIGURE: Readonly<Record<string, Verified>> = {
  'iso-27001-a.8.5': 'memory',
  'soc-2-cc6.1': 'memory',
  'gdpr-32': 'memory',
  ffiec: 'secondary',
  'nydfs-500': 'memory',
};
const OURS = ['wcag-2.2.1', 'self-consistency'];

const all: readonly Profile[] = Object.values(PROFILES);
type LimitRequirement = Extract<Requirement, { kind: 'limit' }>;

function strictest({ requirements }: Profile, limit: LimitRequirement['limit']): readonly [Figure, Force | null] {
  const limits = requirements.filter((one): one is LimitRequirement => one.kind === 'limit' && one.limit === limit);
  const [first] = limits.sort((a, b) => (a.most ?? Number.POSITIVE_INFINITY) - (b.most ?? Number.POSITIVE_INFINITY));
  if (first === undefined) return [null, null];
  return [first.most === null ? 'exist' : first.most / 1_000, first.force];
}

describe('the profiles', () => {
  it.each(Object.entries(PUBLISHED))('%s: the published figures', (id, row) => {
    const profile = all.find((one) => one.id === id) as Profile;
    const { verified } = profile;
    expect([...strictest(profile, 'idleTimeout'), ...strictest(profile, 'absoluteTimeout'), verified]).toEqual(row);
  });

  it('are these and no others', () => {
    const known = [...Object.keys(PUBLISHED), ...Object.keys(WITHOUT_FIGURE), ...OURS];
    expect(Object.keys(PROFILES).sort()).toEqual(known.sort());
    expect(Object.entries(PROFILES).filter(([key, { id }]) => key !== id)).toEqual([]);
  });

  it('set no figure where there is none', () => {
    for (const [id, verified] of Object.entries(WITHOUT_FIGURE)) {
      const profile = all.find((one) => one.id === id);
      expect(profile).toMatchObject({ verified, requirements: [{ kind: 'no_figure' }] });
    }
  });

  it('ask AAL1 and AAL2 for an overall limit by SHALL, whatever they say of its size', () => {
    for (const [id, control] of [
      ['nist-63b-4-aal1', 'AAL1REA-2'],
      ['nist-63b-4-aal2', 'AAL2REA-1'],
    ] as const) {
      const existing = { kind: 'limit', limit: 'absoluteTimeout', most: null, force: 'SHALL', control };
      expect(PROFILES[id].requirements).toContainEqual(expect.objectContaining(existing));
    }
  });

  it('mark a single figure that was read otherwise than the rest', () => {
    const marks = PROFILES['cjis-6.0'].requirements.map(({ control, verified }) => [control, verified ?? 'secondary']);
    expect(marks).toContainEqual(['AC-11', 'secondary']);
    expect(marks).toContainEqual(['IA-11', 'memory']);
    expect(marks).toContainEqual(['SC-10', 'memory']);
  });

  it('say on every requirement how much it binds, in the words of the standard', () => {
    const requirements = all.flatMap((profile) => profile.requirements.map((one) => ({ profile, ...one })));
    expect(requirements.filter(({ words, control }) => words === '' || control === '')).toEqual([]);
    expect(PROFILES['disa-asd-stig-v6'].requirements[0]).toMatchObject({ force: 'SHALL', words: 'CAT II' });
    expect(PROFILES['owasp-smcs-low'].requirements[0]).toMatchObject({ force: 'SHOULD', words: 'common ranges' });
  });
});
