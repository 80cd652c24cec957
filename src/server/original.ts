import type { IncomingMessage } from 'node:http';
import { type Original, onlyHeader } from './message.js';

/**
 * How the proxy in front tells what was asked of it. One at a time: a header that this proxy does not write is written
 * by whoever sends the request, and nobody would take it out.
 */
export type ProxyKind = 'nginx' | 'envoy' | 'traefik';

/** Where the proxies ask. Envoy puts the path that it was asked for behind it. */
export const AUTH_PATH = '/auth';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}$/;
/** Longer than what the proxies themselves take. */
const LONGEST_URL = 16_384;

const READERS: Readonly<Record<ProxyKind, (message: IncomingMessage) => Original | null>> = {
  nginx: (message) => told(onlyHeader(message, 'x-original-method'), onlyHeader(message, 'x-original-uri')),
  traefik: (message) => told(onlyHeader(message, 'x-forwarded-method'), onlyHeader(message, 'x-forwarded-uri')),
  envoy: ({ method = '', url = '' }) => told(method, behindPrefix(url)),
};

/** What was asked of the proxy; `null` if it does not say, or says two things. */
export function originalOf(kind: ProxyKind, message: IncomingMessage): Original | null {
  return READERS[kind](message);
}

function told(method: string | null, url: string | null): Original | null {
  if (method === null || url === null || !TOKEN.test(method)) return null;
  return url.startsWith('/') && url.length <= LONGEST_URL ? { method, url } : null;
}

function behindPrefix(url: string): string {
  const rest = url.slice(AUTH_PATH.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
