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

/** Reads a document by the ending of its file's name: `.yaml` and `.yml`, `.jsonc`, and JSON for any other. */
export async function readDocument(path: string): Promise<DocumentFile> {
  const text = await readText(path);
  const read = /\.ya?ml$/i.test(path) ? readYaml(text) : readJson(text, /\.jsonc$/i.test(path));
  if ('message' in read) {
    const { line, column } = positionOf(text, read.offset);
    throw failure(EXIT.usage, `${path}:${line}:${column}: ${read.message}`);
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
