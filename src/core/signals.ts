import type { Instant } from '../time/instant.js';
import { isIpv4, parseAddress, sharesPrefix } from './address.js';
import { located, text } from './context.js';
import type { AccessEvent, ReauthenticatedEvent, TokenRefreshedEvent } from './event.js';
import { RISK_LEVELS } from './levels.js';
import { networksOf, sharesName } from './networks.js';
import type { Policy, RiskRule } from './policy.js';
import type { ComparisonSignal } from './reason.js';
import type { Context, KnownContext, Location, Proofs, RiskLevel, Session, SignalLevels, Signals } from './session.js';

const EARTH_RADIUS_KM = 6_371;
/** Below this, two located requests say more about the location service than about the traveller. */
const LEAST_DISTANCE_KM = 100;
const MS_PER_HOUR = 3_600_000;

/** A request to be compared with the login, field by field. A field that either side lacks is no mismatch. */
interface Compared {
  readonly policy: Policy;
  readonly session: Session;
  /** What the request itself states. */
  readonly stated: Context | undefined;
  /** The session's context with that laid over it. */
  readonly context: KnownContext;
  readonly at: Instant;
}

type TextField = 'ip' | 'deviceId' | 'userAgent' | 'country';

/** Whether a risk rule's signal is one that Curfew raises itself, and this request raises it. */
function isRaised(compared: Compared, rule: RiskRule): boolean {
  switch (rule.signal as ComparisonSignal) {
    case 'ip_changed':
      return isMissing(compared, rule, 'ip') || (differs(compared, 'ip') && !isSameAddress(compared));
    case 'network_changed':
      return isWithoutAddress(compared, rule) || (differs(compared, 'ip') && leftNetwork(compared));
    case 'device_changed':
      return isMissing(compared, rule, 'deviceId') || differs(compared, 'deviceId');
    case 'user_agent_changed':
      return isMissing(compared, rule, 'userAgent') || differs(compared, 'userAgent');
    case 'country_changed':
      return isMissing(compared, rule, 'country') || differs(compared, 'country');
    case 'impossible_travel':
      return isImpossibleTravel(compared, rule);
    default:
      return false;
  }
}

/** The session's signals with those that this request raises; the same reference when it raises none. */
export function withRaised(
  policy: Policy,
  session: Session,
  event: AccessEvent | ReauthenticatedEvent | TokenRefreshedEvent,
  context: KnownContext,
): Signals | null {
  const { at, context: stated } = event;
  const compared = { policy, session, stated, context, at };
  // a late request is compared with the login of today: what it raises would otherwise lie before that, and not apply
  const raisedAt = event.type === 'reauthenticated' ? at : Math.max(at, session.authenticatedAt);
  let signals = session.signals;
  for (let index = 0; index < policy.risk.length; index++) {
    const rule = policy.risk[index] as RiskRule;
    if (!isRaised(compared, rule)) continue;
    const known = levelsOf(signals, rule.signal)?.high;
    if (known !== undefined && known >= session.authenticatedAt) continue;
    signals = withSignal(signals, rule.signal, 'high', raisedAt);
  }
  return signals;
}

/** Signals with one more, merged by `max`; the same reference when that changes nothing. */
export function withSignal(signals: Signals | null, name: string, level: RiskLevel, at: Instant): Signals {
  const levels = levelsOf(signals, name);
  const known = levels?.[level];
  if (signals !== null && known !== undefined && known >= at) return signals;
  const raised = levelsWith(levels, level, at);
  // the first signal is the usual one, and to spread `null` or what came from JSON costs more than the whole decision
  return signals === null ? { [name]: raised } : { ...signals, [name]: raised };
}

function levelsWith(known: SignalLevels | undefined, level: RiskLevel, at: Instant): SignalLevels {
  return known === undefined ? { [level]: at } : { ...known, [level]: at };
}

/** The instants at which the levels of a signal were last raised. */
function levelsOf(signals: Signals | null, name: string): SignalLevels | undefined {
  // `hasOwn`, because a signal may be called `constructor`
  return signals !== null && Object.hasOwn(signals, name) ? signals[name] : undefined;
}

