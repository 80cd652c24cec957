import * as z from 'zod/mini';
import { curfewError } from './core/errors.js';
import type { Session } from './core/session.js';
import { isInstant } from './time/instant.js';

const instant = z.number().check(z.refine(isInstant, 'must be whole milliseconds since the Unix epoch'));
const text = z.string().check(z.minLength(1));
const instantOrNull = z.nullable(instant);
const onIdle = z.enum(['end', 'lock']);
const count = z.int().check(z.nonnegative());

const location = z.object({
  latitude: z.number().check(z.minimum(-90), z.maximum(90)),
  longitude: z.number().check(z.minimum(-180), z.maximum(180)),
  at: instant,
});

const context = z.object({
  ip: z.nullable(z.string()),
  deviceId: z.nullable(z.string()),
  userAgent: z.nullable(z.string()),
  country: z.nullable(z.string()),
  location: z.nullable(location),
  networks: z.array(z.string()),
});

const stamps = z.object({ idle: instant, absolute: instant, reauthentication: instant, onIdle });
const lease = z.nullable(z.object({ operation: text, from: instant, until: instant }));
const levels = z.object({ low: z.optional(instant), medium: z.optional(instant), high: z.optional(instant) });
const signals = z.nullable(z.record(z.string(), levels));
const ended = z.nullable(z.object({ code: text, since: instant, at: instant }));
const attribute = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

/** An instant that nothing has recorded yet would hold a grace or a proof open that never was. */
function notAfterRecorded(key: keyof Session, instants: (one: Session) => readonly (number | null | undefined)[]) {
  const isRight = (one: unknown) => instants(one as Session).every((at) => (at ?? 0) <= (one as Session).recordedAt);
  return z.refine(isRight, { error: 'is after recordedAt', path: [key] });
}

const length = z.number().check(z.refine((value) => isInstant(value) && value > 0, 'must be above 0'));

const session = z
  .object({
    id: text,
    subject: text,
    createdAt: instant,
    authenticatedAt: instant,
    proofs: z.object({ aal1: instantOrNull, aal2: instantOrNull, aal3: instantOrNull }),
    lastActivityAt: instant,
    recordedAt: instant,
    bound: context,
    context,
    attributes: z.record(z.string(), attribute),
    attributesAt: instant,
    signals,
    requested: z.nullable(z.object({ idleTimeout: z.optional(length), absoluteTimeout: z.optional(length) })),
    stamps,
    lease,
    refresh: z.object({ generation: count, rotatedAt: instantOrNull }),
    policy: text,
    candidate: z.nullable(z.object({ policy: text, stamps, lease, signals, ended })),
    ended,
  })
  .check(
    z.refine((one) => one.createdAt <= one.lastActivityAt, { error: 'is before createdAt', path: ['lastActivityAt'] }),
    notAfterRecorded('lastActivityAt', (one) => [one.lastActivityAt]),
    notAfterRecorded('authenticatedAt', (one) => [one.authenticatedAt]),
    notAfterRecorded('attributesAt', (one) => [one.attributesAt]),
    notAfterRecorded('proofs', ({ proofs }) => [proofs.aal1, proofs.aal2, proofs.aal3]),
    notAfterRecorded('refresh', ({ refresh }) => [refresh.rotatedAt]),
    notAfterRecorded('lease', (one) => [one.lease?.from]),
  );

/**
 * Reads a stored session. Records come from outside, also our own: a store can be edited, truncated, or written by
 * another version.
 *
 * Unknown keys are dropped. The values are checked, not the story that they tell.
 *
 * @throws an error with code `session_invalid` whose `problems` name the places. It does not repeat the values: a
 * record may hold what
 *   nobody should find in a log.
 * @example
 * const session = parseSession(JSON.parse(row.record));
 */
export function parseSession(value: unknown): Session {
  const parsed = session.safeParse(value);
  // `exactOptionalPropertyTypes` cannot see that an absent key stays absent
  if (parsed.success) return parsed.data as Session;
  const problems = parsed.error.issues.map(({ path, message, code }) => ({
    path: path.map((key) => `/${String(key)}`).join(''),
    code: 'invalid',
    message: code === 'custom' ? message : `is not what a session holds here (${code})`,
  }));
  throw curfewError('session_invalid', 'this record is not a session:', problems);
}
