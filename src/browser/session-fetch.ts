import type { BrowserHost } from './host.js';

/** `fetch`, and whose doing the request is. */
export type SessionFetch = (input: RequestInfo | URL, init?: SessionRequestInit) => Promise<Response>;

export interface SessionRequestInit extends RequestInit {
  /**
   * `true`: a poll, a prefetch, an autosave; it keeps nobody signed in. `false`: a person asked for it. Default: a
   * person, if one did something within the last second and no warning is open.
   */
  readonly background?: boolean;
}

/**
 * Wraps `fetch`: it says whose doing a request is and whether somebody looks. Requests to other origins go as they are:
 * a header of ours would only make them fail.
 *
 * @param hear is given each response that is ours, and when it was asked for.
 */
export function sessionFetch(
  host: BrowserHost,
  origins: readonly string[] = [],
  isPerson: () => boolean,
  now: () => number,
  hear: (response: Response, askedAt: number) => void,
): SessionFetch {
  const { base } = host.page;
  const own = [new URL(base).origin, ...origins];
  // what was made here has no address, and is ours
  const isOwn = ({ url }: Request | Response) => own.includes(new URL(url, base).origin);
  return async (input, { background = !isPerson(), ...init } = {}) => {
    const request = new Request(input, init);
    if (!isOwn(request)) return host.fetch(request);
    const askedAt = now();
    const { headers } = request;
    headers.set('curfew-activity', background ? 'background' : 'user');
    headers.set('curfew-attention', host.page.attention());
    const response = await host.fetch(request);
    // a redirect may have led elsewhere
    if (isOwn(response)) hear(response, askedAt);
    return response;
  };
}
