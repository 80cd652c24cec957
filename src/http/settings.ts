import { curfewError } from '../core/errors.js';
import type { Context, Session } from '../core/session.js';
import { deadlines } from '../deadlines.js';
import type { ReauthenticateAnswer } from '../engine/answers.js';
import { missingSession } from '../missing-session.js';
import { type ActivityOptions, checkActivity } from './activity.js';
import { type ClientAddress, clientAddress } from './client-address.js';
import { type SessionCookie, sessionCookie } from './cookie.js';
import { type BearerReader, fromBearer, fromCookie, type Presented, shownIn } from './credential.js';
import type { HttpOptions, Pages, SessionKeeper } from './options.js';
import type { RefusalOptions } from './refusal.js';
import { type AppendHeader, type HttpRequest, headerOf } from './request.js';
import { warnOnConsole } from './warning.js';

/** Options, read: what every request goes by. */
export interface Settings<Operation extends string = string> {
  readonly engine: SessionKeeper<Operation>;
  readonly cookie: SessionCookie | null;
  readonly activity: ActivityOptions;
  readonly pages: Pages;
  readonly words: RefusalOptions;
  readonly statusHeader: boolean;
  readonly contextOf: (request: HttpRequest) => Context;
  readonly presentedBy: (request: HttpRequest) => Promise<Presented>;
  /** What there is to say where nothing was presented. */
  readonly nobody: () => ReauthenticateAnswer & { readonly effect: 'deny' };
  /** Tells the client to forget: at a logout only. */
  readonly forget: (append: AppendHeader) => void;
  /** Warns, once, of a session that nobody seems to use. */
  readonly watchMarks: (session: Session) => void;
}

/** A user agent is kept with the session: what is longer says no more. */
const LONGEST_USER_AGENT = 256;

/**
 * Reads the options.
 *
 * @throws an error with code `http_options_invalid` that says which one is wrong.
 */
export function readSettings<Operation extends string>(options: HttpOptions<Operation>): Settings<Operation> {
  const { engine, activity = {}, pages = {}, bearer = false, statusHeader = true } = options;
  if (typeof engine?.access !== 'function') throw invalid('/engine', 'must be an engine, made by createEngine');
  const isElsewhere = engine.presented !== undefined;
  const cookie = options.cookie === false || isElsewhere ? null : sessionCookie(options.cookie);
  if (cookie === null && bearer === false && !isElsewhere)
    throw invalid('/cookie', 'without a cookie, `bearer` must be on');
  checkActivity(activity);
  const { realm, acrValues, problemType } = options;
  const words = { ...(realm && { realm }), ...(acrValues && { acrValues }), ...(problemType && { problemType }) };
  const forgotten = options.clearSiteData ?? ['cache', 'storage'];
  return {
    engine,
    cookie,
    activity,
    pages,
    words,
    statusHeader,
    contextOf: contextReader(clientAddress(options.trustProxies ?? []), options.context),
    presentedBy: async (request) => engine.presented?.(request) ?? presentedBy(request, cookie, bearer),
    nobody: () => ({
      ...missingSession({ type: 'access', at: engine.now(), activity: 'background' }),
      handle: null,
    }),
    forget(append) {
      if (cookie !== null) append('Set-Cookie', cookie.clear());
      if (forgotten.length > 0) append('Clear-Site-Data', forgotten.map((kind) => `"${kind}"`).join(', '));
      append('Cache-Control', 'no-store');
    },
    watchMarks: markWatcher(engine, options.warn ?? warnOnConsole),
  };
}

/** One way to show a session at a time: with two, which of them was meant is a guess (RFC 6750 section 2). */
async function presentedBy(
  request: HttpRequest,
  cookie: SessionCookie | null,
  bearer: boolean | BearerReader,
): Promise<Presented> {
  const byToken: Presented =
    bearer === false ? { kind: 'none' } : await fromBearer(request, bearer === true ? null : bearer);
  if (cookie === null) return byToken;
  const byCookie = fromCookie(request, cookie.name);
  if (byToken.kind === 'none') return byCookie;
  if (byCookie.kind === 'none') return byToken;
  const together = 'a cookie and a token were sent together: send one';
  const detail = byToken.kind === 'malformed' ? byToken.detail : together;
  return { kind: 'malformed', detail, shown: [...shownIn(byToken), ...shownIn(byCookie)] };
}

function contextReader(addressOf: ClientAddress, own: HttpOptions['context']): (request: HttpRequest) => Context {
  return (request) => {
    const ip = addressOf(request);
    const userAgent = headerOf(request, 'user-agent')?.slice(0, LONGEST_USER_AGENT);
    return { ...(ip !== null && { ip }), ...(userAgent && { userAgent }), ...own?.(request) };
  };
}

/** A page whose requests carry no mark would throw people out under their hands; who runs it should hear of it. */
function markWatcher(engine: SessionKeeper, warn: (message: string) => void): (session: Session) => void {
  let hasWarned = false;
  return (session) => {
    if (hasWarned || session.lastActivityAt > session.createdAt) return;
    const { idle } = deadlines(engine.policy(), session);
    const halfway = session.lastActivityAt + (idle - session.lastActivityAt) / 2;
    if (engine.now() < halfway) return;
    hasWarned = true;
    warn(
      'curfew: half of the idle timeout has passed in a session that sends requests, and none of them counts as ' +
        "a person's. If people use it, mark what they do with the header `Curfew-Activity: user`, or see `activity`.",
    );
  };
}

function invalid(path: string, message: string): Error {
  return curfewError('http_options_invalid', 'these options are none:', [{ path, code: 'invalid', message }]);
}
