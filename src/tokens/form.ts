import { readText } from '../http/read-text.js';
import type { TokenRefusal } from './answers.js';
import { refused } from './refusals.js';

/** A form that was read: each parameter once, none of them empty. */
export type Form = ReadonlyMap<string, string>;

/** Two tokens and a client's assertion take a few kB. */
const LONGEST_BODY = 16_384;
const FORM = /^application\/x-www-form-urlencoded(?:\s*;.*)?$/i;

/** Reads the form of a request, or says what is wrong with it (RFC 6749 section 3.2). */
export async function readForm(request: Request): Promise<Form | TokenRefusal> {
  if (!FORM.test(request.headers.get('content-type') ?? '')) {
    return invalid('Send a form: application/x-www-form-urlencoded.');
  }
  const body = await readText(request, LONGEST_BODY);
  if ('problem' in body) {
    return body.problem === 'too_long'
      ? invalid('The body is too long.', 413)
      : invalid('The body could not be read to its end.');
  }
  const form = new Map<string, string>();
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(body.text)) {
    if (seen.has(name)) return invalid('A parameter was sent more than once.');
    seen.add(name);
    // one without a value counts as left out
    if (value !== '') form.set(name, value);
  }
  return form;
}

/** A refusal of the request itself. */
export function invalid(text: string, status = 400): TokenRefusal {
  return refused(status, 'invalid_request', 'request_invalid', text);
}
