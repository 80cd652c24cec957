import { type HttpRequest, headerOf } from './request.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether another site may have made a browser send this request, with the cookie of whoever sits there.
 *
 * A browser says where a request comes from (`Sec-Fetch-Site`, which no page can forge); an older one says the origin.
 * The handshake of a WebSocket is a GET that any page may send, and counts as a change.
 *
 * What says neither is no browser, and has no cookie that somebody else could ride on. (OWASP CSRF Prevention Cheat
 * Sheet: Fetch Metadata, with verified origins as the fallback.)
 *
 * @example
 * const header = (name: string) => (name === 'sec-fetch-site' ? 'cross-site' : null);
 * isCrossSite({ method: 'POST', url: '/transfer', header, remoteAddress: null }); // => true
 */
export function isCrossSite(request: HttpRequest, trustedOrigins: readonly string[] = []): boolean {
  if (SAFE.has(request.method.toUpperCase()) && !isUpgrade(request)) return false;
  const origin = headerOf(request, 'origin');
  if (origin !== null && trustedOrigins.includes(origin)) return false;
  const site = headerOf(request, 'sec-fetch-site');
  // `none`: the person typed it. `same-site` is another host, perhaps not ours
  if (site !== null) return site !== 'same-origin' && site !== 'none';
  if (origin === null) return false;
  return hostOf(origin) !== headerOf(request, 'host')?.toLowerCase();
}

function isUpgrade(request: HttpRequest): boolean {
  return headerOf(request, 'upgrade')?.toLowerCase().includes('websocket') === true;
}

/** `null` for `null`, the origin of a sandboxed frame, and for what is none. */
function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}
