import { scanJson, withoutComments } from '../../src/cli/json-text.js';
import type { CurfewError } from '../../src/core/errors.js';
import type { Policy } from '../../src/core/policy.js';
import { parsePolicy } from '../../src/policy/define.js';

/** Something that is wrong, and where in the text. */
export interface Trouble {
  readonly from: number;
  readonly to: number;
  /** JSON pointer; `''` for the whole, or where the text is no JSON. */
  readonly path: string;
  readonly message: string;
}

/** What a text is: a policy, or what keeps it from being one. */
export type ReadPolicy =
  | { readonly policy: Policy; readonly troubles: readonly [] }
  | { readonly policy: null; readonly troubles: readonly Trouble[] };

/** Reads a policy that somebody is writing: JSON with comments and trailing commas. */
export function readPolicy(text: string): ReadPolicy {
  const plain = withoutComments(text);
  const places = scanJson(plain);
  if ('message' in places) {
    const { offset, message } = places;
    const told = isYaml(plain) ? 'this looks like YAML: write JSON or JSONC here' : message;
    return failed([{ from: offset, to: Math.min(text.length, offset + 1), path: '', message: told }]);
  }
  const twice = places.duplicates.map(({ pointer, offset }) => ({
    ...{ from: offset, to: endOf(plain, offset), path: pointer },
    message: 'is written twice: only the last would count, so take one out',
  }));
  if (twice.length > 0) return failed(twice);
  try {
    return { policy: parsePolicy(JSON.parse(plain)), troubles: [] };
  } catch (error) {
    const { problems = [] } = error as Partial<CurfewError>;
    const told = problems.map(({ path, code, message }) => {
      const place = placeOf(plain, places.values, path);
      return { ...(code === 'key_unknown' ? keyBefore(plain, place) : place), path, message };
    });
    return failed(told.length > 0 ? told : [{ from: 0, to: 1, path: '', message: String(error) }]);
  }
}

function failed(troubles: readonly Trouble[]): ReadPolicy {
  return { policy: null, troubles };
}

/** Whether somebody pasted YAML: a key with a colon at the beginning of a line, and no brace around it. */
function isYaml(text: string): boolean {
  return /^(?:---|\s*[\w$"'-]+\s*:\s)/.test(text.trimStart().replace(/^(?:#[^\n]*\s*)+/, ''));
}

type Place = Pick<Trouble, 'from' | 'to'>;

/** The key of a value: what is wrong with a key is marked there. */
function keyBefore(text: string, value: Place): Place {
  const keys = [...text.slice(0, value.from).matchAll(/"(?:\\.|[^"\\\n])*"/g)];
  const last = keys.at(-1);
  return last === undefined ? value : { from: last.index, to: last.index + last[0].length };
}

/** The value at a pointer, or the nearest thing around it that is there. */
function placeOf(text: string, values: ReadonlyMap<string, number>, pointer: string): Place {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const from = values.get(at);
    if (from !== undefined) return { from, to: endOf(text, from) };
    if (at === '') return { from: 0, to: Math.min(1, text.length) };
  }
}

const TOKEN = /"(?:\\.|[^"\\\n])*"?|[\w.+-]+|./suy;

/** Where the token ends that begins here: a mark over a whole object would hide what is in it. */
function endOf(text: string, from: number): number {
  TOKEN.lastIndex = from;
  return from + (TOKEN.exec(text)?.[0].length ?? 0);
}
