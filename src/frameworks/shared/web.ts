import { type EndpointAnswer, type HeaderLine, type HttpRequest, readJson } from '../../http/index.js';

/** A standard `Request`, as sessions see it. `native` is what the framework calls it. */
export function fromWeb(request: Request, remoteAddress: string | null | undefined, native: unknown): HttpRequest {
  return {
    method: request.method,
    url: request.url,
    header: (name) => request.headers.get(name),
    remoteAddress: remoteAddress ?? null,
    native,
  };
}

/** A standard `Response` that says this. */
export function toWeb({ status, headers, body }: EndpointAnswer, method: string): Response {
  const isEmpty = body === '' || method.toUpperCase() === 'HEAD';
  return withLines(new Response(isEmpty ? null : body, { status }), headers);
}

/**
 * The response with header lines added: cookies stand beside its own, anything else takes the place of its namesake.
 * A new one, because the headers of some cannot be changed, and because the app may give the same one to everybody.
 */
export function withLines(response: Response, lines: readonly HeaderLine[]): Response {
  // a switch of protocols, or an error of the network, is nothing that can be made anew
  if (lines.length === 0 || response.status < 200) return response;
  const next = new Response(response.body, response);
  for (const [name, value] of lines) {
    if (name.toLowerCase() === 'set-cookie') next.headers.append(name, value);
    else next.headers.set(name, value);
  }
  return next;
}

/** The body as JSON; `null` if it is none, or was read by somebody else. */
export async function jsonOf(request: Request): Promise<unknown> {
  const { body } = request;
  if (body === null || request.bodyUsed) return null;
  // a body that is too long is left where it is: to cancel it could cut the connection before the answer
  return readJson((body as unknown as Streamed).values({ preventCancel: true }));
}

interface Streamed {
  values(options: { readonly preventCancel: boolean }): AsyncIterable<Uint8Array>;
}
