import type { Instant } from '../time/instant.js';
import { NEVER } from '../time/instant.js';
import type { ObservedDecision, ObservedRecord, Sink } from './observed.js';
import { type Severity, securityEvent } from './security-event.js';

/** What an event says of whoever sends it. */
export interface OcsfOptions {
  /** The service that people log in to. */
  readonly service: string;
  /** Your version of it. */
  readonly version?: string;
}

/** An event of class Authentication (3002) of the Open Cybersecurity Schema Framework 1.8. Times in milliseconds. */
export interface OcsfAuthentication {
  readonly activity_id: 1 | 2 | 5 | 99;
  readonly activity_name: 'Logon' | 'Logoff' | 'Service Ticket Renew' | 'Session Use';
  readonly category_uid: 3;
  readonly class_uid: 3002;
  /** `class_uid * 100 + activity_id`. */
  readonly type_uid: 300201 | 300202 | 300205 | 300299;
  readonly time: Instant;
  readonly severity_id: 1 | 2 | 3 | 5;
  readonly status_id: 1 | 2;
  readonly status_code?: string;
  readonly status_detail?: string;
  readonly message: string;
  readonly metadata: {
    readonly version: '1.8.0';
    readonly product: { readonly name: 'Curfew'; readonly vendor_name: 'Curfew' };
    readonly event_code: string;
    /** `host` where there is a device: the profile that the class has it from. */
    readonly profiles?: readonly ['host'];
  };
  readonly service: { readonly name: string; readonly version?: string };
  readonly user: { readonly uid: string };
  readonly session?: OcsfSession;
  readonly device?: { readonly uid: string; readonly type_id: 0 };
  readonly src_endpoint?: { readonly ip: string };
  readonly is_remote: true;
}

/** The session of an event. */
export interface OcsfSession {
  readonly uid: string;
  readonly created_time?: Instant;
  readonly expiration_time?: Instant;
  readonly expiration_reason?: string;
}

const ACTIVITIES = {
  logon: { activity_id: 1, activity_name: 'Logon', type_uid: 300201 },
  logoff: { activity_id: 2, activity_name: 'Logoff', type_uid: 300202 },
  renew: { activity_id: 5, activity_name: 'Service Ticket Renew', type_uid: 300205 },
  use: { activity_id: 99, activity_name: 'Session Use', type_uid: 300299 },
} as const;

const SEVERITIES = { DEBUG: 1, INFO: 1, WARN: 3, CRITICAL: 5 } as const satisfies Record<Severity, number>;

/** Codes with which a person ends what is theirs. */
const BY_THE_PERSON: ReadonlySet<string> = new Set(['logout', 'logout_everywhere', 'session_replaced']);

/**
 * A record as an event of OCSF's class 3002, for a SIEM: logins, proofs, ends, refusals and refreshes. `null` for what
 * is no such event: a plain permit, a fault, an answer that nobody could give.
 *
 * @example
 * const event = toOcsf(toRecord(ended, { pseudonym }), { service: 'bank' });
 * [event.type_uid, event.session.expiration_reason]; // => [300202, 'idle_timeout']
 */
export function toOcsf(record: ObservedRecord, { service, version }: OcsfOptions): OcsfAuthentication | null {
  const activity = record.kind === 'decision' ? activityOf(record) : null;
  if (record.kind === 'fault' || activity === null) return null;
  const { event, severity, message } = securityEvent(record);
  const { at, subject, device, network } = record;
  return {
    ...ACTIVITIES[activity],
    category_uid: 3,
    class_uid: 3002,
    time: at,
    severity_id: SEVERITIES[severity],
    ...statusOf(record, activity),
    message,
    metadata: {
      version: '1.8.0',
      product: { name: 'Curfew', vendor_name: 'Curfew' },
      event_code: event,
      ...(device === null ? {} : { profiles: ['host'] }),
    },
    service: { name: service, ...(version === undefined ? {} : { version }) },
    user: { uid: subject ?? 'unknown' },
    ...sessionOf(record),
    ...(device === null ? {} : { device: { uid: device, type_id: 0 } }),
    ...(network === null ? {} : { src_endpoint: { ip: network.slice(0, network.indexOf('/')) } }),
    is_remote: true,
  };
}

/**
 * A sink that gives OCSF events to whatever sends them.
 *
 * @example
 * const observer = observing({ key }, ocsfTo((event) => save(JSON.stringify(event)), { service: 'bank' }));
 */
export function ocsfTo(send: (event: OcsfAuthentication) => void, options: OcsfOptions): Sink {
  return (record) => {
    const event = toOcsf(record, options);
    if (event !== null) send(event);
  };
}

function activityOf({ type, effect, endedNow }: ObservedDecision): keyof typeof ACTIVITIES | null {
  if (effect === 'indeterminate' || effect === 'superseded') return null;
  if (endedNow) return 'logoff';
  if (type === 'start' || type === 'reauthenticated') return 'logon';
  if (type === 'token_refreshed') return 'renew';
  return type === 'access' && effect !== 'permit' ? 'use' : null;
}

function statusOf({ effect, reasons }: ObservedDecision, activity: keyof typeof ACTIVITIES) {
  const code = reasons[0]?.code;
  const status = code === undefined ? {} : { status_code: code };
  if (activity === 'logoff') {
    const isOwn = code !== undefined && BY_THE_PERSON.has(code);
    return { status_id: 1, ...status, status_detail: isOwn ? 'LOGOFF_USER_INITIATED' : 'LOGOFF_OTHER' } as const;
  }
  if (effect === 'permit') return { status_id: 1, ...status } as const;
  return { status_id: 2, ...status, ...(code === undefined ? {} : { status_detail: code.toUpperCase() }) } as const;
}

function sessionOf({ at, sessionId, age, until, endedNow, reasons }: ObservedDecision) {
  if (sessionId === null) return {};
  const ended = endedNow ? reasons[0] : undefined;
  const expires = ended?.since ?? until;
  const session: OcsfSession = {
    uid: sessionId,
    ...(age === null ? {} : { created_time: at - age }),
    ...(expires === null || expires === NEVER ? {} : { expiration_time: expires }),
    ...(ended === undefined ? {} : { expiration_reason: ended.code }),
  };
  return { session };
}
