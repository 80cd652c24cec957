/** A body as text, or why there is none: it is too long, or it broke off, or is no UTF-8. */
export type BodyText = { readonly text: string } | { readonly problem: 'too_long' | 'broken' };

/** Reads a body of at most so many bytes. What is longer is read no further. */
export async function readText({ body }: Pick<Request, 'body'>, longest: number): Promise<BodyText> {
  if (body === null) return { text: '' };
  const reader = body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text: text + decoder.decode() };
      length += value.length;
      if (length > longest) {
        // nobody waits for the other side to agree
        reader.cancel().catch(() => undefined);
        return { problem: 'too_long' };
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return { problem: 'broken' };
  }
}
