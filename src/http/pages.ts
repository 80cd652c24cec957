import type { Effect } from '../core/decision.js';
import { isNavigation } from './activity.js';
import { localPath } from './local-path.js';
import type { Pages } from './options.js';
import type { Refusal } from './refusal.js';
import { type HttpRequest, pathOf } from './request.js';

/** Where a person who asked for a page is sent, in place of a refusal that only programs read. */
export function redirectFor(pages: Pages, request: HttpRequest, refusal: Refusal, effect: Effect): Refusal {
  const page = effect === 'challenge' ? (pages.stepUp ?? pages.signIn) : pages.signIn;
  if (page === undefined || refusal.status !== 401 || !isNavigation(request)) return refusal;
  // a page that leads to itself would do so for ever
  if (page.startsWith('/') && pathOf({ url: page }) === pathOf(request)) return refusal;
  const query = new URLSearchParams({ reason: refusal.code });
  const back = returnPath(request);
  if (back !== null) query.set('return_to', back);
  const [, before = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(page) ?? [];
  const location = `${before}${before.includes('?') ? '&' : '?'}${query}${fragment}`;
  const kept = refusal.headers.filter(([name]) => name === 'cache-control');
  // 303, so that what was a POST comes as a GET (RFC 9110 section 15.4.4)
  return { ...refusal, status: 303, headers: [...kept, ['location', location]], body: '' };
}

/** A page of this site that can be asked for again. */
function returnPath({ method, url }: HttpRequest): string | null {
  if (method.toUpperCase() !== 'GET') return null;
  return localPath(url.startsWith('/') ? url : pathAndQuery(url));
}

function pathAndQuery(url: string): string | null {
  try {
    const { pathname, search } = new URL(url);
    return pathname + search;
  } catch {
    return null;
  }
}
