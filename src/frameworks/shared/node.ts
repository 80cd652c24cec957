import type { EndpointAnswer, HttpRequest } from '../../http/index.js';
import { readJson } from '../../http/index.js';
import { hasHungUp, type NodeSocket } from './connection.js';

/** What of a request of Node's is looked at, HTTP/2 and frameworks that extend it included. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The address before a router shortened it; Express and Connect have it. */
  readonly originalUrl?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly headersDistinct?: Readonly<Record<string, readonly string[] | undefined>>;
  readonly socket?: NodeSocket | null;
  /** What a parser has made of the body. */
  readonly body?: unknown;
}

/** What of a response of Node's is used. */
export interface NodeResponse {
  readonly headersSent: boolean;
  statusCode: number;
  getHeader(name: string): number | string | readonly string[] | undefined;
  setHeader(name: string, value: string | readonly string[]): unknown;
  end(body: string): unknown;
}

/** The whole address, whatever a router has left of it. */
export function urlOf({ originalUrl, url = '/' }: NodeRequest): string {
  return originalUrl ?? url;
}

/** A request of Node's, as sessions see it. `native` is what the framework calls it. */
export function fromNode(request: NodeRequest, native: unknown): HttpRequest {
  return {
    method: request.method ?? 'GET',
    url: urlOf(request),
    header: (name) => headerIn(request, name),
    remoteAddress: request.socket?.remoteAddress ?? null,
    isGone: hasHungUp(request.socket),
    native,
  };
}

function headerIn({ headers, headersDistinct }: NodeRequest, name: string): string | readonly string[] | undefined {
  // HTTP/2 calls it `:authority`
  if (name === 'host') return headers['host'] ?? headers[':authority'];
  // Node keeps the first of two; other runtimes join them, and two are none
  if (name === 'authorization') return headersDistinct?.[name] ?? headers[name];
  return headers[name];
}

/** Adds a header line, while there is time. A cookie stands beside others; anything else takes its namesake's place. */
export function addLine(response: NodeResponse, name: string, value: string): void {
  if (response.headersSent) return;
  const before = name.toLowerCase() === 'set-cookie' ? response.getHeader(name) : undefined;
  if (before === undefined) response.setHeader(name, value);
  else response.setHeader(name, [...(Array.isArray(before) ? before : [String(before)]), value]);
}

/** Answers in place of the route. Where somebody has answered already, there is nothing left to say. */
export function sendAnswer(response: NodeResponse, { status, headers, body }: EndpointAnswer): void {
  if (response.headersSent) return;
  response.statusCode = status;
  for (const [name, value] of headers) addLine(response, name, value);
  response.end(body);
}

/** The body as JSON: what a parser made of it, else read here. */
export async function bodyOf(request: NodeRequest, parsed: unknown = request.body): Promise<unknown> {
  if (parsed !== undefined) return parsed;
  const stream = request as unknown as Readable;
  // to destroy the rest of a body that is too long would cut the connection before the answer; it is let run dry
  const read = await readJson(stream.iterator({ destroyOnReturn: false }));
  stream.resume();
  return read;
}

interface Readable {
  iterator(options: { readonly destroyOnReturn: boolean }): AsyncIterable<Uint8Array | string>;
  resume(): unknown;
}
