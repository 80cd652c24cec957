import { readText } from '../http/read-text.js';

/** Reads a body as JSON; `undefined` if it is none, or longer than so many bytes. */
export async function readJsonBody(message: Pick<Request, 'body'>, longest: number): Promise<unknown> {
  const body = await readText(message, longest);
  try {
    return 'text' in body ? JSON.parse(body.text) : undefined;
  } catch {
    return undefined;
  }
}
