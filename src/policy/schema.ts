import * as z from 'zod/mini';
import { parseRange } from '../core/address.js';
import { NAME } from '../core/ask.js';
import { ASSURANCE_LEVELS, RISK_LEVELS } from '../core/levels.js';
import { parseDuration } from '../time/duration.js';

/** Ten years: longer is a slip of the keyboard, and none at all is written `unlimited`. */
export const LONGEST = 3_653 * 86_400_000;

const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const OPERATION = /^[A-Za-z0-9][A-Za-z0-9:._/-]{0,63}$/;
const DURATION = /^(?:(?:\d{1,15}(?:ms|s|m|h|d|w))+|P(?:\d+W)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/;

// Messages are codes here; `problems.ts` turns each into a sentence that knows what was written.
const coded = (code: string) => ({ error: code });

function duration(least: 0 | 1) {
  return z
    .union([z.int().check(z.minimum(0, coded('duration_invalid'))), z.string().check(z.regex(DURATION, coded('duration_invalid')))], coded('duration_invalid'))
    .check(
      z.refine((value) => parseDuration(value) !== null, coded('duration_invalid')),
      z.refine((value) => (parseDuration(value) ?? least) >= least, coded('duration_zero')),
      z.refine((value) => (parseDuration(value) ?? 0) <= LONGEST, coded('duration_too_long')),
    );
}

const length = duration(1);
const lengthOrZero = duration(0);
const limit = z.union([z.literal('unlimited'), length], coded('duration_invalid'));
const identifier = z.string().check(z.regex(IDENTIFIER, coded('identifier_invalid')));
const signal = z.string().check(z.regex(NAME, coded('signal_invalid')));
const range = z.string().check(z.refine((text) => parseRange(text) !== null, coded('cidr_invalid')));
const assuranceLevel = z.enum(ASSURANCE_LEVELS as ['aal1', 'aal2', 'aal3']);
const riskLevel = z.enum(RISK_LEVELS as ['low', 'medium', 'high']);
const scalar = z.union([z.string(), z.number(), z.boolean()], coded('attribute_value_invalid'));
const atLeastOne = z.minLength(1, coded('list_empty'));

const limits = { idleTimeout: z.optional(length), absoluteTimeout: z.optional(length) };

const condition = z.strictObject({
  id: z.optional(identifier),
  when: z.strictObject({
    attributes: z.optional(z.record(z.string(), z.array(scalar).check(atLeastOne))),
    network: z.optional(z.union([z.string(), z.array(z.string()).check(atLeastOne)])),
    attention: z.optional(z.enum(['hidden', 'locked'])),
  }),
  ...limits,
  relax: z.optional(z.boolean()),
});

const operation = z.strictObject({
  authenticatedWithin: z.optional(length),
  assuranceLevel: z.optional(assuranceLevel),
  lease: z.optional(length),
});

const response = z.union(
  [
    z.enum(['observe', 'challenge', 'end']),
    z.strictObject({ challenge: z.strictObject({ assuranceLevel }) }),
    z.strictObject({ tighten: z.strictObject(limits) }),
  ],
  coded('response_invalid'),
);

const risk = z.strictObject({
  id: z.optional(identifier),
  signal,
  atLeast: z.optional(riskLevel),
  // biome-ignore lint/suspicious/noThenProperty: the document's word; no document is ever awaited
  then: response,
  missing: z.optional(z.literal('changed')),
  fasterThan: z.optional(z.number().check(z.positive(), z.maximum(1_000_000))),
});

/** The schema of a policy document. `policy.schema.json` is generated from it. */
export const policySchema = z.strictObject({
  $schema: z.optional(z.string()),
  id: identifier,
  description: z.optional(z.string().check(z.maxLength(2_000))),
  idleTimeout: z.optional(limit),
  absoluteTimeout: limit,
  onIdle: z.optional(z.enum(['end', 'lock'])),
  warnBefore: z.optional(lengthOrZero),
  clockLeeway: z.optional(lengthOrZero),
  recordEvery: z.optional(lengthOrZero),
  reauthentication: z.optional(
    z.strictObject({ after: z.optional(length), resets: z.optional(z.array(z.enum(['idle', 'absolute']))) }),
  ),
  networks: z.optional(z.record(identifier, z.array(range).check(atLeastOne))),
  conditions: z.optional(z.array(condition)),
  operations: z.optional(z.record(z.string().check(z.regex(OPERATION, coded('operation_name_invalid'))), operation)),
  risk: z.optional(z.array(risk)),
  requestable: z.optional(z.strictObject(limits)),
  tokens: z.optional(z.strictObject({ accessLifetime: z.optional(length), refreshGrace: z.optional(lengthOrZero) })),
  concurrency: z.optional(
    z.strictObject({
      maxSessions: z.int().check(z.positive()),
      onExceed: z.optional(z.enum(['endOldest', 'refuse'])),
    }),
  ),
});
