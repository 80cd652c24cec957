/** Reads a body as text; `null` if it is longer than so many bytes, breaks off, or is no UTF-8. */
export async function readBody({ body }: Pick<Request, 'body'>, longest: number): Promise<string | null> {
  if (body === null) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      length += value.length;
      if (length > longest) {
        // nobody waits for the other side to agree
        reader.cancel().catch(() => undefined);
        return null;
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return null;
  }
}

/** Reads a body as JSON; `undefined` if it is none. */
export async function readJsonBody(message: Pick<Request, 'body'>, longest: number): Promise<unknown> {
  const text = await readBody(message, longest);
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
