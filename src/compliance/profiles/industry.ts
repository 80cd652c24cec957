import type { Profile, ProfileId } from '../profile.js';
import { absolute, elsewhere, ends, idle, mayLock } from './parts.js';
import { MINUTE, SECOND } from './units.js';

const pci: Profile = {
  id: 'pci-dss-4.0.1' satisfies ProfileId,
  standard: 'PCI DSS',
  version: '4.0.1',
  section: '8.2.8',
  appliesTo: 'users and administrators with access to the cardholder data environment',
  verified: 'secondary',
  requirements: [
    idle(15 * MINUTE, { control: '8.2.8', force: 'SHALL', words: 'required' }),
    mayLock({ control: '8.2.8', force: 'SHALL', words: 'required' }),
  ],
  notes: [
    'A new authentication re-activates the terminal or session: a lock is enough.',
    'Not for point-of-sale accounts with one card number at a time; unattended jobs must not be stopped.',
    'Customized objective: nobody but the authorized user can use the session.',
  ],
};

const ADDRESSABLE = { force: 'SHOULD', words: 'addressable', isExceptionEnough: true } as const;

const hipaa: Profile = {
  id: 'hipaa' satisfies ProfileId,
  standard: 'HIPAA Security Rule',
  version: '45 CFR',
  section: '164.312(a)(2)(iii)',
  appliesTo: 'systems with electronic protected health information',
  verified: 'secondary',
  requirements: [
    idle(null, { control: '164.312(a)(2)(iii)', ...ADDRESSABLE }),
    ends({ control: '164.312(a)(2)(iii)', ...ADDRESSABLE }),
  ],
  notes: [
    'No figure: a predetermined time, and the choice written down.',
    'A rule proposed in January 2025 would make it required (from memory).',
  ],
};

const psd2: Profile = {
  id: 'psd2-rts' satisfies ProfileId,
  standard: 'PSD2 RTS, Regulation (EU) 2018/389',
  version: 'as amended by 2022/2360',
  section: 'Article 4(3)(d)',
  appliesTo: 'online payment accounts after strong customer authentication',
  verified: 'secondary',
  requirements: [
    idle(5 * MINUTE, { control: 'Article 4(3)(d)', force: 'SHALL', words: 'shall not exceed' }),
    mayLock({ control: 'Article 4(3)(d)', force: 'SHALL', words: 'shall not exceed' }),
  ],
  notes: [
    'EBA Q&A 2018_4065: it does not hold for the limited view of Article 10 (balance or 90-day list).',
    'There, a timeout of its own is still advised.',
    'Articles 10 and 10a: strong authentication again every 180 days.',
    'Article 4(3)(b): at most 5 failed attempts (from memory).',
  ],
};

const swift: Profile = {
  id: 'swift-cscf' satisfies ProfileId,
  standard: 'SWIFT Customer Security Controls Framework',
  version: '(version not stated)',
  section: '2.6',
  appliesTo: 'SWIFT operators',
  verified: 'memory',
  requirements: [
    idle(15 * MINUTE, { control: '2.6', force: 'SHALL', words: 'mandatory' }),
    mayLock({ control: '2.6', force: 'SHALL', words: 'mandatory' }),
  ],
  notes: [],
};

const nhs: Profile = {
  id: 'nhs-app' satisfies ProfileId,
  standard: 'NHS App, requirements on aggregators',
  version: '(version not stated)',
  section: 'WF-NFR-18',
  appliesTo: 'partner services',
  verified: 'secondary',
  requirements: [
    idle(10 * MINUTE, { control: 'WF-NFR-18', force: 'SHALL', words: 'M(ust)' }),
    { kind: 'warning', least: 60 * SECOND, control: 'WF-NFR-18', force: 'SHALL', words: 'M(ust)' },
    elsewhere('front end and back end both keep the time: `curfew/browser` asks the engine', {
      control: 'WF-NFR-18',
      force: 'SHALL',
      words: 'M(ust)',
    }),
  ],
  notes: ['The warning comes at 540 s, 60 s before the end.'],
};

const ipsie: Profile = {
  id: 'ipsie-sl1' satisfies ProfileId,
  standard: 'OpenID IPSIE SL1, OpenID Connect profile',
  version: 'draft',
  section: 'session lifetime',
  appliesTo: 'enterprise relying parties',
  verified: 'source',
  requirements: [
    absolute(null, {
      control: 'session_expiry',
      force: 'SHALL',
      words: 'MUST',
      isRelatedOnly: 'the limit is the `session_expiry` of each ID Token: cap every login by it',
    }),
  ],
  notes: ['After `session_expiry` the relying party authenticates at the provider again.'],
};

const RELATED = 'this is about the lock of the device, not about the session of an application';

function cis(id: ProfileId, appliesTo: string, most: number): Profile {
  return {
    id,
    standard: 'CIS Controls',
    version: '8.1',
    section: 'safeguard 4.3 (IG1 to IG3)',
    appliesTo,
    verified: 'secondary',
    requirements: [idle(most, { control: '4.3', force: 'SHALL', words: 'must not exceed', isRelatedOnly: RELATED })],
    notes: [],
  };
}

/** Industries: payment, health, banking, identity, devices. */
export const INDUSTRY = {
  'pci-dss-4.0.1': pci,
  hipaa,
  'psd2-rts': psd2,
  'swift-cscf': swift,
  'nhs-app': nhs,
  'ipsie-sl1': ipsie,
  'cis-8.1-4.3': cis('cis-8.1-4.3', 'general-purpose operating systems', 15 * MINUTE),
  'cis-8.1-4.3-mobile': cis('cis-8.1-4.3-mobile', 'mobile end-user devices', 2 * MINUTE),
} as const;
