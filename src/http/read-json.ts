/** A password or a code is shorter; nobody reads a megabyte for a stranger. */
const LONGEST_BODY = 65_536;

/**
 * Reads a body as JSON; `null` if it is none, or longer than 64 kB.
 *
 * @example
 * async function* body() {
 *   yield '{"code":';
 *   yield '"123456"}';
 * }
 * await readJson(body()); // => { code: '123456' }
 */
export async function readJson(chunks: AsyncIterable<Uint8Array | string>): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > LONGEST_BODY) return null;
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  }
  try {
    return JSON.parse(text + decoder.decode());
  } catch {
    return null;
  }
}
