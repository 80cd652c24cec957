import type { FieldName } from '../policy-form.js';

/** One field of the form; with `options` a choice, else a text. */
export interface Field {
  readonly name: FieldName;
  readonly label: string;
  readonly hint: string;
  readonly options?: readonly (readonly [value: string, text: string])[];
}

const RESPONSES = [
  ['observe', 'only note it'],
  ['challenge', 'ask for a proof'],
  ['shorten', 'shorten idle to 30 s'],
  ['end', 'end the session'],
] as const;

export const FIELDS: readonly Field[] = [
  { name: 'idleTimeout', label: 'Idle limit', hint: 'such as 60s or 15m' },
  { name: 'absoluteTimeout', label: 'Absolute limit', hint: 'however active: 5m, 8h' },
  { name: 'warnBefore', label: 'Warn before', hint: 'WCAG wants 20 s at least' },
  {
    name: 'onIdle',
    label: 'When idle',
    hint: 'a lock is lifted by a proof',
    options: [
      ['end', 'end the session'],
      ['lock', 'lock it'],
    ],
  },
  { name: 'payWithin', label: 'Pay: proof within', hint: 'how old it may be' },
  {
    name: 'payLevel',
    label: 'Pay: proof level',
    hint: 'NIST SP 800-63B',
    options: [
      ['aal1', 'aal1: password'],
      ['aal2', 'aal2: with the code'],
    ],
  },
  { name: 'addressChange', label: 'Other address', hint: 'than at the sign-in', options: RESPONSES },
  { name: 'deviceChange', label: 'Other device', hint: 'than at the sign-in', options: RESPONSES },
  { name: 'maxSessions', label: 'Sessions a person', hint: 'the oldest gives way' },
];
