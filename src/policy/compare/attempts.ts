import type { AccessEvent, ReauthenticatedEvent, SessionEvent } from '../../core/event.js';
import type { Attention, Context, Requested } from '../../core/session.js';
import type { Login } from '../../start-session.js';
import type { Duration } from '../../time/duration.js';
import { type Instant, NEVER } from '../../time/instant.js';
import type { Attempt, Pair } from './comparison.js';
import { type Measure, measured, type Raised } from './limits.js';
import { ANYWHERE, type Place } from './places.js';
import { addressIn } from './regions.js';

/** An example longer than this helps nobody. */
const MOST_EVENTS = 2_000;
const MINUTE = 60_000;

/** A login at 0 at a place, as strong as can be: what it lacks is not what the example is about. */
export function loginAt(place: Place, requested: Requested | null = null): Login {
  const context = contextAt(place);
  return {
    id: 'example',
    subject: 'somebody',
    at: 0,
    assuranceLevel: 'aal3',
    ...(Object.keys(place.attributes).length > 0 && { attributes: place.attributes }),
    ...(context !== null && { context }),
    ...(requested !== null && { requested }),
  };
}

function contextAt({ region }: Place): Context | null {
  return region === null ? null : { ip: addressIn(region) };
}

/** A person's request from a place. */
export function accessAt(at: Instant, place: Place = ANYWHERE, attention: Attention = 'visible'): AccessEvent {
  const context = contextAt(place);
  return {
    type: 'access',
    at,
    activity: 'user',
    ...(context !== null && { context }),
    ...(attention !== 'visible' && { attention }),
  };
}

/** The strongest authentication, from a place. */
export function reauthenticatedAt(at: Instant, place: Place = ANYWHERE): ReauthenticatedEvent {
  const context = contextAt(place);
  return { type: 'reauthenticated', at, assuranceLevel: 'aal3', ...(context !== null && { context }) };
}

/** How a session is kept alive. */
interface Keeping {
  readonly raised?: Raised | null;
  /** Whether the person may authenticate again meanwhile. Default: where a policy asks for it. */
  readonly mayProve?: boolean;
}

/** What keeps a session alive under both policies up to an instant; `null` where that would take too many events. */
export function keptAlive(pair: Pair, place: Place, until: Instant, keeping: Keeping = {}): SessionEvent[] | null {
  const { raised = null, mayProve = true } = keeping;
  const both = [pair.before.reauthentication, pair.after.reauthentication];
  const idle = shortestOf(pair, { limit: 'idleTimeout', kind: 'plain' }, place, raised);
  const after = mayProve ? Math.min(...both.map((one) => one.after)) : NEVER;
  const isProven = after <= until;
  const isActive = idle <= until && !(isProven && both.every(({ resetsIdle }) => resetsIdle));
  const step = Math.min(withMargin(idle), withMargin(after));
  if (until / step > MOST_EVENTS) return null;
  const events: SessionEvent[] = [];
  for (let at = step; at < until; at += step) {
    if (isProven) events.push(reauthenticatedAt(at, place));
    if (isActive) events.push(accessAt(at, place));
  }
  return events;
}

/** A session that does nothing more than stay alive, and then `last`. */
export function staysUntil(
  pair: Pair,
  login: Login,
  last: readonly SessionEvent[],
  mayProve = true,
): readonly Attempt[] {
  const [first] = last;
  const alive = first === undefined ? null : keptAlive(pair, ANYWHERE, first.at, { mayProve });
  return alive === null ? [] : [{ login, events: [...alive, ...last] }];
}

function shortestOf(pair: Pair, measure: Measure, place: Place, raised: Raised | null): Duration {
  const { before, after } = measured(pair, measure, place, raised);
  return Math.min(before, after);
}

/** A little less, and as round as can be: a minute before the end, of short limits the half. */
function withMargin(limit: Duration): Duration {
  return Math.max(1, limit - Math.min(MINUTE, Math.ceil(limit / 2)));
}
