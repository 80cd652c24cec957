import * as z from 'zod/mini';

const seconds = z.number().check(z.gte(0), z.lte(8.64e12 - 1));
/** Far more than any identifier of a SET takes, and little enough to be remembered. */
const name = z.string().check(z.minLength(1), z.maxLength(512));

/** What of a SET's claims is gone by (RFC 8417 section 2.2, as the Shared Signals Framework profiles it). */
const CLAIMS = z.object({
  jti: name,
  iat: seconds,
  toe: z.optional(seconds),
  txn: z.catch(z.nullish(name), null),
  sub_id: z.record(z.string(), z.unknown()),
  events: z.record(z.string(), z.unknown()),
});

/** Claims of a SET. */
export type SetClaims = z.infer<typeof CLAIMS>;

/** Reads them; `null` if one is missing or is none. Unknown claims are ignored. */
export function readClaims(payload: unknown): SetClaims | null {
  return CLAIMS.safeParse(payload).data ?? null;
}

/** Deeper than anything that these events hold; what is nested deeper is made to exhaust who walks through it. */
const DEEPEST = 16;

/** Whether a value is nested no deeper than any event needs. It does not recurse, so nothing exhausts it. */
export function isShallow(value: unknown): boolean {
  let layer: unknown[] = [value];
  for (let depth = 0; depth <= DEEPEST; depth++) {
    layer = layer.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (layer.length === 0) return true;
  }
  return false;
}
