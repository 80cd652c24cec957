import type { Profile, ProfileId } from '../profile.js';
import { absolute, elsewhere, ends, idle, mayLock } from './parts.js';
import { DAY, HOUR, MINUTE } from './units.js';

const MUST = { force: 'SHALL', words: 'MUST' } as const;
const CANNOT_EXCEED = { force: 'SHALL', words: 'cannot exceed', isReauthenticationEnough: true } as const;
const CAT_II = { force: 'SHALL', words: 'CAT II' } as const;

const FEDRAMP = { standard: 'FedRAMP', version: 'Rev 5', verified: 'source' } as const;
const WORKDAY = elsewhere('people log out at the end of their work period: that is for whoever trains them', {
  control: 'AC-2(5)',
  ...MUST,
});

const low: Profile = {
  id: 'fedramp-r5-low' satisfies ProfileId,
  ...FEDRAMP,
  section: 'IA-11 guidance',
  appliesTo: 'Low',
  requirements: [absolute(30 * DAY, { control: 'IA-11', ...CANNOT_EXCEED, note: 'SP 800-63B-3 AAL1' })],
  notes: ['LI-SaaS selects IA-11 without the figure.', 'AC-11, AC-12, SC-10 and SC-23 are not selected.'],
};

const moderate: Profile = {
  id: 'fedramp-r5-moderate' satisfies ProfileId,
  ...FEDRAMP,
  section: 'AC-11(a), SC-10, IA-11',
  appliesTo: 'Moderate, users',
  requirements: [
    idle(15 * MINUTE, { control: 'AC-11(a)', ...MUST }),
    mayLock({ control: 'AC-11(a)', ...MUST }),
    idle(15 * MINUTE, { control: 'SC-10', ...MUST }),
    ends({ control: 'SC-10', ...MUST, note: 'SC-10 disconnects, where AC-11 locks' }),
    absolute(12 * HOUR, { control: 'IA-11', ...CANNOT_EXCEED, note: 'SP 800-63B-3 AAL2, 12 h or 30 min' }),
  ],
  notes: ['AC-12 is selected, its conditions are left to the provider.'],
};

const moderatePrivileged: Profile = {
  id: 'fedramp-r5-moderate-priv' satisfies ProfileId,
  ...FEDRAMP,
  section: 'SC-10, AC-2(5)',
  appliesTo: 'Moderate, privileged',
  requirements: [
    idle(10 * MINUTE, { control: 'SC-10', ...MUST }),
    ends({ control: 'SC-10', ...MUST }),
    absolute(12 * HOUR, { control: 'IA-11', ...CANNOT_EXCEED, note: 'SP 800-63B-3 AAL2, 12 h or 30 min' }),
    WORKDAY,
  ],
  notes: ['AC-2(5) asks for less than AC-12 gives.'],
};

const high: Profile = {
  id: 'fedramp-r5-high' satisfies ProfileId,
  ...FEDRAMP,
  section: 'AC-11(a), SC-10, IA-11, AC-2(5), AC-10',
  appliesTo: 'High, users',
  requirements: [
    idle(15 * MINUTE, { control: 'AC-11(a)', ...MUST }),
    mayLock({ control: 'AC-11(a)', ...MUST }),
    idle(15 * MINUTE, { control: 'SC-10', ...MUST }),
    ends({ control: 'SC-10', ...MUST, note: 'SC-10 disconnects, where AC-11 locks' }),
    idle(15 * MINUTE, { control: 'AC-2(5)', ...MUST }),
    absolute(12 * HOUR, { control: 'IA-11', ...CANNOT_EXCEED, note: 'SP 800-63B-3 AAL3, 12 h or 15 min' }),
    { kind: 'sessions', most: 2, control: 'AC-10', ...MUST },
  ],
  notes: [],
};

const highPrivileged: Profile = {
  id: 'fedramp-r5-high-priv' satisfies ProfileId,
  ...FEDRAMP,
  section: 'SC-10, AC-10',
  appliesTo: 'High, privileged',
  requirements: [
    idle(10 * MINUTE, { control: 'SC-10', ...MUST }),
    ends({ control: 'SC-10', ...MUST }),
    absolute(12 * HOUR, { control: 'IA-11', ...CANNOT_EXCEED, note: 'SP 800-63B-3 AAL3, 12 h or 15 min' }),
    { kind: 'sessions', most: 3, control: 'AC-10', ...MUST },
  ],
  notes: [],
};

