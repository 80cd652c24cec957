import type { BrowserHost } from './host.js';
import type { KnownStatus } from './phase.js';
import { NOTHING, readStatus } from './status.js';

/** Sends a request to one of the session's endpoints. It never throws: `null` means that nobody could tell. */
export type Send = (method: 'GET' | 'POST', rest: '' | '/extend' | '/logout') => Promise<KnownStatus | null>;

/** Whoever waits longer is told nothing, and asks again. */
const PATIENCE = 10_000;

/** `GET /session` and its neighbours. Only what a person presses is a `POST`. */
export function sender(host: BrowserHost, path: string, now: () => number): Send {
  return async (method, rest) => {
    const askedAt = now();
    const headers = { 'curfew-activity': method === 'GET' ? 'background' : 'user' };
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const response = await host.fetch(path + rest, { method, headers, signal, credentials: 'include' });
      // whatever was asked before this moment is answered from before the logout
      if (response.status === 204)
        return { ...NOTHING, state: 'ended', remainingMs: 0, code: 'logout', askedAt: now() };
      const status = response.ok ? readStatus(await response.json()) : null;
      return status && { ...status, askedAt };
    } catch {
      return null;
    }
  };
}
