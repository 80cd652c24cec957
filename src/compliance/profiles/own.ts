import type { Profile, ProfileId, Requirement } from '../profile.js';
import { HOUR, SECOND } from './units.js';

const LEVEL_A = { force: 'SHALL', words: 'level A', isExceptionEnough: true } as const;
const EXEMPT = 20 * HOUR;
const DERIVED = 'worked out from the criterion: the arithmetic is ours';

const wcag: Profile = {
  id: 'wcag-2.2.1' satisfies ProfileId,
  standard: 'WCAG',
  version: '2.2',
  section: 'success criterion 2.2.1, Timing Adjustable',
  appliesTo: 'web content with a time limit, security limits included',
  verified: 'source',
  requirements: [
    { kind: 'warning', least: 20 * SECOND, exemptAbove: EXEMPT, control: '2.2.1 warning', ...LEVEL_A },
    {
      kind: 'extensions',
      count: 10,
      exemptAbove: EXEMPT,
      control: '2.2.1 extensions',
      ...LEVEL_A,
      note: DERIVED,
    },
    {
      kind: 'renewable',
      least: 20 * SECOND,
      exemptAbove: EXEMPT,
      control: '2.2.1 absolute',
      ...LEVEL_A,
      note: DERIVED,
    },
  ],
  notes: [
    'The criterion excepts limits that are essential, happen in real time or are longer than 20 hours.',
    'Put the first two on record as an exception.',
    '2.2.6 (AAA) asks besides to say how long an inactivity loses data, unless it is kept for 20 hours.',
  ],
};

const SENSE = { force: 'SHOULD', words: 'good sense' } as const;

function consistent(control: string, about: Extract<Requirement, { kind: 'consistent' }>['about']): Requirement {
  return { kind: 'consistent', about, control, ...SENSE };
}

const selfConsistency: Profile = {
  id: 'self-consistency' satisfies ProfileId,
  standard: 'Curfew',
  version: '1',
  section: 'docs/compliance.md',
  appliesTo: 'every policy',
  verified: 'source',
  requirements: [
    consistent('warning', 'warning'),
    consistent('leeway', 'leeway'),
    consistent('record-every', 'record_every'),
    consistent('stale-for', 'stale_for'),
    consistent('nesting', 'nesting'),
    consistent('units', 'units'),
  ],
  notes: [],
};

/** What is checked beside the standards on security: accessibility, and that a policy's figures fit one another. */
export const OWN = { 'wcag-2.2.1': wcag, 'self-consistency': selfConsistency } as const;
