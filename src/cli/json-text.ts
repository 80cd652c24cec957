import { pointerStep } from '../core/pointer.js';
/** Where things are in a JSON text. */
export interface JsonPlaces {
  /** Offset of each value by its JSON pointer; `''` is the whole. */
  readonly values: ReadonlyMap<string, number>;
  /** Keys that an object has twice. `JSON.parse` would silently take the last. */
  readonly duplicates: readonly { readonly pointer: string; readonly offset: number }[];
}

/** The first place where a text stops being JSON. */
export interface JsonFault {
  readonly offset: number;
  /** What is wrong there. */
  readonly message: string;
}

interface Scan {
  readonly text: string;
  readonly values: Map<string, number>;
  readonly duplicates: { pointer: string; offset: number }[];
  at: number;
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const DEEPEST = 500;

/**
 * Finds out where each value of a JSON text stands, or where the text goes wrong.
 *
 * `JSON.parse` names no place in some of its messages, and says it differently in each version.
 */
export function scanJson(text: string): JsonPlaces | JsonFault {
  const scan: Scan = { text, values: new Map(), duplicates: [], at: 0 };
  const fault = value(scan, '', 0) ?? (skipSpace(scan) < text.length ? faultAt(scan, 'expected nothing more') : null);
  return fault ?? { values: scan.values, duplicates: scan.duplicates };
}

/** A JSON pointer one key longer. */
export function pointerWith(pointer: string, key: string): string {
  return `${pointer}/${pointerStep(key)}`;
}

const STRING_OR_COMMENT = /"(?:\\.|[^"\\])*"|\/\/[^\n\r]*|\/\*[\s\S]*?\*\//g;
const STRING_OR_TRAILING_COMMA = /"(?:\\.|[^"\\])*"|,(?=\s*[}\]])/g;

/** JSONC as JSON: comments and trailing commas become blanks, so that everything else stays where it is. */
export function withoutComments(text: string): string {
  const blank = (part: string) => (part.startsWith('"') ? part : part.replace(/[^\n\r]/g, ' '));
  return text.replace(STRING_OR_COMMENT, blank).replace(STRING_OR_TRAILING_COMMA, blank);
}

/** JSONC as YAML in the form of JSON: each line of a comment gets the sign that YAML has for it. */
export function commentsAsYaml(text: string): string {
  return text.replace(STRING_OR_COMMENT, (part) => {
    if (part.startsWith('"')) return part;
    if (part.startsWith('//')) return `#${part.slice(2)}`;
    return `#${part.slice(2, -2).replace(/\n\s*\*?/g, '\n#')}\n`;
  });
}

/** Line and column of an offset, both from 1. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: before.length, column: (before.at(-1) as string).length + 1 };
}

function value(scan: Scan, pointer: string, depth: number): JsonFault | null {
  skipSpace(scan);
  scan.values.set(pointer, scan.at);
  const first = scan.text[scan.at];
  if (depth > DEEPEST) return faultAt(scan, 'nested too deeply');
  if (first === '{') return members(scan, pointer, depth);
  if (first === '[') return elements(scan, pointer, depth);
  const isRead = take(scan, STRING) !== null || take(scan, NUMBER) !== null || take(scan, WORD) !== null;
  return isRead ? null : faultAt(scan, 'expected a value');
}

function members(scan: Scan, pointer: string, depth: number): JsonFault | null {
  const seen = new Set<string>();
  return items(scan, '}', () => {
    skipSpace(scan);
    const offset = scan.at;
    const text = take(scan, STRING);
    if (text === null) return faultAt(scan, 'expected a key in double quotes');
    const key: string = JSON.parse(text);
    const path = pointerWith(pointer, key);
    if (seen.has(key)) scan.duplicates.push({ pointer: path, offset });
    seen.add(key);
    if (scan.text[skipSpace(scan)] !== ':') return faultAt(scan, 'expected a colon');
    scan.at++;
    return value(scan, path, depth + 1);
  });
}

function elements(scan: Scan, pointer: string, depth: number): JsonFault | null {
  let index = 0;
  return items(scan, ']', () => value(scan, `${pointer}/${index++}`, depth + 1));
}

/** Items between commas, up to a closing bracket. */
function items(scan: Scan, close: string, item: () => JsonFault | null): JsonFault | null {
  scan.at++;
  if (scan.text[skipSpace(scan)] === close) {
    scan.at++;
    return null;
  }
  for (;;) {
    const fault = item();
    if (fault !== null) return fault;
    const next = scan.text[skipSpace(scan)];
    if (next !== ',' && next !== close) return faultAt(scan, `expected a comma or ${close}`);
    const comma = scan.at++;
    if (next === close) return null;
    if (scan.text[skipSpace(scan)] === close)
      return { offset: comma, message: `expected no comma before the closing ${close}` };
  }
}

function take(scan: Scan, pattern: RegExp): string | null {
  pattern.lastIndex = scan.at;
  const match = pattern.exec(scan.text)?.[0] ?? null;
  if (match !== null) scan.at += match.length;
  return match;
}

function skipSpace(scan: Scan): number {
  take(scan, SPACE);
  return scan.at;
}

function faultAt({ text, at }: Scan, expected: string): JsonFault {
  const rest = text.slice(at);
  if (rest === '') return { offset: at, message: `${expected}, but the file ends` };
  if (rest.startsWith('//') || rest.startsWith('/*'))
    return { offset: at, message: `${expected}: JSON has no comments: take this one out, or call the file .jsonc` };
  if (rest.startsWith("'")) return { offset: at, message: `${expected}: JSON has double quotes only` };
  if (rest.startsWith('"'))
    return { offset: at, message: `${expected}, found a text${isWhole(text, at) ? '' : ' that is not closed'}` };
  return { offset: at, message: `${expected}, found \`${/^(?:[\w$.-]{1,20}|.)/su.exec(rest)?.[0] ?? ''}\`` };
}

function isWhole(text: string, at: number): boolean {
  STRING.lastIndex = at;
  return STRING.test(text);
}