const ASD = {
  standard: 'DISA Application Security and Development STIG',
  version: 'V6R4',
  verified: 'secondary',
} as const;
const asdNotes = [
  'Beside it: V-222391 a logoff control, V-222388 cookies and storage cleared at the end.',
  'Beside it: V-222578 the session id destroyed (CAT I), V-222442 an audit of that.',
];

const asd: Profile = {
  id: 'disa-asd-stig-v6' satisfies ProfileId,
  ...ASD,
  section: 'V-222389 (SRG-APP-000295, CCI-002361)',
  appliesTo: 'DoD applications, users',
  requirements: [idle(15 * MINUTE, { control: 'V-222389', ...CAT_II }), ends({ control: 'V-222389', ...CAT_II })],
  notes: asdNotes,
};

const asdAdmin: Profile = {
  id: 'disa-asd-stig-v6-admin' satisfies ProfileId,
  ...ASD,
  section: 'V-222390',
  appliesTo: 'DoD applications, administrators',
  requirements: [idle(10 * MINUTE, { control: 'V-222390', ...CAT_II }), ends({ control: 'V-222390', ...CAT_II })],
  notes: [...asdNotes, 'V-222566, non-local maintenance: 10 min for administrators, 15 min for users.'],
};

const OLDER = 'the figure was read in older releases of the same rule: check it against yours';

function webServer(id: ProfileId, appliesTo: string, idleMost: number): Profile {
  return {
    id,
    standard: 'DISA Web Server SRG',
    version: 'V4R4',
    section: 'V-206414 and the rule on inactivity',
    appliesTo,
    verified: 'secondary',
    requirements: [
      idle(idleMost, { control: 'inactive timeout', ...CAT_II, note: OLDER }),
      ends({ control: 'inactive timeout', ...CAT_II }),
      absolute(8 * HOUR, { control: 'V-206414', ...CAT_II }),
    ],
    notes: [],
  };
}

const cjis: Profile = {
  id: 'cjis-6.0' satisfies ProfileId,
  standard: 'CJIS Security Policy',
  version: '6.0',
  section: 'AC-11, AC-12, IA-11',
  appliesTo: 'criminal justice data',
  verified: 'secondary',
  requirements: [
    idle(30 * MINUTE, { control: 'AC-11', force: 'SHALL', words: 'SHALL' }),
    mayLock({ control: 'AC-11', force: 'SHALL', words: 'SHALL' }),
    absolute(12 * HOUR, {
      control: 'IA-11',
      force: 'SHALL',
      words: 'every 12 hours',
      verified: 'memory',
      isReauthenticationEnough: true,
    }),
    idle(HOUR, { control: 'SC-10', force: 'SHALL', words: 'SHALL', verified: 'memory' }),
  ],
  notes: ['Exempt: patrol vehicles, a staffed dispatch, receive-only terminals.', 'AC-12: after a logout.'],
};

const ism: Profile = {
  id: 'au-ism-0428' satisfies ProfileId,
  standard: 'Australian Information Security Manual',
  version: 'control 0428',
  section: 'ISM-0428',
  appliesTo: 'systems',
  verified: 'secondary',
  requirements: [
    idle(15 * MINUTE, { control: 'ISM-0428', force: 'SHALL', words: 'control' }),
    mayLock({ control: 'ISM-0428', force: 'SHALL', words: 'control' }),
  ],
  notes: ['The lock conceals the screen, and the user cannot switch it off.'],
};

/** Governments: FedRAMP, DISA, CJIS, the Australian manual. */
export const GOVERNMENT = {
  'fedramp-r5-low': low,
  'fedramp-r5-moderate': moderate,
  'fedramp-r5-moderate-priv': moderatePrivileged,
  'fedramp-r5-high': high,
  'fedramp-r5-high-priv': highPrivileged,
  'disa-asd-stig-v6': asd,
  'disa-asd-stig-v6-admin': asdAdmin,
  'disa-web-srg-v4-high': webServer('disa-web-srg-v4-high', 'DoD web servers, high-risk applications', 5 * MINUTE),
  'disa-web-srg-v4-medium': webServer('disa-web-srg-v4-medium', 'medium-risk applications', 10 * MINUTE),
  'disa-web-srg-v4-low': webServer('disa-web-srg-v4-low', 'low-risk applications', 20 * MINUTE),
  'cjis-6.0': cjis,
  'au-ism-0428': ism,
} as const;
