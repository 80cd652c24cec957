/**
 * What the server says of a session: time left. The same shape as `SessionStatus` of
 * `curfew/http`, repeated here so that nothing of the server's comes along.
 */
export interface SessionStatus {
  readonly state: 'active' | 'locked' | 'ended' | 'unknown';
  readonly remainingMs: number | null;
  readonly warnInMs: number | null;
  readonly absoluteRemainingMs: number | null;
  readonly boundBy: string | null;
  readonly canExtend: boolean;
  readonly code: string | null;
  readonly assuranceLevel: string | null;
  /** Another for another session. */
  readonly tag: string | null;
  /** The server's own time, to be compared with no other clock than the server's. */
  readonly at: number;
}

/** `unknown` is not among them: it teaches nothing. */
const STATES: readonly unknown[] = ['active', 'locked', 'ended'];

/** A status that says nothing, to be added to. */
export const NOTHING: Omit<SessionStatus, 'state'> = {
  remainingMs: null,
  warnInMs: null,
  absoluteRemainingMs: null,
  boundBy: null,
  canExtend: false,
  code: null,
  assuranceLevel: null,
  tag: null,
  at: 0,
};

/**
 * Reads a status that came from outside: a response, another tab. `null` if it is none: a page must not take a shape
 * that it does not know for a session that lasts.
 *
 * @example
 * readStatus({ state: 'active', remainingMs: '900' }); // => null
 */
export function readStatus(value: unknown): SessionStatus | null {
  const found = Object(value);
  // a session without a limit says so with `null`; nothing at all is no such word
  const isFact = ([name, none]: [string, unknown]): boolean => {
    const fact = found[name];
    const isRead = /Ms$|^at$/.test(name)
      ? Number.isSafeInteger(fact) && fact >= 0
      : fact === (none === false || `${fact}`);
    return isRead || fact === none;
  };
  return STATES.includes(found.state) && Object.entries(NOTHING).every(isFact) ? found : null;
}

/**
 * Reads the response header `Curfew-Session`, a dictionary of tokens, integers and booleans (RFC 9651). `null` if it is
 * none of ours.
 *
 * @example
 * readStatusHeader('state=active, remaining-ms=900000, can-extend=?1')?.remainingMs; // => 900000
 */
export function readStatusHeader(text: string): SessionStatus | null {
  const found: Record<string, unknown> = { ...NOTHING };
  for (const [, key = '', value = ''] of text.matchAll(/([a-z-]+)=([^,\s]+)/g)) {
    const name = key.replace(/-./g, (match) => (match[1] as string).toUpperCase());
    const number = +value;
    found[name] = number >= 0 ? number : value[0] === '?' ? value === '?1' : value;
  }
  return readStatus(found);
}
