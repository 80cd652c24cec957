import { type Policy, type PolicyDocument, type Problem, parsePolicy, policyProblems } from 'curfew';
import type { FieldName, FieldProblem, PolicyFields, Preset } from '../policy-form.js';

/** The operation of the sensitive button. */
export const PAY = 'payment:create';

/** The presets, in fast motion: what takes minutes in a bank takes seconds here. */
export const PRESETS: readonly Preset[] = [
  preset('Short', 'A minute idle, five in all. Made for watching.', {}),
  preset('Relaxed', 'A shop: long limits, changes are only noted.', {
    ...{ idleTimeout: '3m', absoluteTimeout: '20m', warnBefore: '30s' },
    ...{ payWithin: '10m', payLevel: 'aal1', addressChange: 'observe', deviceChange: 'challenge', maxSessions: '10' },
  }),
  preset('Bank', 'One session a person, and a fresh code for each payment.', {
    ...{ idleTimeout: '40s', absoluteTimeout: '3m', warnBefore: '20s', payWithin: '20s', maxSessions: '1' },
  }),
  preset('PCI-like', 'PCI DSS 8.2.8 in fast motion: idle locks the session until a new proof.', {
    ...{ idleTimeout: '45s', absoluteTimeout: '8m', warnBefore: '20s', onIdle: 'lock', payWithin: '2m' },
  }),
];

function preset(name: string, hint: string, fields: Partial<PolicyFields>): Preset {
  const usual: PolicyFields = {
    ...{ idleTimeout: '60s', absoluteTimeout: '5m', warnBefore: '25s', onIdle: 'end' },
    ...{ payWithin: '60s', payLevel: 'aal2', addressChange: 'challenge', deviceChange: 'end', maxSessions: '3' },
  };
  return { name, hint, fields: { ...usual, ...fields } };
}

/** Where each field stands in the document, as a JSON pointer. */
const PATHS: Readonly<Record<FieldName, string>> = {
  idleTimeout: '/idleTimeout',
  absoluteTimeout: '/absoluteTimeout',
  warnBefore: '/warnBefore',
  onIdle: '/onIdle',
  payWithin: `/operations/${PAY}/authenticatedWithin`,
  payLevel: `/operations/${PAY}/assuranceLevel`,
  addressChange: '/risk/0/then',
  deviceChange: '/risk/1/then',
  maxSessions: '/concurrency/maxSessions',
};

/** The limit that "shorten" and a reported medium risk bring down the idle timeout to. */
const SHORTENED = '30s';

/** The document that the form stands for. Nothing is checked: that is what `policyProblems` is for. */
export function documentOf(fields: PolicyFields): object {
  const { idleTimeout, absoluteTimeout, warnBefore, onIdle, maxSessions } = fields;
  return {
    id: 'demo',
    ...(idleTimeout !== '' && { idleTimeout }),
    absoluteTimeout,
    ...(warnBefore !== '' && { warnBefore }),
    onIdle,
    reauthentication: { resets: ['idle', 'absolute'] },
    conditions: [{ id: 'administrators', when: { attributes: { role: ['admin'] } }, idleTimeout: '45s' }],
    operations: {
      [PAY]: {
        ...(fields.payWithin !== '' && { authenticatedWithin: fields.payWithin }),
        assuranceLevel: fields.payLevel,
      },
    },
    risk: [
      { signal: 'ip_changed', then: response(fields.addressChange) },
      { signal: 'device_changed', then: response(fields.deviceChange) },
      { signal: 'risk_level', atLeast: 'high', then: 'end' },
      { signal: 'risk_level', atLeast: 'medium', then: response('shorten') },
    ],
    concurrency: { maxSessions: /^\d+$/.test(maxSessions) ? Number(maxSessions) : maxSessions },
  };
}

function response(chosen: string): unknown {
  return chosen === 'shorten' ? { tighten: { idleTimeout: SHORTENED } } : chosen;
}

/** Everything that is wrong with the form, field by field; nothing if the policy can be used. */
export function fieldProblems(fields: PolicyFields): FieldProblem[] {
  return policyProblems(documentOf(fields)).map((problem) => ({ ...problem, field: fieldAt(problem) }));
}

function fieldAt({ path }: Problem): FieldName | null {
  const names = Object.keys(PATHS) as FieldName[];
  return names.find((name) => path === PATHS[name] || path.startsWith(`${PATHS[name]}/`)) ?? null;
}

/**
 * The policy that the form stands for.
 *
 * @throws an error with code `policy_invalid` where `fieldProblems` finds any.
 */
export function policyOf(fields: PolicyFields): Policy {
  return parsePolicy(documentOf(fields) as PolicyDocument);
}

/** The fields that somebody sent: texts of a sensible length, and each of them. `null` if that is not so. */
export function readFields(body: unknown): PolicyFields | null {
  if (typeof body !== 'object' || body === null) return null;
  const sent = body as Record<string, unknown>;
  const names = Object.keys(PATHS) as FieldName[];
  const isText = (value: unknown) => typeof value === 'string' && value.length <= 40;
  if (!names.every((name) => isText(sent[name]))) return null;
  return Object.fromEntries(names.map((name) => [name, (sent[name] as string).trim()])) as unknown as PolicyFields;
}

/** What differs, for the log: `idleTimeout 60s → 30s`. */
export function changesBetween(before: PolicyFields, after: PolicyFields): string[] {
  const names = Object.keys(PATHS) as FieldName[];
  const shown = (value: string) => (value === '' ? 'none' : value);
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${shown(before[name])} → ${shown(after[name])}`);
}
