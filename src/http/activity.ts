import { curfewError } from '../core/errors.js';
import type { Activity, Attention } from '../core/session.js';
import { type HttpRequest, headerOf, pathOf } from './request.js';

/** The request header by which a page says who asked, `user` or `background`. */
const ACTIVITY_HEADER = 'curfew-activity';
/** The request header by which a page says whether somebody can see it: `visible`, `hidden`, `locked`. */
const ATTENTION_HEADER = 'curfew-attention';

/** How requests are told apart. */
export interface ActivityOptions {
  /**
   * Paths that are never a person's doing, whatever they claim: `/poll`, or `/poll/*` for all below it too. A slash at
   * the end, upper case and percent-encoding make no difference, as they make none to most routers. Default: none.
   */
  readonly background?: readonly string[];
  /**
   * What a request counts as that carries no mark and is no navigation: a script's, an API client's. Default
   * `background`: a forgotten mark ends a session early, where the contrary would keep one alive for ever.
   */
  readonly unmarked?: Activity;
  /** Your own rule, asked first; `undefined` leaves it to the others. */
  readonly classify?: (request: HttpRequest) => Activity | undefined;
}

/**
 * Whether a person did it. In this order: what the browser fetched ahead is `background`, then `classify`, the listed
 * paths, the page's own mark, navigations that somebody started, and last what `unmarked` says.
 *
 * Only a browser's word is asked for navigations (W3C Fetch Metadata): `Sec-Fetch-User`; in a browser of WebKit's, that
 * never says it, a page of its own; where a browser says nothing at all, the `Accept` that browsers open pages with.
 */
export function activityOf(request: HttpRequest, options: ActivityOptions = {}): Activity {
  if (isAhead(request)) return 'background';
  const own = options.classify?.(request);
  if (own !== undefined) return own;
  if (options.background?.some((pattern) => matchesPath(pattern, pathOf(request)))) return 'background';
  const mark = headerOf(request, ACTIVITY_HEADER);
  if (mark === 'user' || mark === 'background') return mark;
  return isStartedByPerson(request) ? 'user' : (options.unmarked ?? 'background');
}

/** What the page says of its screen; a word that is none says nothing. */
export function attentionOf(request: HttpRequest): Attention | undefined {
  const word = headerOf(request, ATTENTION_HEADER);
  return word === 'visible' || word === 'hidden' || word === 'locked' ? word : undefined;
}

/** Whether a page was asked for, that a browser would show. */
export function isNavigation(request: HttpRequest): boolean {
  const mode = headerOf(request, 'sec-fetch-mode');
  if (mode !== null) return mode === 'navigate';
  return acceptedTypes(request).includes(PAGE) && !isScripted(request);
}

/**
 * Refuses patterns that no path would ever match.
 *
 * @throws an error with code `http_options_invalid`.
 */
export function checkActivity({ background = [] }: ActivityOptions): void {
  const isPattern = (one: unknown) => typeof one === 'string' && /^\/(?:[^*]*|\*|[^*]*\/\*)$/.test(one);
  const message = 'must be a path that begins with `/`, with nothing after it or `/*`';
  const problems = background.flatMap((one, index) =>
    isPattern(one) ? [] : [{ path: `/activity/background/${index}`, code: 'invalid', message }],
  );
  if (problems.length > 0) throw curfewError('http_options_invalid', 'these options are none:', problems);
}

function isStartedByPerson(request: HttpRequest): boolean {
  const mode = headerOf(request, 'sec-fetch-mode');
  if (mode === null) return isOpenedByOldBrowser(request);
  if (mode !== 'navigate') return false;
  const word = headerOf(request, 'sec-fetch-user');
  if (word !== null) return word === '?1';
  return headerOf(request, 'sec-fetch-dest') === 'document' && isWebKit(request);
}

/** WebKit never says `Sec-Fetch-User`, whoever asked. Others' agents name it too, with the name of their own engine. */
function isWebKit(request: HttpRequest): boolean {
  const agent = headerOf(request, 'user-agent') ?? '';
  return agent.includes('AppleWebKit/') && !/Chrom(?:e|ium)\//.test(agent) && headerOf(request, 'sec-ch-ua') === null;
}

const PAGE = 'text/html';
/** Browsers ask for a page and for this beside it; a script that takes HTML seldom does. */
const PAGE_TOO = 'application/xhtml+xml';

function isOpenedByOldBrowser(request: HttpRequest): boolean {
  const types = acceptedTypes(request);
  return types[0] === PAGE && types.includes(PAGE_TOO) && !isScripted(request);
}

/** The media types of `Accept` in their order, without those that are refused by `q=0`. */
function acceptedTypes(request: HttpRequest): readonly string[] {
  const ranges = (headerOf(request, 'accept') ?? '').toLowerCase().split(',');
  return ranges
    .filter((range) => !/;\s*q=0(?:\.0*)?\s*$/.test(range))
    .map((range) => (range.split(';', 1)[0] as string).trim());
}

/** How libraries, and browsers that look ahead, give themselves away where there is no Fetch Metadata. */
const SCRIPTS = ['x-requested-with', 'hx-request', 'turbo-frame', 'x-sec-purpose', 'x-purpose', 'x-moz'];

function isScripted(request: HttpRequest): boolean {
  return SCRIPTS.some((name) => headerOf(request, name) !== null);
}

/** Prefetched or prerendered: nobody has looked at it, and perhaps nobody will. */
function isAhead(request: HttpRequest): boolean {
  const purpose = headerOf(request, 'sec-purpose') ?? headerOf(request, 'purpose');
  return purpose?.startsWith('prefetch') === true;
}

function matchesPath(pattern: string, path: string): boolean {
  const asked = spelt(path);
  if (!pattern.endsWith('/*')) return asked === spelt(pattern);
  const base = spelt(pattern.slice(0, -1));
  return asked === base || asked.startsWith(base);
}

/** One spelling for what routers take for the same path; each ends with a slash. */
function spelt(path: string): string {
  return `${decoded(path).toLowerCase().replace(/\/+$/, '')}/`;
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
