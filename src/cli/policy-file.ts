import { readFile } from 'node:fs/promises';
import type { CurfewError, Problem } from '../core/errors.js';
import type { Policy } from '../core/policy.js';
import { definePolicy } from '../policy/define.js';
import type { PolicyDocument } from '../policy/document.js';
import { EXIT, failure, fileFailure } from './failure.js';
import { type JsonPlaces, positionOf, scanJson } from './json-text.js';
import type { Paint } from './terminal.js';

/** Reads a policy file. What is wrong with it is told with file, line and column. */
export async function readPolicy(path: string, paint: Paint): Promise<Policy> {
  const text = await readText(path);
  const places = scanJson(text);
  if ('message' in places) throw failure(EXIT.usage, `${placeIn(path, text, places.offset)}: ${places.message}`);
  const twice = places.duplicates.map(({ pointer }) => ({
    path: pointer,
    code: 'key_duplicate',
    message: 'is written twice: only the last would count, so take one out',
  }));
  if (twice.length > 0) throw policyFailure(path, text, places, twice, paint);
  try {
    return definePolicy(JSON.parse(text) as PolicyDocument);
  } catch (error) {
    const { code, problems } = error as Partial<CurfewError>;
    if (code !== 'policy_invalid' || problems === undefined) throw error;
    throw policyFailure(path, text, places, problems, paint);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\ufeff/, '');
  } catch (error) {
    throw fileFailure(EXIT.usage, path, error);
  }
}

function policyFailure(path: string, text: string, places: JsonPlaces, problems: readonly Problem[], paint: Paint) {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  const lines = problems.map((problem) => {
    const place = placeIn(path, text, offsetOf(places, problem));
    const field = problem.path === '' ? '' : `${paint.bold(problem.path)}\n    `;
    return `\n  ${paint.dim(`${place}:`)} ${field}${problem.message}`;
  });
  return failure(EXIT.usage, `${path} cannot be used: ${count}\n${lines.join('\n')}\n`);
}

/** Where the value of a problem stands, or the nearest thing around it that is there. */
function offsetOf({ values, duplicates }: JsonPlaces, { path, code }: Problem): number {
  const duplicate = code === 'key_duplicate' ? duplicates.find(({ pointer }) => pointer === path) : undefined;
  if (duplicate !== undefined) return duplicate.offset;
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const offset = values.get(at);
    if (offset !== undefined) return offset;
    if (at === '') return 0;
  }
}

function placeIn(path: string, text: string, offset: number): string {
  const { line, column } = positionOf(text, offset);
  return `${path}:${line}:${column}`;
}
