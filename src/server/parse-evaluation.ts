import * as z from 'zod/mini';
import type { Activity, Attention, Context } from '../core/session.js';
import { type BodyProblem, bodyProblems, expectation } from './parse-problems.js';

const text = z.string().check(z.minLength(1), z.maxLength(1_024));
const properties = z.record(z.string(), z.unknown());
const subject = z.object({
  type: text,
  id: text,
  properties: z.optional(z.looseObject({ handle: z.optional(text), session_id: z.optional(text) })),
});
const action = z.object({ name: text, properties: z.optional(properties) });
const resource = z.object({ type: text, id: text, properties: z.optional(properties) });
const context = z.looseObject({
  ip: z.optional(text),
  deviceId: z.optional(text),
  userAgent: z.optional(text),
  country: z.optional(text),
  activity: z.optional(z.enum(['user', 'background'])),
  attention: z.optional(z.enum(['visible', 'hidden', 'locked'])),
});
const evaluation = z.object({ subject, action, resource, context: z.optional(context) });
const options = z.looseObject({
  evaluations_semantic: z.optional(z.enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'])),
});
/** What one evaluation of several does not say, the request says for all. */
const MOST = 100;
const several = z.object({
  evaluations: z.optional(z.array(z.looseObject({})).check(z.maxLength(MOST))),
  options: z.optional(options),
});

/** One question, as AuthZEN 1.0 section 6.1 has it. What it says of the resource is not looked at. */
export interface Evaluation {
  readonly subject: {
    readonly type: string;
    readonly id: string;
    readonly properties?: { readonly handle?: string; readonly session_id?: string };
  };
  readonly action: { readonly name: string };
  readonly context?: Context & { readonly activity?: Activity; readonly attention?: Attention };
}

/** How several questions are gone through. */
export type Semantic = 'execute_all' | 'deny_on_first_deny' | 'permit_on_first_permit';

/** Several questions, each still as it was sent. */
export interface Evaluations {
  /** `null`: the request is a single question. */
  readonly evaluations: readonly unknown[] | null;
  readonly semantic: Semantic;
}

type Parsed<Value> = { readonly value: Value } | { readonly problems: readonly BodyProblem[] };

/** Reads one question. */
export function parseEvaluation(value: unknown): Parsed<Evaluation> {
  const parsed = evaluation.safeParse(value, { error: expectation });
  return parsed.success
    ? { value: parsed.data as unknown as Evaluation }
    : { problems: bodyProblems(parsed.error.issues, evaluation) };
}

/** Reads several questions, and hands each what the request says for all (AuthZEN 1.0 section 7.1). */
export function parseEvaluations(value: unknown): Parsed<Evaluations> {
  const parsed = several.safeParse(value, { error: expectation });
  if (!parsed.success) return { problems: bodyProblems(parsed.error.issues, several) };
  const { evaluations, options: chosen } = parsed.data;
  const semantic = chosen?.evaluations_semantic ?? 'execute_all';
  if (evaluations === undefined || evaluations.length === 0) return { value: { evaluations: null, semantic } };
  const { evaluations: _list, options: _options, ...common } = value as Record<string, unknown>;
  return { value: { evaluations: evaluations.map((one) => ({ ...common, ...one })), semantic } };
}
