import { readText } from '../http/read-text.js';

/** One parameter of a form; or what is wrong with the request. */
export type Parameter =
  | { readonly value: string; readonly refused: null }
  | { readonly value: null; readonly refused: string; readonly status: number };

/** A token of a provider's takes a few kB. */
const LONGEST_BODY = 32_768;
const FORM = /^application\/x-www-form-urlencoded(?:\s*;.*)?$/i;

const TOO_LONG = refused('the body is too long', 413);
const BROKEN = refused('the body could not be read to its end', 400);

/** Reads the one parameter that matters from a form that was posted; others are left alone. */
export async function readParameter(request: Request, name: string): Promise<Parameter> {
  if (request.method !== 'POST') return refused('send it with POST', 405);
  if (!FORM.test(request.headers.get('content-type') ?? '')) return refused('send a form', 400);
  const body = await readText(request, LONGEST_BODY);
  if ('problem' in body) return body.problem === 'too_long' ? TOO_LONG : BROKEN;
  const [value = '', ...more] = new URLSearchParams(body.text).getAll(name);
  if (value === '' || more.length > 0) return refused(`send one ${name}`, 400);
  return { value, refused: null };
}

function refused(problem: string, status: number): Parameter {
  return { value: null, refused: problem, status };
}
