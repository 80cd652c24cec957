import type { Profile, ProfileId, Requirement } from '../profile.js';
import { absolute, always, elsewhere, ends, idle, mayLock } from './parts.js';
import { DAY, HOUR, MINUTE } from './units.js';

const SHALL = { force: 'SHALL', words: 'SHALL' } as const;
const SHOULD = { force: 'SHOULD', words: 'SHOULD' } as const;

/** Section 5 of SP 800-63B-4 holds at every level; the ids are those of NIST's conformance criteria. */
const EVERY_LEVEL: readonly Requirement[] = [
  { kind: 'resets_both', control: 'REAUTH-3', ...SHALL },
  elsewhere(
    'the idle and overall limits belong into the security plan: add the document that `policyDocument` writes',
    {
      control: 'REAUTH-4',
      ...SHALL,
    },
  ),
  always('whatever a login or its provider asks for is clamped to the policy at each decision', {
    control: 'REAUTH-5',
    ...SHALL,
  }),
  always('a token refresh is no user activity and moves no deadline later (law 3)', { control: 'AT-1', ...SHALL }),
  elsewhere('mark calls of an identity API as background: then they extend nothing (law 3)', {
    control: 'RASR-2',
    ...SHALL,
  }),
  elsewhere('what the session keeps and compares belongs into the privacy risk assessment: `policyDocument` lists it', {
    control: 'SESSM-1',
    ...SHALL,
  }),
];

const FOURTH = { standard: 'NIST SP 800-63B-4', version: '2025-07', verified: 'source' } as const;
const THIRD = { standard: 'NIST SP 800-63B-3', version: 'Rev. 3', verified: 'source' } as const;

const aal1: Profile = {
  id: 'nist-63b-4-aal1' satisfies ProfileId,
  ...FOURTH,
  section: '2.1.3',
  appliesTo: 'AAL1',
  requirements: [
    idle(null, { control: '2.1.3', force: 'MAY', words: 'MAY' }),
    absolute(null, { control: 'AAL1REA-2', ...SHALL }),
    absolute(30 * DAY, { control: 'AAL1REA-2', ...SHOULD }),
    ends({ control: 'REAUTH-2', ...SHALL }),
    ...EVERY_LEVEL,
  ],
  notes: ['Any authentication at AAL1 is a reauthentication; the table of factors of 63B-3 is gone.'],
};

const aal2: Profile = {
  id: 'nist-63b-4-aal2' satisfies ProfileId,
  ...FOURTH,
  section: '2.2.3',
  appliesTo: 'AAL2',
  requirements: [
    idle(HOUR, { control: '2.2.3', ...SHOULD }),
    absolute(null, { control: 'AAL2REA-1', ...SHALL }),
    absolute(DAY, { control: '2.2.3', ...SHOULD }),
    mayLock({
      control: 'REAUTH-2',
      ...SHALL,
      note: 'section 2.2.3 lets an idle session resume until the overall limit',
    }),
    ...EVERY_LEVEL,
  ],
  notes: [
    'Past the idle limit, a password or a biometric together with the session secret may resume the session.',
    'Past the overall limit, nothing may.',
  ],
};

const aal3: Profile = {
  id: 'nist-63b-4-aal3' satisfies ProfileId,
  ...FOURTH,
  section: '2.3.3',
  appliesTo: 'AAL3',
  requirements: [
    idle(15 * MINUTE, { control: '2.3.3', ...SHOULD }),
    absolute(12 * HOUR, { control: 'AAL3REA-2', ...SHALL }),
    ends({ control: 'REAUTH-2', ...SHALL }),
    ...EVERY_LEVEL,
  ],
  notes: ['A reauthentication is like the first authentication at AAL3, and asks for intent.'],
};

const oldAal1: Profile = {
  id: 'nist-63b-3-aal1' satisfies ProfileId,
  ...THIRD,
  section: '4.1.3',
  appliesTo: 'AAL1',
  requirements: [absolute(30 * DAY, { control: '4.1.3', ...SHOULD })],
  notes: ['Any one factor reauthenticates (Table 7-1).', 'Replaced by 63B-4.'],
};

const oldAal2: Profile = {
  id: 'nist-63b-3-aal2' satisfies ProfileId,
  ...THIRD,
  section: '4.2.3',
  appliesTo: 'AAL2',
  requirements: [
    idle(30 * MINUTE, { control: '4.2.3', ...SHALL }),
    absolute(12 * HOUR, { control: '4.2.3', ...SHALL }),
    ends({ control: '4.2.3', ...SHALL }),
  ],
  notes: [
    'Before a limit, a memorized secret or a biometric together with the session secret reauthenticates.',
    'Replaced by 63B-4.',
  ],
};

const oldAal3: Profile = {
  id: 'nist-63b-3-aal3' satisfies ProfileId,
  ...THIRD,
  section: '4.3.3',
  appliesTo: 'AAL3',
  requirements: [
    idle(15 * MINUTE, { control: '4.3.3', ...SHALL }),
    absolute(12 * HOUR, { control: '4.3.3', ...SHALL }),
    ends({ control: '4.3.3', ...SHALL }),
  ],
  notes: ['A reauthentication uses both factors.', 'Replaced by 63B-4.'],
};

const ORGANISATION = { force: 'SHALL', words: 'organisation-defined' } as const;

const controls: Profile = {
  id: 'nist-80053r5-mod-high' satisfies ProfileId,
  standard: 'NIST SP 800-53',
  version: 'Rev. 5',
  section: 'AC-11, AC-12, SC-10, SC-23, IA-11',
  appliesTo: 'Moderate and High baselines',
  verified: 'secondary',
  requirements: [
    idle(null, { control: 'AC-11', ...ORGANISATION }),
    mayLock({ control: 'AC-11', ...ORGANISATION }),
    { kind: 'ends', control: 'AC-12', ...ORGANISATION },
    elsewhere(
      'the triggers of a reauthentication (role, authenticator, a privileged function, a period) are decided on',
      {
        control: 'IA-11',
        ...ORGANISATION,
      },
    ),
  ],
  notes: [
    'Triggers of AC-12: inactivity, incident response, time of day.',
    'The Low baseline selects IA-11 only.',
    'AC-12(3), a warning before the end, is an enhancement.',
  ],
};

/** NIST: digital identity, both generations, and the control catalogue. */
export const NIST = {
  'nist-63b-4-aal1': aal1,
  'nist-63b-4-aal2': aal2,
  'nist-63b-4-aal3': aal3,
  'nist-63b-3-aal1': oldAal1,
  'nist-63b-3-aal2': oldAal2,
  'nist-63b-3-aal3': oldAal3,
  'nist-80053r5-mod-high': controls,
} as const;
