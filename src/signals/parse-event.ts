import * as z from 'zod/mini';
import type { InitiatingEntity, ReasonTexts } from './security-event.js';

/** The last second that an instant can hold. A text is no time, and a negative one lies before the epoch. */
const seconds = z.number().check(z.gte(0), z.lte(8.64e12 - 1));
const text = z.string().check(z.minLength(1), z.maxLength(2_048));
const reasons = z.catch(
  z.nullish(z.record(z.string().check(z.maxLength(64)), z.string().check(z.maxLength(1_000)))),
  null,
);

/** What every event may say (CAEP 1.0 section 2). What is only there to be read is left out where it cannot be. */
const COMMON = z.looseObject({
  event_timestamp: z.optional(seconds),
  initiating_entity: z.catch(z.nullish(z.enum(['admin', 'user', 'policy', 'system'])), null),
  reason_admin: reasons,
  reason_user: reasons,
});

const status = z.enum(['compliant', 'not-compliant']);
const level = z.enum(['LOW', 'MEDIUM', 'HIGH']);

/** What an event of a type must say (CAEP 1.0 section 3, RISC 1.0 section 2, Shared Signals Framework 1.0). */
const REQUIRED: Readonly<Record<string, z.ZodMiniType>> = {
  'caep/token-claims-change': z.looseObject({ claims: z.record(z.string(), z.unknown()) }),
  'caep/credential-change': z.looseObject({
    credential_type: text,
    change_type: z.enum(['create', 'revoke', 'update', 'delete']),
  }),
  'caep/assurance-level-change': z.looseObject({
    namespace: text,
    current_level: text,
    previous_level: z.optional(text),
    change_direction: z.optional(z.enum(['increase', 'decrease'])),
  }),
  'caep/device-compliance-change': z.looseObject({ previous_status: status, current_status: status }),
  'caep/risk-level-change': z.looseObject({
    principal: text,
    current_level: level,
    previous_level: z.optional(level),
    risk_reason: z.optional(text),
  }),
  'risc/account-disabled': z.looseObject({ reason: z.optional(text) }),
  'risc/identifier-changed': z.looseObject({ 'new-value': z.optional(text) }),
  'risc/credential-compromise': z.looseObject({ credential_type: text }),
  'ssf/verification': z.looseObject({ state: z.optional(z.string().check(z.maxLength(2_048))) }),
  'ssf/stream-updated': z.looseObject({
    status: z.enum(['enabled', 'paused', 'disabled']),
    reason: z.optional(z.string().check(z.maxLength(2_048))),
  }),
};

/** What was read of an event's payload. */
export interface ReadPayload {
  readonly payload: Readonly<Record<string, unknown>>;
  /** `event_timestamp`, in seconds. */
  readonly timestamp: number | null;
  readonly initiatingEntity: InitiatingEntity | null;
  readonly reasonAdmin: ReasonTexts | null;
  readonly reasonUser: ReasonTexts | null;
}

/** Reads an event's payload; `null` if it is not what its definition asks for. Unknown members stay, unread. */
export function readPayload(type: string, value: unknown): ReadPayload | null {
  const { data } = COMMON.safeParse(value);
  if (data === undefined) return null;
  const required = Object.hasOwn(REQUIRED, type) ? REQUIRED[type] : undefined;
  if (required !== undefined && !required.safeParse(value).success) return null;
  return {
    payload: value as Readonly<Record<string, unknown>>,
    timestamp: data.event_timestamp ?? null,
    initiatingEntity: data.initiating_entity ?? null,
    reasonAdmin: data.reason_admin ?? null,
    reasonUser: data.reason_user ?? null,
  };
}
