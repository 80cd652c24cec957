import type * as Curfew from '../src/index.js';
import type { AccessEvent, Attention, Context, Policy, ReauthenticatedEvent, Session } from '../src/index.js';

export type Engine = typeof Curfew;

/** One session with the request that comes next. */
export interface Case {
  readonly session: Session;
  readonly event: AccessEvent;
}

/** What a request meets; the shares are those of the mixed population, in percent. */
export const SHARES = { user: 55, idle: 18, absolute: 8, moved: 9, background: 10 } as const;
export type Kind = keyof typeof SHARES;

const SIZE = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 1_700_000_000_000;
/** Short enough for every idle limit of the policies. */
const STEP = 90_000;

/** Sessions as a store gives them back, each with its next request: the mixed population, or one kind only. */
export function population(engine: Engine, policy: Policy, isFull: boolean, only?: Kind): readonly Case[] {
  return Array.from({ length: SIZE }, (_, index) => {
    const kind = only ?? kindOf(index);
    const context = isFull ? fullContext(index) : smallContext(index);
    const session = lived(engine, policy, isFull, index, kind, context);
    const event = nextEvent(isFull, index, kind, context);
    // every value is a flat string or a number of its own, as from the wire
    return JSON.parse(JSON.stringify({ session, event })) as Case;
  });
}

/** The kinds spread over the population, always in the same way. */
export function kindOf(index: number): Kind {
  let part = (index * 7_919) % 100;
  for (const kind of Object.keys(SHARES) as Kind[]) {
    part -= SHARES[kind];
    if (part < 0) return kind;
  }
  return 'background';
}

function smallContext(index: number): Context {
  return {
    ip: `203.0.${index % 250}.${(index * 7) % 250}`,
    deviceId: `device-${index}`,
    userAgent: `browser ${index % 20}`,
  };
}

/** Half of the users come by IPv4, half by IPv6; a third from an office, a tenth by VPN; some say where they are. */
function fullContext(index: number): Context {
  const isIpv4 = index % 2 === 0;
  const place = index % 3 === 0 ? 'office' : index % 10 === 1 || index % 10 === 4 ? 'vpn' : 'elsewhere';
  const ipv4 = { office: '203.0.113.', vpn: '198.51.100.', elsewhere: `192.0.${index % 250}.` }[place];
  const ipv6 = { office: '2001:db8:1', vpn: '2001:db8:2', elsewhere: `2001:db8:${(1_000 + index).toString(16)}` }[
    place
  ];
  return {
    ip: isIpv4 ? `${ipv4}${128 + (index % 120)}` : `${ipv6}:${index.toString(16)}::${(index * 31).toString(16)}`,
    deviceId: `device-${index}`,
    userAgent: `browser ${index % 20}`,
    country: ['DE', 'FR', 'US'][index % 3] as string,
    ...(index % 7 === 0 && { location: { latitude: 40 + (index % 10), longitude: index % 90 } }),
  };
}

/** A session that its person has used every few minutes, until shortly before now. */
function lived(engine: Engine, policy: Policy, isFull: boolean, index: number, kind: Kind, context: Context): Session {
  const start = kind === 'absolute' ? NOW - 8 * HOUR : NOW - 40 * MINUTE;
  const latest = kind === 'idle' ? NOW - 35 * MINUTE : NOW - MINUTE;
  let session = engine.startSession(policy, {
    id: `session-${index}`,
    subject: `subject-${index}`,
    at: start,
    assuranceLevel: index % 4 === 0 ? 'aal2' : 'aal1',
    context,
    attributes: isFull ? { role: index % 9 === 0 ? ['user', 'admin'] : 'user', plan: 'pro' } : {},
    ...(isFull &&
      index % 20 === 3 && { requested: { idleTimeout: 20 * MINUTE, absoluteTimeout: (index % 40) * HOUR + HOUR } }),
  });
  const level = index % 4 === 0 ? 'aal2' : 'aal1';
  for (let at = start + STEP; at <= latest; at += STEP) {
    const isDue = isFull && at - session.authenticatedAt > 3 * HOUR;
    const proof: ReauthenticatedEvent = { type: 'reauthenticated', at, assuranceLevel: level };
    session = engine.evaluate(
      policy,
      session,
      isDue ? proof : { type: 'access', at, activity: 'user', context },
    ).session;
  }
  const isReported = isFull && index % 25 === 7;
  return isReported
    ? engine.evaluate(policy, session, { type: 'signal', signal: 'risk_level', level: 'medium', at: latest }).session
    : session;
}

function nextEvent(isFull: boolean, index: number, kind: Kind, context: Context): AccessEvent {
  const at = NOW + (index % 1_000);
  if (kind === 'background') return { type: 'access', at, activity: 'background', context };
  if (kind === 'moved')
    return { type: 'access', at, activity: 'user', context: { ...context, ip: movedAddress(isFull, index) } };
  const event: AccessEvent = { type: 'access', at, activity: 'user', context };
  return isFull && kind === 'user' ? fullEvent(event, index, context) : event;
}

/** Somewhere else: another block, in no network. */
function movedAddress(isFull: boolean, index: number): string {
  return !isFull || index % 2 === 0 ? `100.64.${index % 250}.1` : `2001:db8:f${(index % 250).toString(16)}::1`;
}

/** A fifth have a new address in the same block, a tenth hide their screen, a tenth do what the policy names. */
function fullEvent(event: AccessEvent, index: number, context: Context): AccessEvent {
  const attention: Attention | undefined = index % 10 === 2 ? 'hidden' : undefined;
  const operation = index % 20 === 5 ? 'report:export' : index % 20 === 16 ? 'payment:create' : undefined;
  const isRoaming = index % 10 === 8 || index % 10 === 9;
  const ip = (context.ip as string).replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
  return {
    ...event,
    context: isRoaming ? { ...context, ip } : context,
    ...(attention && { attention }),
    ...(operation && { operation }),
  };
}
