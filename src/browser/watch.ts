import { NEVER } from '../time/instant.js';
import { quietFor } from './activity.js';
import { asker } from './asker.js';
import { type BrowserHost, thisBrowser } from './host.js';
import type { SessionWatch, WatchOptions } from './options.js';
import type { PageEvent } from './page.js';
import { follow, isWarningNear, type KnownStatus, nextLookIn, phaseAt, type SessionView, UNKNOWN } from './phase.js';
import { sender } from './requests.js';
import { sessionFetch } from './session-fetch.js';
import { readStatusHeader } from './status.js';
import { steadyClock } from './steady-clock.js';
import { tabsOf } from './tabs.js';
import type { Watching } from './watching.js';

/** No event tells of a sleep that ends before a timer fires, so a page looks this often. It costs a comparison. */
const LONGEST_WAIT = 10_000;
/** Somebody who comes back is not to go by what is older. */
const STALE = 30_000;
/** Five minutes: how late a page that only lies there hears of an end elsewhere. */
const POLL = 300_000;
/** A request this soon after an input is that input's doing. */
const JUST_NOW = 1_000;
/** Who said it, the most trusted last. */
const RESPONSE = 0;
const TAB = 1;
const ENDPOINT = 2;

/**
 * Watches the session of this page: what is left of it, by the server's word and a clock that sleep and skew cannot
 * fool, and agreed with every other tab.
 *
 * @example
 * const session = watchSession();
 * session.subscribe(() => show(session.view.phase));
 */
export function watchSession(options: WatchOptions = {}): SessionWatch {
  const watching = watchingOf(options, options.host ?? thisBrowser());
  const { host, now, tabs, listeners } = watching;
  const unwatch = host.page.watch((event) => notice(watching, event));
  tabs.restored();
  look(watching);
  return {
    get view() {
      return watching.view;
    },
    read: () => phaseAt(watching.known, now()),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    extend: () => post(watching, '/extend'),
    signOut: async () => (await post(watching, '/logout')).phase === 'ended',
    refresh: () => refresh(watching),
    fetch: sessionFetch(
      host,
      options.origins,
      () => now() - watching.lastInput <= JUST_NOW && watching.view.phase !== 'warning',
      now,
      (response, askedAt) => hearing(watching, response, askedAt),
    ),
    stop() {
      unwatch();
      tabs.leave();
      watching.cancel?.();
      watching.cancel = null;
    },
  };
}

/** What a response says of the session; nothing new where it says nothing. */
function hearing(watching: Watching, { headers, status }: Response, askedAt: number): void {
  const said = readStatusHeader(headers.get('curfew-session') ?? '') ?? (status === 401 && { state: 'ended' as const });
  learn(watching, { ...watching.known, ...said, askedAt }, RESPONSE);
}

function watchingOf(options: WatchOptions, host: BrowserHost): Watching {
  const now = steadyClock(host.clock);
  const path = options.path ?? '/session';
  const name = `curfew:${path}`;
  const send = sender(host, path, now);
  const watching: Watching = {
    host,
    options,
    now,
    send,
    tabs: tabsOf(host, name, now, (heard) => void learn(watching, heard, TAB)),
    asker: asker(now, host.locks, name, async () => {
      watching.isDoubted = false;
      const isNews = learn(watching, await send('GET', ''), ENDPOINT);
      watching.isDoubted ||= !isNews;
      return isNews;
    }),
    listeners: new Set(),
    known: UNKNOWN,
    isDoubted: false,
    view: UNKNOWN,
    told: null,
    full: 0,
    lastInput: -NEVER,
    lastReport: -NEVER,
    cancel: () => {},
  };
  return watching;
}

/** Compares the time with what is known; asks where that is used up; and looks again in time for the next change. */
function look(watching: Watching): SessionView {
  const { host, known, asker } = watching;
  const at = watching.now();
  const view = phaseAt(known, at);
  if (watching.cancel !== null) {
    watching.cancel();
    const mayAskIn = isAskDue(watching, view, at, watching.options.pollMs ?? POLL) ? asker.mayAskIn() : NEVER;
    if (mayAskIn === 0) void refresh(watching);
    const wait = Math.min(LONGEST_WAIT, nextLookIn(known, at), mayAskIn || NEVER);
    watching.cancel = host.timers.after(Math.ceil(wait), () => look(watching));
    // told is a new answer, another phase, in a warning another second
    const sign = view.phase === 'warning' ? Math.ceil((view.remainingMs as number) / 1_000) : view.phase;
    if (watching.told !== sign) {
      watching.told = sign;
      watching.view = view;
      // one that throws is no reason not to tell the others: its promise is reported as any that nobody handles
      for (const listener of watching.listeners) void (async () => listener())();
    }
  }
  return view;
}

/** Whether what is known is in doubt, used up, or older than somebody who looks should go by. */
function isAskDue({ known, host, isDoubted }: Watching, view: SessionView, at: number, oldest: number): boolean {
  const isSeen = host.page.attention() === 'visible';
  const isOld = isSeen && at - known.askedAt >= oldest;
  return isOld || isDoubted || view.phase === 'unknown' || isWarningNear(known, at);
}

async function refresh(watching: Watching): Promise<SessionView> {
  await watching.asker.ask();
  return look(watching);
}

/**
 * What was said: by the endpoints (then the other tabs are told), by another tab, by a response. A cache may have kept
 * that one: it moves the time where no later answer of the server is known, and nothing else. Where something else is
 * known in the end, the server is asked. `false`: nobody could tell, or it is no news any more.
 */
function learn(watching: Watching, said: KnownStatus | null, from: number): boolean {
  if (said === null) return false;
  const { known } = watching;
  const { askedAt, state } = said;
  const isSame = () => watching.known.state === state && watching.known.tag === said.tag;
  const isNews = askedAt >= known.askedAt && (from > RESPONSE || (isSame() && said.at > known.at));
  if (isNews) {
    watching.known = follow(known, said, watching.now());
    watching.told = null;
    // no more can be left than since the last activity, of which the last report is one
    const left = said.remainingMs as number;
    watching.full =
      state === 'active' ? Math.min(Math.max(watching.full, left), left + askedAt - watching.lastReport) : 0;
    if (from > TAB) watching.tabs.tell(said);
  }
  if (!isSame()) watching.isDoubted = true;
  look(watching);
  return isNews;
}

/** What a person wants. An answer that came too late, or none, says nothing: then the server is asked. */
async function post(watching: Watching, rest: '/extend' | '/logout'): Promise<SessionView> {
  watching.lastReport = watching.now();
  return learn(watching, await watching.send('POST', rest), ENDPOINT) ? look(watching) : refresh(watching);
}

function notice(watching: Watching, event: PageEvent): void {
  const { options, full } = watching;
  // what they do then bears the name of the event
  watching.tabs[event as 'leave']?.();
  const view = look(watching);
  const at = watching.now();
  if (event === 'input') {
    watching.lastInput = at;
    const quiet = options.quietMs ?? quietFor(full);
    // in a warning the person decides with its button; where extending cannot help, nothing is sent
    const isWorth = view.phase === 'active' && view.canExtend && (view.remainingMs as number) <= full - quiet;
    const mayReport = options.reportActivity !== false && at - watching.lastReport >= quiet;
    if (isWorth && mayReport) void post(watching, '/extend');
  }
  if (event === 'restored' || (event === 'wake' && isAskDue(watching, view, at, STALE))) void refresh(watching);
}
