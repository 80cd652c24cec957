import { readFile } from 'node:fs/promises';
import { EXIT, failure, fileFailure } from './failure.js';
import { type JsonPlaces, positionOf, scanJson, withoutComments } from './json-text.js';
import { readYaml } from './yaml-text.js';

/** Line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A JSON, JSONC or YAML file: what it says, and where. */
export interface DocumentFile {
  readonly path: string;
  readonly document: unknown;
  /** Keys that an object has twice: only the last would count. */
  readonly duplicates: readonly { readonly pointer: string; readonly place: Place }[];
  /** Where a value stands by its JSON pointer, or the nearest thing around it that is there. */
  placeOf(pointer: string): Place;
}

/** More than people write: it would only keep the reader busy. */
const LONGEST = 5_000_000;

/** What a shell calls `<(...)` and `-`: there is no ending to go by, and no second time to read it. */
const NAMELESS = /^(?:-|\/dev\/stdin|\/(?:dev|proc\/(?:self|\d+))\/fd\/\d+)$/;

/**
 * Reads a document by the ending of its file's name: `.yaml` and `.yml`, `.jsonc`, and JSON for any other. Without a
 * name it is JSONC if it begins like that, and YAML if not.
 *
 * @param given what was read already
 */
export async function readDocument(path: string, given?: string): Promise<DocumentFile> {
  const text = given ?? (await readText(path));
  if (text.trim() === '') {
    const problem = { path: '', code: 'file_empty', message: 'is empty', line: 1, column: 1 };
    throw failure(EXIT.usage, `${path} is empty`, [problem]);
  }
  if (text.length > LONGEST) throw failure(EXIT.usage, `${path}: has ${text.length} characters: no policy is so long`);
  const isNameless = NAMELESS.test(path);
  const isYaml = isNameless ? !/^\s*[{[/]/.test(text) : /\.ya?ml$/i.test(path);
  const read = isYaml ? readYaml(text) : readJson(text, isNameless || /\.jsonc$/i.test(path));
  if ('message' in read) {
    const { message } = read;
    const { line, column } = positionOf(text, read.offset);
    const problem = { path: '', code: 'syntax_invalid', message, line, column };
    throw failure(EXIT.usage, `${path}:${line}:${column}: ${message}`, [problem]);
  }
  const { document, values, duplicates } = read;
  return {
    path,
    document,
    duplicates: duplicates.map(({ pointer, offset }) => ({ pointer, place: positionOf(text, offset) })),
    placeOf: (pointer) => positionOf(text, nearestOffset(values, pointer)),
  };
}

function readJson(text: string, hasComments: boolean) {
  const plain = hasComments ? withoutComments(text) : text;
  const places = scanJson(plain);
  return 'message' in places ? places : { ...places, document: JSON.parse(plain) as unknown };
}

async function readText(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\ufeff/, '');
  } catch (error) {
    throw fileFailure(EXIT.usage, path, error);
  }
}

function nearestOffset(values: JsonPlaces['values'], pointer: string): number {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const offset = values.get(at);
    if (offset !== undefined) return offset;
    if (at === '') return 0;
  }
}
