import * as z from 'zod/mini';

const jti = z.string().check(z.minLength(1), z.maxLength(512));
const error = z.looseObject({ err: z.string().check(z.maxLength(100)), description: z.optional(z.string()) });

const REQUEST = z.looseObject({
  maxEvents: z.optional(z.int().check(z.gte(0))),
  returnImmediately: z.optional(z.boolean()),
  ack: z.optional(z.array(jti)),
  setErrs: z.optional(z.record(jti, error)),
});

/** What a receiver asks for and acknowledges (RFC 8936 section 2.2). */
export type PollRequest = Readonly<z.infer<typeof REQUEST>>;

/** Reads it; `null` if it is none. */
export function readPollRequest(value: unknown): PollRequest | null {
  return REQUEST.safeParse(value).data ?? null;
}
