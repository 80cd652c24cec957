/** One parameter of a form; or what is wrong with the request. */
export type Parameter =
  | { readonly value: string; readonly refused: null }
  | { readonly value: null; readonly refused: string; readonly status: number };

/** A token of a provider's takes a few kB. */
const LONGEST_BODY = 32_768;
const FORM = /^application\/x-www-form-urlencoded(?:\s*;.*)?$/i;

/** Reads the one parameter that matters from a form that was posted; others are left alone. */
export async function readParameter(request: Request, name: string): Promise<Parameter> {
  if (request.method !== 'POST') return refused('send it with POST', 405);
  if (!FORM.test(request.headers.get('content-type') ?? '')) return refused('send a form', 400);
  const text = await readText(request).catch(() => refused('the body could not be read to its end', 400));
  if (typeof text !== 'string') return text;
  const [value = '', ...more] = new URLSearchParams(text).getAll(name);
  if (value === '' || more.length > 0) return refused(`send one ${name}`, 400);
  return { value, refused: null };
}

async function readText(request: Request): Promise<string | Parameter> {
  if (request.body === null) return '';
  const reader = request.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > LONGEST_BODY) {
      // nobody waits for the other side to agree
      reader.cancel().catch(() => undefined);
      return refused('the body is too long', 413);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function refused(problem: string, status: number): Parameter {
  return { value: null, refused: problem, status };
}
