import type { Challenge, Decision, Permit, Reason } from './core/decision.js';
import type { SessionEvent } from './core/event.js';
import type { Policy } from './core/policy.js';
import type { LimitsInForce } from './limits-for.js';
import { type Duration, formatDuration } from './time/duration.js';
import { isInstant, NEVER } from './time/instant.js';

/** What each built-in code means, as the end of a sentence. */
const MEANING: Readonly<Record<string, string>> = {
  idle_timeout: 'there was no user activity for longer than the idle timeout allows',
  absolute_timeout: 'the session is older than the absolute timeout allows',
  reauthentication_due: 'the last authentication is too long ago',
  operation_unknown: 'the policy does not know this operation',
  authentication_too_old: 'this operation needs a more recent authentication',
  assurance_too_low: 'this operation needs a stronger authentication',
  refresh_reused: 'a refresh token that had been replaced was used again',
  refresh_unknown: 'this refresh token was never issued',
  request_clamped: 'the client asked for a longer session than it may have',
  concurrency_limit: 'the subject has too many sessions',
  rule_failed: 'a custom rule failed',
  clock_behind: 'the clock of this request is behind what the session has already seen',
  event_invalid: 'this is not an event',
  session_invalid: 'this is not a session',
  evaluation_failed: 'the evaluation failed',
  ip_changed: 'the address is not that of the login',
  network_changed: 'the network is not that of the login',
  device_changed: 'the device is not that of the login',
  user_agent_changed: 'the browser is not that of the login',
  country_changed: 'the country is not that of the login',
  impossible_travel: 'the places of two requests are too far apart for the time between them',
};

/** A decision in words. Instants are in UTC. */
export function sentenceFor(
  policy: Policy,
  decision: Decision,
  event: SessionEvent,
  limits: LimitsInForce | null,
): string {
  if (decision.effect === 'permit') return permitted(decision, event, limits);
  const said = decision.reasons.filter(({ effect }) => effect !== 'permit').map((reason) => because(reason, event));
  const why = said.join('; ');
  if (decision.effect === 'challenge') return `Challenged by policy ${policy.id}: ${why}. ${remedy(decision)}`;
  if (decision.effect === 'indeterminate')
    return `Undecided by policy ${policy.id}: ${why}. The session is left alone.`;
  const over = decision.session?.ended
    ? 'The session has ended.'
    : 'The session goes on; only this request is refused.';
  return `Denied by policy ${policy.id}: ${why}. ${over}`;
}

function permitted({ until, boundBy }: Permit, event: SessionEvent, limits: LimitsInForce | null): string {
  if (until === NEVER) return 'Permitted; no limit applies.';
  const left = lengthOf(Math.max(0, until - event.at));
  return `Permitted until ${utc(until)}, ${left} from this event; ${bound(boundBy, limits)}.`;
}

function bound(boundBy: string | null, limits: LimitsInForce | null): string {
  const inForce =
    boundBy === 'idle_timeout' ? limits?.idleTimeout : boundBy === 'absolute_timeout' ? limits?.absoluteTimeout : null;
  if (inForce == null || inForce.value === NEVER) return `${boundBy} comes first`;
  return `${boundBy} comes first (${formatDuration(inForce.value)}, set by ${inForce.source})`;
}

function because({ code, since }: Reason, event: SessionEvent): string {
  const meaning = Object.hasOwn(MEANING, code) ? `${code}, ${MEANING[code]}` : code;
  // an event whose `at` is nonsense has no distance to anything
  if (!isInstant(event?.at) || since === 0 || since >= event.at) return meaning;
  return `${meaning} (since ${utc(since)}, ${lengthOf(event.at - since)} before this event)`;
}

/** For people: nobody reads the milliseconds of a minute. */
function lengthOf(duration: Duration): string {
  return formatDuration(duration < 1_000 ? duration : Math.floor(duration / 1_000) * 1_000);
}

function remedy({ maxAge, assuranceLevel, until }: Challenge): string {
  const level = assuranceLevel === null ? '' : ` at ${assuranceLevel}`;
  const age = maxAge === null || maxAge === 0 ? '' : ` (it may be ${formatDuration(maxAge)} old)`;
  const deadline = until === NEVER ? '' : `, until ${utc(until)}`;
  return `An authentication${level}${age} lets it through${deadline}.`;
}

function utc(instant: number): string {
  return new Date(instant).toISOString();
}
