import type { Which } from '../engine/question.js';
import { type HttpRequest, headerOf } from './request.js';

/** What a client presented: nothing, something that may be good, or something that can be no credential. */
export type Presented =
  | { readonly kind: 'none' }
  | { readonly kind: 'credential'; readonly which: Which; readonly from: 'cookie' | 'bearer' }
  | {
      readonly kind: 'malformed';
      readonly detail: string;
      /** What of it may be a credential: it opens nothing, and a logout ends all of them. Default: nothing. */
      readonly shown?: readonly Which[];
    };

/** Reads which session a bearer token stands for; `null` if the token is no good, for whatever reason. */
export type BearerReader = (token: string) => Which | null | Promise<Which | null>;

/** Longer than any handle; nobody hashes a megabyte for a stranger. */
const LONGEST_COOKIE = 256;
/** Access tokens with a few claims take about 1 kB. */
const LONGEST_TOKEN = 8_192;
/** RFC 6750 section 2.1. */
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
const NONE: Presented = { kind: 'none' };

/** The session's cookie. Two that differ are an attempt to plant one, or a leftover: neither is believed. */
export function fromCookie(request: HttpRequest, name: string): Presented {
  const header = headerOf(request, 'cookie');
  if (header === null) return NONE;
  const found = new Set<string>();
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0 || trimmed(pair.slice(0, equals)) !== name) continue;
    found.add(trimmed(pair.slice(equals + 1)));
  }
  const shown = [...found].filter((value) => value !== '' && value.length <= LONGEST_COOKIE);
  if (found.size > 1) return { ...malformed(`there are two different cookies named ${name}`), shown };
  const [only = ''] = found;
  if (only === '') return NONE;
  if (shown.length === 0) return malformed(`the cookie ${name} is longer than one of ours`);
  return { kind: 'credential', which: only, from: 'cookie' };
}

/** Everything that was presented and may be a credential, each once. */
export function shownIn(presented: Presented): readonly Which[] {
  if (presented.kind === 'none') return [];
  return presented.kind === 'credential' ? [presented.which] : [...new Set(presented.shown)];
}

/** The token of `Authorization: Bearer` (RFC 6750 section 2.1). Never of a query or a body: those end up in logs. */
export async function fromBearer(request: HttpRequest, read: BearerReader | null): Promise<Presented> {
  const header = headerOf(request, 'authorization');
  if (header === null) return NONE;
  const [scheme = '', token = '', ...more] = header.split(' ').filter((word) => word !== '');
  if (scheme.toLowerCase() !== 'bearer') return NONE;
  if (more.length > 0 || !B64TOKEN.test(token)) return malformed('the Authorization header holds no single token');
  if (token.length > LONGEST_TOKEN) return malformed('the token is longer than one of ours');
  const which = read === null ? token : await read(token);
  // what no reader knows opens nothing, and is asked about all the same: one bad token is answered as another
  return { kind: 'credential', which: which ?? '', from: 'bearer' };
}

function malformed(detail: string): Extract<Presented, { kind: 'malformed' }> {
  return { kind: 'malformed', detail };
}

/** Space and tab alone (RFC 6265 section 5.2): a byte that only JavaScript takes for a space hides a prefix. */
function trimmed(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}
