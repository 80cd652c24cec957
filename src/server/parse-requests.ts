import * as z from 'zod/mini';
import type { Attributes, Context } from '../core/session.js';
import type { Ending, Proof, Report } from '../engine/requests.js';
import type { EngineLogin } from '../engine/start.js';
import { type BodyProblem, bodyProblems, expectation } from './parse-problems.js';

const text = z.string().check(z.minLength(1), z.maxLength(1_024));
const instant = z.int().check(z.nonnegative('must be milliseconds since 1970'));
const level = z.enum(['aal1', 'aal2', 'aal3']);
const code = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be a code such as `account_disabled`'));
const context = z.strictObject({
  ip: z.optional(text),
  deviceId: z.optional(text),
  userAgent: z.optional(text),
  country: z.optional(text),
  location: z.optional(z.strictObject({ latitude: z.number(), longitude: z.number() })),
});
const attribute = z.union(
  [z.string(), z.number(), z.boolean(), z.array(z.string())],
  'must be a text, a number, `true` or `false`, or a list of texts',
);
const attributes = z.record(z.string(), attribute);
const MILLISECONDS = 'must be a whole number of milliseconds above 0';
const length = z.int(MILLISECONDS).check(z.positive(MILLISECONDS));
const ending = { code: z.optional(code), by: z.optional(text) };
const handle = z.string().check(z.minLength(1), z.maxLength(256));

/** Shapes of what is sent to the endpoints. A key that is misspelt is an error, and not left out without a word. */
const SHAPES = {
  login: z.strictObject({
    subject: text,
    authenticatedAt: z.optional(instant),
    assuranceLevel: z.optional(level),
    context: z.optional(context),
    attributes: z.optional(attributes),
    requested: z.optional(z.strictObject({ idleTimeout: z.optional(length), absoluteTimeout: z.optional(length) })),
    replaces: z.optional(handle),
  }),
  handle: z.strictObject({ handle, context: z.optional(context) }),
  proof: z.strictObject({ handle, assuranceLevel: level, context: z.optional(context) }),
  attributes: z.strictObject({ handle, attributes }),
  logout: z.strictObject({ handle, ...ending }),
  ending: z.strictObject(ending),
  signal: z.strictObject({
    signal: code,
    level: z.optional(z.enum(['low', 'medium', 'high'])),
    at: z.optional(instant),
  }),
  subjectAttributes: z.strictObject({ attributes }),
};

interface Handle {
  readonly handle: string;
}

/** What each shape holds once it is read. */
export interface Requests {
  /** `replaces`: the handle that the client still had; that session ends. */
  readonly login: EngineLogin & { readonly replaces?: string };
  readonly handle: Handle & { readonly context?: Context };
  readonly proof: Handle & Proof;
  readonly attributes: Handle & { readonly attributes: Attributes };
  readonly logout: Handle & Ending;
  readonly ending: Ending;
  readonly signal: Report;
  readonly subjectAttributes: { readonly attributes: Attributes };
}

/** Reads a body; the places that are wrong, without the values, which may be secrets. */
export function parseRequest<Name extends keyof Requests>(
  name: Name,
  value: unknown,
): { readonly value: Requests[Name] } | { readonly problems: readonly BodyProblem[] } {
  const shape = SHAPES[name];
  const parsed = shape.safeParse(value, { error: expectation });
  if (parsed.success) return { value: parsed.data as unknown as Requests[Name] };
  return { problems: bodyProblems(parsed.error.issues, shape) };
}
