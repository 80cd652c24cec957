import type * as z from 'zod/mini';
import type { Problem } from '../core/errors.js';
import { pointerStep } from '../core/pointer.js';
import { nearest } from './nearest.js';
import { policySchema } from './schema.js';

type Issue = z.core.$ZodIssue;

/** What to write instead, by the code that the schema gives. */
const ADVICE: Readonly<Record<string, string>> = {
  duration_invalid: 'is not a duration: write "15m", "1h30m", "PT15M" or whole milliseconds',
  duration_zero: 'is no time at all: write a duration above zero',
  token_too_short: 'is too short for an access token, which counts whole seconds: write "2s" or more',
  duration_too_long: 'is longer than ten years: write a shorter one, or "unlimited" where a timeout may have none',
  identifier_invalid:
    'is not a name: write 1 to 64 letters, digits, dots, dashes or underscores, starting with a letter or digit',
  signal_invalid: 'is not a signal: write snake_case such as "risk_level", 64 characters at most',
  operation_name_invalid: 'is not an operation: write 1 to 64 characters such as "payment:create"',
  cidr_invalid: 'is not a network: write "203.0.113.0/24", "2001:db8::/32" or a single address',
  network_name_invalid: 'is not a network of the policy: write its name, or a list of names',
  attribute_value_invalid: 'is not a value: write a text, a number or a boolean',
  response_invalid:
    'is not a response: write "observe", "challenge", "end", {"challenge": {"assuranceLevel": "aal2"}} or ' +
    '{"tighten": {"idleTimeout": "2m"}}',
  list_empty: 'is empty: name at least one',
  count_invalid: 'is not a count: write a whole number above zero',
  speed_invalid: 'is not a speed: write kilometres per hour, above zero and at most 1000000',
  text_too_long: 'is too long: write at most 2000 characters',
};

/** Where `"unlimited"` may stand in place of a duration. */
const MAY_BE_UNLIMITED: ReadonlySet<string> = new Set(['/idleTimeout', '/absoluteTimeout']);

const WORDS: Readonly<Record<string, string>> = { array: 'a list', object: 'an object', record: 'an object' };

/** Turns what the schema found into problems with a path, a code and a sentence that says what to write instead. */
export function problemsOf(issues: readonly Issue[], input: unknown): Problem[] {
  const problems = issues.flatMap((issue) => {
    const path = pointer(issue.path);
    const written = valueAt(input, issue.path);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, issue.path));
    if (issue.code === 'invalid_key') return badKey(issue, path);
    return [oneProblem(issue, path, written)];
  });
  // two checks of one value may say the same
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function oneProblem(issue: Issue, path: string, written: unknown): Problem {
  if (written === undefined) return { path, code: 'required', message: `is required: ${expectation(issue, path)}` };
  if (Object.hasOwn(ADVICE, issue.message)) {
    return { path, code: issue.message, message: `\`${shown(written)}\` ${adviceFor(issue.message, path)}` };
  }
  const code = issue.code === 'invalid_value' ? 'value_unknown' : 'type_wrong';
  return { path, code, message: `\`${shown(written)}\` does not fit: ${expectation(issue, path)}` };
}

function badKey(issue: Extract<Issue, { code: 'invalid_key' }>, path: string): Problem[] {
  const key = String(issue.path.at(-1));
  return issue.issues.map(({ message }) => ({
    path,
    code: message,
    message: `\`${shown(key)}\` ${adviceFor(message, path)}`,
  }));
}

function unknownKey(path: string, key: string, at: readonly PropertyKey[]): Problem {
  const known = keysAt(at);
  const hint = nearest(key, known);
  const advice = hint === null ? `known here: ${known.join(', ')}` : `did you mean \`${hint}\`?`;
  return {
    path: `${path}/${pointerStep(key)}`,
    code: 'key_unknown',
    message: `\`${shown(key)}\` is not known here; ${advice}`,
  };
}

function expectation(issue: Issue, path: string): string {
  if (issue.code === 'invalid_value') return `write ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
  if (issue.code === 'invalid_type') return `write ${WORDS[issue.expected] ?? `a ${issue.expected}`}`;
  return adviceFor(issue.message, path).replace(/^is [^:]*: /, '');
}

function adviceFor(code: string, path: string): string {
  const advice = Object.hasOwn(ADVICE, code) ? (ADVICE[code] as string) : 'is not valid here';
  return code === 'duration_invalid' && MAY_BE_UNLIMITED.has(path) ? `${advice}, or "unlimited"` : advice;
}

/** The keys that the schema knows at a place; none where names are free. */
function keysAt(path: readonly PropertyKey[]): string[] {
  const schema = path.reduce<unknown>((at, key) => step(at, key), policySchema);
  return shapes(schema)
    .flatMap((shape) => Object.keys(shape))
    .filter((key) => key !== '$schema');
}

interface Node {
  readonly _zod?: { readonly def: Readonly<Record<string, unknown>> };
}

function step(schema: unknown, key: PropertyKey): unknown {
  const def = definition(schema);
  if (def?.['shape'] !== undefined) return (def['shape'] as Record<PropertyKey, unknown>)[key];
  if (def?.['element'] !== undefined) return def['element'];
  if (def?.['valueType'] !== undefined) return def['valueType'];
  const options = def?.['options'] as readonly unknown[] | undefined;
  return options?.map((option) => step(option, key)).find((found) => found !== undefined);
}

function shapes(schema: unknown): object[] {
  const def = definition(schema);
  if (def?.['shape'] !== undefined) return [def['shape'] as object];
  return ((def?.['options'] as readonly unknown[] | undefined) ?? []).flatMap(shapes);
}

function definition(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const def = (schema as Node | undefined)?._zod?.def;
  return def?.['innerType'] === undefined ? def : definition(def['innerType']);
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key], input);
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${pointerStep(String(key))}`).join('');
}

/** What was written, short enough for one line. */
function shown(value: unknown): string {
  const text = typeof value === 'object' ? written(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** What holds itself cannot be written out. */
function written(value: object | null): string {
  try {
    return JSON.stringify(value);
  } catch {
    return Array.isArray(value) ? '[...]' : '{...}';
  }
}
