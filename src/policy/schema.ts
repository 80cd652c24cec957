import * as z from 'zod/mini';
import { parseRange } from '../core/address.js';
import { NAME } from '../core/ask.js';
import { ASSURANCE_LEVELS, RISK_LEVELS } from '../core/levels.js';
import { parseDuration } from '../time/duration.js';

/** Ten years: longer is a slip of the keyboard, and none at all is written `unlimited`. */
export const LONGEST = 3_653 * 86_400_000;

/** Access tokens count whole seconds: with one, most of them would have expired when they are made. */
const SHORTEST_TOKEN = 2_000;
const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const OPERATION = /^[A-Za-z0-9][A-Za-z0-9:._/-]{0,63}$/;

/**
 * A value that `isRight` accepts; otherwise the problem has this code, which `problems.ts` turns into a sentence.
 *
 * `refine` alone, and not the library's regular expressions, lengths and ranges: they would make up a tenth of what a
 * browser loads.
 */
function checked<Value>(schema: z.ZodMiniType<Value, Value>, code: string, isRight: (value: Value) => boolean) {
  return schema.check(z.refine(isRight, code));
}

function duration(least: 0 | 1) {
  const any = z.union([z.number(), z.string()], 'duration_invalid');
  const valid = checked(any, 'duration_invalid', (value) => parseDuration(value) !== null);
  const positive = checked(valid, 'duration_zero', (value) => (parseDuration(value) ?? least) >= least);
  return checked(positive, 'duration_too_long', (value) => (parseDuration(value) ?? 0) <= LONGEST);
}

const matching = (code: string, pattern: RegExp) => checked(z.string(), code, (text) => pattern.test(text));
const listOf = <Item>(item: z.ZodMiniType<Item, Item>) =>
  checked(z.array(item), 'list_empty', (list) => list.length > 0);

const length = duration(1);
const tokenLength = checked(length, 'token_too_short', (value) => {
  const read = parseDuration(value) ?? 0;
  return read === 0 || read >= SHORTEST_TOKEN;
});
const lengthOrZero = duration(0);
const limit = z.union([z.literal('unlimited'), length], 'duration_invalid');
const identifier = matching('identifier_invalid', IDENTIFIER);
const range = checked(z.string(), 'cidr_invalid', (text) => parseRange(text) !== null);
const assuranceLevel = z.enum(ASSURANCE_LEVELS as ['aal1', 'aal2', 'aal3']);
const limits = { idleTimeout: z.optional(length), absoluteTimeout: z.optional(length) };

const condition = z.strictObject({
  id: z.optional(identifier),
  when: z.strictObject({
    attributes: z.optional(
      z.record(z.string(), listOf(z.union([z.string(), z.number(), z.boolean()], 'attribute_value_invalid'))),
    ),
    network: z.optional(z.union([z.string(), listOf(z.string())], 'network_name_invalid')),
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
  'response_invalid',
);

const risk = z.strictObject({
  id: z.optional(identifier),
  signal: matching('signal_invalid', NAME),
  atLeast: z.optional(z.enum(RISK_LEVELS as ['low', 'medium', 'high'])),
  then: response,
  missing: z.optional(z.literal('changed')),
  fasterThan: z.optional(checked(z.number(), 'speed_invalid', (speed) => speed > 0 && speed <= 1_000_000)),
});

const count = checked(z.number(), 'count_invalid', (value) => Number.isSafeInteger(value) && value > 0);
const threshold = z.optional(z.strictObject({ atLeast: count, within: length }));

/** The schema of a policy document. `policy.schema.json` is generated from it. */
export const policySchema = z.strictObject({
  $schema: z.optional(z.string()),
  id: identifier,
  description: z.optional(checked(z.string(), 'text_too_long', (text) => text.length <= 2_000)),
  idleTimeout: z.optional(limit),
  absoluteTimeout: limit,
  onIdle: z.optional(z.enum(['end', 'lock'])),
  warnBefore: z.optional(lengthOrZero),
  clockLeeway: z.optional(lengthOrZero),
  recordEvery: z.optional(lengthOrZero),
  staleFor: z.optional(lengthOrZero),
  reauthentication: z.optional(
    z.strictObject({ after: z.optional(length), resets: z.optional(z.array(z.enum(['idle', 'absolute']))) }),
  ),
  networks: z.optional(z.record(identifier, listOf(range))),
  conditions: z.optional(z.array(condition)),
  operations: z.optional(z.record(matching('operation_name_invalid', OPERATION), operation)),
  risk: z.optional(z.array(risk)),
  requestable: z.optional(z.strictObject(limits)),
  tokens: z.optional(
    z.strictObject({ accessLifetime: z.optional(tokenLength), refreshGrace: z.optional(lengthOrZero) }),
  ),
  concurrency: z.optional(
    z.strictObject({
      maxSessions: count,
      onExceed: z.optional(z.enum(['endOldest', 'refuse'])),
    }),
  ),
  singleSignOn: z.optional(z.strictObject({ activityFrom: z.optional(z.array(identifier)) })),
  detection: z.optional(z.strictObject({ reuse: threshold, sharedDevice: threshold, useAfterEnd: threshold })),
});
