import { serialize } from 'cookie';
import { curfewError } from '../core/errors.js';
import { type Instant, NEVER } from '../time/instant.js';

/** The session's cookie. The defaults are the safest that work on `https:` and on `http://localhost`. */
export interface CookieOptions {
  /**
   * Default `__Host-session`: with that prefix no other host, not even a subdomain, can plant one (RFC 6265bis section
   * 4.1.3.2). It needs `secure`, the path `/` and no domain; choose another name for anything else.
   */
  readonly name?: string;
  /** Default `lax`. `none` lets every site send it: then only the check of origins stops forged requests. */
  readonly sameSite?: 'strict' | 'lax' | 'none';
  /** Default true. False sends it over `http:` too, to whoever listens. */
  readonly secure?: boolean;
  /** Default `/`. */
  readonly path?: string;
  /** Default: this host only. */
  readonly domain?: string;
  /**
   * Whether it survives the end of the browser. Default true: until the session's absolute deadline. The server decides
   * in either case.
   */
  readonly persistent?: boolean;
}

/** Writes the one cookie. */
export interface SessionCookie {
  readonly name: string;
  /** `Set-Cookie` for a new handle, that lives until `until`. */
  give(handle: string, now: Instant, until: Instant): string;
  /** `Set-Cookie` that removes it. */
  clear(): string;
}

/** What browsers keep at most: 400 days (RFC 6265bis section 5.5). */
const LONGEST = 34_560_000;
const SECOND = 1_000;

/**
 * Makes the cookie's writer. It has one deadline, the session's absolute one: what comes before is decided on the
 * server, so that the cookie need not be written again with each request, and a response that comes late overwrites
 * nothing.
 *
 * @throws an error with code `http_options_invalid` if no browser would keep such a cookie.
 */
export function sessionCookie(options: CookieOptions = {}): SessionCookie {
  const { name = '__Host-session', secure = true, path = '/', domain, persistent = true } = options;
  const sameSite = String(options.sameSite ?? 'lax').toLowerCase() as SameSite;
  check({ name, sameSite, secure, path, domain });
  const attributes = { httpOnly: true, secure, sameSite, path, ...(domain === undefined ? {} : { domain }) };
  return {
    name,
    give(handle, now, until) {
      if (!persistent) return serialize(name, handle, attributes);
      // up, because a cookie that dies before its session throws somebody out
      const left = until === NEVER ? LONGEST : Math.ceil(Math.max(0, until - now) / SECOND);
      return serialize(name, handle, { ...attributes, maxAge: Math.min(left, LONGEST) });
    },
    clear: () => serialize(name, '', { ...attributes, maxAge: 0 }),
  };
}

type SameSite = NonNullable<CookieOptions['sameSite']>;

type Checked = Required<Pick<CookieOptions, 'name' | 'sameSite' | 'secure' | 'path'>> & {
  readonly domain: string | undefined;
};

function check({ name, sameSite, secure, path, domain }: Checked): void {
  const problems: string[] = [];
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) problems.push('name must be a token, such as `__Host-session`');
  if (!['strict', 'lax', 'none'].includes(sameSite)) problems.push('sameSite must be `strict`, `lax` or `none`');
  if (typeof secure !== 'boolean') problems.push('secure must be true or false');
  if (!/^\/[\x20-\x3a\x3c-\x7e]*$/.test(path)) problems.push('path must begin with `/`, and hold no `;`');
  if (domain !== undefined && !/^\.?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(domain)) problems.push('domain must be a host');
  // browsers compare the prefixes without regard to case (RFC 6265bis section 5.7)
  const prefix = /^__(?:host|secure)-/.exec(name.toLowerCase())?.[0];
  if (prefix === '__host-' && (!secure || path !== '/' || domain !== undefined)) {
    problems.push('a name with `__Host-` needs secure, the path `/` and no domain; choose another name');
  }
  if (prefix === '__secure-' && !secure) problems.push('a name with `__Secure-` needs secure');
  if (sameSite === 'none' && !secure) problems.push('`sameSite: none` needs secure');
  if (problems.length === 0) return;
  const found = problems.map((message) => ({ path: '/cookie', code: 'invalid', message }));
  throw curfewError('http_options_invalid', 'these options are none:', found);
}