/** A risk rule that applies, and since when. */
export interface ActiveRisk {
  readonly rule: RiskRule;
  readonly since: Instant;
}

export const NO_RISKS: readonly ActiveRisk[] = [];

/** The risk rules that apply: their signal is not older than the authentication that would lift it. */
export function activeRisks(
  policy: Policy,
  signals: Signals | null,
  authenticatedAt: Instant,
  proofs: Proofs,
): readonly ActiveRisk[] {
  if (signals === null) return NO_RISKS;
  let active = NO_RISKS;
  for (let index = 0; index < policy.risk.length; index++) {
    const rule = policy.risk[index] as RiskRule;
    const liftedBy = rule.assuranceLevel === null ? authenticatedAt : (proofs[rule.assuranceLevel] ?? 0);
    const since = latestRaise(signals, rule);
    if (since !== null && since >= liftedBy) active = [...active, { rule, since }];
  }
  return active;
}

function latestRaise(signals: Signals, rule: RiskRule): Instant | null {
  const levels = levelsOf(signals, rule.signal);
  if (levels === undefined) return null;
  let latest: Instant | null = null;
  for (let rank = RISK_LEVELS.indexOf(rule.atLeast); rank < RISK_LEVELS.length; rank++) {
    const at = levels[RISK_LEVELS[rank] as RiskLevel];
    if (at !== undefined && (latest === null || at > latest)) latest = at;
  }
  return latest;
}

function differs({ session, context }: Compared, field: TextField): boolean {
  const bound = session.bound[field];
  const now = context[field];
  return bound !== null && now !== null && bound !== now;
}

function isMissing({ session, stated }: Compared, rule: RiskRule, field: TextField): boolean {
  return rule.missingIsChanged && session.bound[field] !== null && text(stated?.[field]) === null;
}

/** For a network, what is not an address is as good as none: else any nonsense would evade `missing: 'changed'`. */
function isWithoutAddress(compared: Compared, rule: RiskRule): boolean {
  if (isMissing(compared, rule, 'ip')) return true;
  const { bound } = compared.session;
  const ip = text(compared.stated?.ip);
  return rule.missingIsChanged && bound.ip !== null && ip !== null && ip !== bound.ip && parseAddress(ip) === null;
}

/** Of two texts that differ: whether they spell one address. */
function isSameAddress({ session, context }: Compared): boolean {
  const one = session.bound.ip as string;
  const other = context.ip as string;
  // an IPv4 address has only one strict spelling without colons
  if (!one.includes(':') && !other.includes(':')) return false;
  const bound = parseAddress(one);
  const now = parseAddress(other);
  return bound !== null && now !== null && sharesPrefix(bound, now, 128);
}

/** Mobile carriers and IPv6 privacy addresses change the last bits all day; a whole provider block rarely. */
function leftNetwork({ policy, session, context }: Compared): boolean {
  const bound = parseAddress(session.bound.ip as string);
  const now = parseAddress(context.ip as string);
  if (bound === null || now === null) return false;
  if (isIpv4(bound) === isIpv4(now) && sharesPrefix(bound, now, isIpv4(bound) ? 96 + 24 : 48)) return false;
  return context.networks.length === 0 || !sharesName(context.networks, networksOf(policy, session.bound.ip));
}

function isImpossibleTravel({ session, stated, at }: Compared, rule: RiskRule): boolean {
  const from = session.context.location;
  const to = located(stated?.location, at);
  if (from === null || to === null) return false;
  const distance = kilometres(from, to);
  return distance >= LEAST_DISTANCE_KM && distance * MS_PER_HOUR > rule.fasterThan * Math.abs(at - from.at);
}

/** Great-circle distance in whole kilometres: `Math.sin` may differ in its last bit between engines. */
function kilometres(a: Location, b: Location): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2;
  const chord =
    half(b.latitude - a.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(b.longitude - a.longitude);
  return Math.round(2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord))));
}
