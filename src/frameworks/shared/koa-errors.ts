import type { HeaderLine } from '../../http/index.js';

/** What of a context of Koa's answers an error. */
interface Failing {
  onerror(error: unknown): unknown;
}

/**
 * Koa takes every header off a response that becomes an error, but for those that the error names: a login or a new
 * handle would be lost with it. So the error of this request names what was added.
 */
export function keepOnError(context: Failing): (name: string, value: string) => void {
  const lines: HeaderLine[] = [];
  const answer = context.onerror;
  context.onerror = (error) => {
    const isNothing = error === null || error === undefined;
    const told =
      typeof error === 'object' || isNothing ? error : new Error('something else was thrown', { cause: error });
    if (!isNothing && lines.length > 0) {
      const { headers: before = {} } = told as { readonly headers?: Readonly<Record<string, unknown>> };
      Reflect.set(told as object, 'headers', { ...before, ...headersOf(lines) });
    }
    return answer.call(context, told);
  };
  return (name, value) => void lines.push([name, value]);
}

function headersOf(lines: readonly HeaderLine[]): Readonly<Record<string, string | readonly string[]>> {
  const cookies = lines.filter(([name]) => name === 'Set-Cookie').map(([, value]) => value);
  return { ...Object.fromEntries(lines), ...(cookies.length > 0 && { 'Set-Cookie': cookies }) };
}
