import * as z from 'zod/mini';
import {
  type AliasSubject,
  type ComplexSubject,
  MEMBERS,
  type SimpleSubject,
  type SubjectIdentifier,
} from './subject.js';

/** RFC 9493 section 3: no member may be empty. */
const text = z.string().check(z.minLength(1), z.maxLength(2_048));
const like = (pattern: RegExp) => text.check(z.regex(pattern));

const SIMPLE = z.discriminatedUnion('format', [
  z.object({ format: z.literal('account'), uri: like(/^acct:./i) }),
  z.object({ format: z.literal('did'), url: like(/^did:./) }),
  z.object({ format: z.literal('email'), email: like(/^[^\s@]+@[^\s@]+$/) }),
  z.object({ format: z.literal('iss_sub'), iss: text, sub: text }),
  z.object({ format: z.literal('opaque'), id: text }),
  z.object({ format: z.literal('phone_number'), phone_number: like(/^\+[1-9]\d{1,14}$/) }),
  z.object({ format: z.literal('uri'), uri: like(/^[a-z][a-z0-9+.-]*:./i) }),
  z.object({ format: z.literal('jwt_id'), iss: text, jti: text }),
  z.object({ format: z.literal('saml_assertion_id'), issuer: text, assertion_id: text }),
  z.object({
    format: z.literal('ip-addresses'),
    'ip-addresses': z.array(text).check(z.minLength(1), z.maxLength(16)),
  }),
]);

/** RFC 9493 section 3.2.8: aliases hold no aliases. */
const ALIASES = z.object({
  format: z.literal('aliases'),
  identifiers: z.array(SIMPLE).check(z.minLength(1), z.maxLength(16)),
});

const FORMATS = new Set(['aliases', ...SIMPLE.def.options.map(({ shape }) => shape.format.def.values[0])]);

/** A subject that was read. */
export interface ReadSubject {
  readonly subject: SubjectIdentifier;
  /** Members of a complex subject that nobody here can read: unknown names, unknown formats. */
  readonly unread: readonly string[];
}

/** Reads a `sub_id`; `null` if it is none, or of a format that is not known. */
export function readSubject(value: unknown): ReadSubject | null {
  const { format } = (value ?? {}) as { readonly format?: unknown };
  if (format === 'complex') return readComplex(value as Readonly<Record<string, unknown>>);
  const subject = readPlain(value);
  return subject === null ? null : { subject, unread: [] };
}

function readPlain(value: unknown): SimpleSubject | AliasSubject | null {
  const schema = (value as { readonly format?: unknown } | null)?.format === 'aliases' ? ALIASES : SIMPLE;
  const { data } = schema.safeParse(value);
  return data ?? null;
}

/** A member of an unknown format is left out, as if it were not known; one that is malformed spoils the whole. */
function readComplex(value: Readonly<Record<string, unknown>>): ReadSubject | null {
  const members: Record<string, SimpleSubject | AliasSubject> = {};
  const unread: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    if (name === 'format') continue;
    const { format } = (member ?? {}) as { readonly format?: unknown };
    if (!MEMBERS.some((one) => one === name) || (typeof format === 'string' && !FORMATS.has(format))) unread.push(name);
    else {
      const read = readPlain(member);
      if (read === null) return null;
      members[name] = read;
    }
  }
  if (Object.keys(members).length === 0) return null;
  return { subject: { format: 'complex', ...members } as ComplexSubject, unread };
}
