import type { Profile, ProfileId } from '../profile.js';
import { absolute, always, elsewhere, ends, idle, mayLock } from './parts.js';
import { DAY, HOUR, MINUTE } from './units.js';

const LEVEL_2 = { force: 'SHALL', words: 'level 2' } as const;
const LEVEL_1 = { force: 'SHALL', words: 'level 1' } as const;
const VERIFY = { force: 'SHALL', words: 'verify' } as const;
const COMMON = { force: 'SHOULD', words: 'common ranges' } as const;

const asvs5: Profile = {
  id: 'asvs-5.0-l2' satisfies ProfileId,
  standard: 'OWASP ASVS',
  version: '5.0.0',
  section: '7.1.1, 7.3.1, 7.3.2',
  appliesTo: 'level 2 and above',
  verified: 'source',
  requirements: [
    elsewhere('write the limits and the reasons for deviating from SP 800-63B down: `policyDocument` begins it', {
      control: '7.1.1',
      ...LEVEL_2,
    }),
    { kind: 'sessions', most: null, control: '7.1.2', ...LEVEL_2 },
    idle(null, { control: '7.3.1', ...LEVEL_2 }),
    mayLock({ control: '7.3.1', ...LEVEL_2 }),
    absolute(null, { control: '7.3.2', ...LEVEL_2 }),
    always('a refresh token that is used again after its grace ends the session', { control: '10.4.5', ...LEVEL_1 }),
    absolute(null, { control: '10.4.8', ...LEVEL_2, note: 'refresh tokens end with their session' }),
  ],
  notes: [],
};

function asvs4(id: ProfileId, appliesTo: string, limits: { idle: number | null; absolute: number }): Profile {
  return {
    id,
    standard: 'OWASP ASVS',
    version: '4.0.3',
    section: '3.3.2',
    appliesTo,
    verified: 'source',
    requirements: [
      ...(limits.idle === null
        ? []
        : [idle(limits.idle, { control: '3.3.2', ...VERIFY }), mayLock({ control: '3.3.2', ...VERIFY })]),
      absolute(limits.absolute, { control: '3.3.2', ...VERIFY, isReauthenticationEnough: true }),
    ],
    notes: ['Replaced by ASVS 5.0.0, which sets no figure.'],
  };
}

function cheatSheet(id: ProfileId, appliesTo: string, idleMost: number, notes: readonly string[]): Profile {
  return {
    id,
    standard: 'OWASP Session Management Cheat Sheet',
    version: '2026-08',
    section: 'Session Expiration',
    appliesTo,
    verified: 'source',
    requirements: [
      idle(idleMost, { control: 'idle timeout', ...COMMON }),
      ends({ control: 'idle timeout', ...COMMON }),
      absolute(8 * HOUR, { control: 'absolute timeout', ...COMMON }),
    ],
    notes,
  };
}

/** OWASP: the verification standard, two generations, and the cheat sheet. */
export const OWASP = {
  'asvs-5.0-l2': asvs5,
  'asvs-4.0.3-l1': asvs4('asvs-4.0.3-l1', 'level 1', { idle: null, absolute: 30 * DAY }),
  'asvs-4.0.3-l2': asvs4('asvs-4.0.3-l2', 'level 2', { idle: 30 * MINUTE, absolute: 12 * HOUR }),
  'asvs-4.0.3-l3': asvs4('asvs-4.0.3-l3', 'level 3', { idle: 15 * MINUTE, absolute: 12 * HOUR }),
  'owasp-smcs-high': cheatSheet('owasp-smcs-high', 'high value', 5 * MINUTE, [
    'The text: 2 to 5 min idle; 4 to 8 h for a day at the office; enforced on the server.',
  ]),
  'owasp-smcs-low': cheatSheet('owasp-smcs-low', 'low risk', 30 * MINUTE, [
    'The text: 15 to 30 min idle; a renewal timeout is optional.',
  ]),
} as const;
