import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1), z.maxLength(2_048));
const url = text.check(z.regex(/^https?:\/\//));
const names = z.optional(z.array(z.string()));

const CONFIGURATION = z.looseObject({
  issuer: url,
  jwks_uri: z.optional(url),
  delivery_methods_supported: names,
  configuration_endpoint: z.optional(url),
  status_endpoint: z.optional(url),
  add_subject_endpoint: z.optional(url),
  remove_subject_endpoint: z.optional(url),
  verification_endpoint: z.optional(url),
  critical_subject_members: names,
  default_subjects: z.optional(z.string()),
  spec_version: z.optional(z.string()),
});

const STREAM = z.looseObject({
  stream_id: text,
  iss: z.optional(text),
  aud: z.optional(z.union([text, z.array(text)])),
  delivery: z.looseObject({ method: text, endpoint_url: z.optional(text) }),
  events_supported: names,
  events_requested: names,
  events_delivered: names,
  min_verification_interval: z.optional(z.number()),
});

const STATUS = z.looseObject({
  stream_id: z.optional(text),
  status: z.enum(['enabled', 'paused', 'disabled']),
  reason: z.optional(z.string()),
});

/** What a transmitter says of itself at `/.well-known/ssf-configuration`. */
export type TransmitterConfiguration = Readonly<z.infer<typeof CONFIGURATION>>;

/** A stream, as its transmitter has it. */
export type StreamConfiguration = Readonly<z.infer<typeof STREAM>>;

/** Whether a stream is on. */
export type StreamStatus = Readonly<z.infer<typeof STATUS>>;

/** Reads one of them; `null` if it is none. */
export const readConfiguration = (value: unknown): TransmitterConfiguration | null =>
  CONFIGURATION.safeParse(value).data ?? null;
export const readStream = (value: unknown): StreamConfiguration | null => STREAM.safeParse(value).data ?? null;
export const readStatus = (value: unknown): StreamStatus | null => STATUS.safeParse(value).data ?? null;
