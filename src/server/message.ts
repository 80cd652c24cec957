import type { IncomingMessage } from 'node:http';
import type { HttpRequest } from '../http/request.js';

/** A request as a proxy tells of it: what somebody asked the proxy for. */
export interface Original {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
}

/** A request of Node's, as sessions see it: the one that came here, or the one that a proxy tells of. */
export function requestOf(message: IncomingMessage, original: Original | null = null): HttpRequest {
  const remoteAddress = message.socket.remoteAddress ?? null;
  return {
    method: original?.method ?? message.method ?? 'GET',
    url: original?.url ?? message.url ?? '/',
    header: (name) => headerIn(message, name),
    remoteAddress,
    isGone: remoteAddress === null && message.socket.destroyed,
  };
}

/** Node keeps the first of two credentials; two are none. */
function headerIn(message: IncomingMessage, name: string): string | readonly string[] | undefined {
  const value = message.headers[name];
  return name === 'authorization' && value !== undefined ? message.headersDistinct[name] : value;
}

/** A header that has to come once; `null` if it is missing, or comes twice, and nobody knows which of them is meant. */
export function onlyHeader(message: IncomingMessage, name: string): string | null {
  const value = message.headers[name];
  if (typeof value !== 'string' || value === '') return null;
  if (!value.includes(',')) return value;
  return message.headersDistinct[name]?.length === 1 ? value : null;
}

/** The path of an address, without its query. */
export function pathIn(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
