import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeaderLine, HttpRequest } from 'curfew/http';

/** What is answered, whatever made it. */
export interface Reply {
  readonly status: number;
  readonly headers: readonly HeaderLine[];
  readonly body: string | Uint8Array;
}

/** A node request, as Curfew sees it. */
export function httpRequestOf(message: IncomingMessage): HttpRequest {
  return {
    method: message.method ?? 'GET',
    url: message.url ?? '/',
    header: (name) => message.headers[name],
    remoteAddress: message.socket.remoteAddress ?? null,
  };
}

export function json(value: object, status = 200): Reply {
  const headers: HeaderLine[] = [
    ['content-type', 'application/json'],
    ['cache-control', 'no-store'],
  ];
  return { status, headers, body: JSON.stringify(value) };
}

/** A refusal of the demo's own, in the form that Curfew's have. */
export function problem(status: number, code: string, detail: string, more: object = {}): Reply {
  const headers: HeaderLine[] = [
    ['content-type', 'application/problem+json'],
    ['cache-control', 'no-store'],
  ];
  return { status, headers, body: JSON.stringify({ status, code, detail, ...more }) };
}

/** Nothing from elsewhere: the page brings along all that it needs. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.statusCode = status;
  response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  for (const [name, value] of headers) {
    // what the session has to say comes as lines of their own; the rest is said once
    if (name.toLowerCase() === 'set-cookie') response.appendHeader(name, value);
    else response.setHeader(name, value);
  }
  response.end(body);
}
