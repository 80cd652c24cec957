import type * as z from 'zod/mini';
import { pointerStep } from '../core/pointer.js';
import { nearest } from '../policy/nearest.js';

/** A place in what was sent that is not as it should be. */
export interface BodyProblem {
  /** JSON pointer. */
  readonly path: string;
  readonly message: string;
}

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/** A name that somebody made up is repeated no further than this. */
const LONGEST_NAME = 64;
const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** Says what is expected, for `safeParse`. The value itself is not repeated: it may be a secret. */
export function expectation(issue: RawIssue): string {
  if (issue.input === undefined) return 'is required';
  if (issue.code === 'invalid_type') return `must be ${TYPES[issue.expected] ?? `of type ${issue.expected}`}`;
  if (issue.code === 'invalid_value') return `must be ${listed(issue.values.map(String), ' or ')}`;
  if (issue.code === 'too_small' && issue.minimum === 1) return 'must not be empty';
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}${unit(issue.origin)}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}${unit(issue.origin)}`;
  return 'is not what belongs here';
}

/** Problems with their places. A name that is none is told with the one that was likely meant. */
export function bodyProblems(issues: readonly Issue[], schema: unknown): readonly BodyProblem[] {
  return issues.flatMap((issue) => {
    const path = pointer(issue.path);
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    const known = namesAt(schema, issue.path);
    return issue.keys.map((name) => {
      const short = name.slice(0, LONGEST_NAME);
      return { path: `${path}${pointer([short])}`, message: `is not known here: ${advice(short, known)}` };
    });
  });
}

/** What to write in place of a name that is none. */
export function advice(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === null ? `there are ${listed(known, ', ')}` : `did you mean \`${meant}\`?`;
}

export function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${pointerStep(String(key))}`).join('');
}

/** The names that a schema knows at a place. */
export function namesAt(schema: unknown, path: readonly PropertyKey[]): readonly string[] {
  const { shape } = definition(path.reduce(step, schema));
  return Object.keys(shape ?? {}).filter((name) => name !== '$schema');
}

interface Definition {
  readonly innerType?: unknown;
  readonly element?: unknown;
  readonly shape?: Readonly<Record<PropertyKey, unknown>>;
}

function step(schema: unknown, key: PropertyKey): unknown {
  const { shape, element } = definition(schema);
  return shape === undefined ? element : shape[key];
}

function definition(schema: unknown): Definition {
  const def = (schema as { readonly _zod?: { readonly def: Definition } } | undefined)?._zod?.def ?? {};
  return def.innerType === undefined ? def : definition(def.innerType);
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' long' : '';
}

function listed(names: readonly string[], between: string): string {
  return names.map((name) => `\`${name}\``).join(between);
}
