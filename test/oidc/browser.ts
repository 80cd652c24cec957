import { type IncomingHttpHeaders, request } from 'node:http';
import { parseSetCookie } from 'cookie';

interface Kept {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/** A page that the browser ended up on. */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  /** Every address on the way, this one last. */
  readonly way: readonly string[];
}

/** A browser, as far as redirects, cookies and forms go. Cookies are kept by origin: here, a port is a site. */
export interface Browser {
  visit(url: string): Promise<Page>;
  /** Sends a form, and follows where that leads. */
  submit(url: string, fields: Readonly<Record<string, string>>): Promise<Page>;
  cookie(origin: string, name: string): string | undefined;
  forget(origin: string): void;
}

const MOST_HOPS = 20;

export function aBrowser(): Browser {
  const jars = new Map<string, Kept[]>();
  const cookiesFor = ({ origin, pathname }: URL) =>
    (jars.get(origin) ?? [])
      .filter(({ path }) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  const keep = ({ origin }: URL, line: string) => {
    const { name, value, path = '/', maxAge, expires } = parseSetCookie(line, { decode: (text) => text });
    const others = (jars.get(origin) ?? []).filter((one) => one.name !== name || one.path !== path);
    const isGone = maxAge === 0 || (expires !== undefined && expires.getTime() < Date.now());
    jars.set(origin, isGone ? others : [...others, { name, value: value ?? '', path }]);
  };
  async function go(first: string, form: string | null): Promise<Page> {
    const way: string[] = [];
    let [url, body] = [new URL(first), form];
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      way.push(url.href);
      const { status, headers, text } = await send(url, cookiesFor(url), body);
      for (const line of headers['set-cookie'] ?? []) keep(url, line);
      const { location } = headers;
      if (status < 300 || status > 399 || location === undefined) return { url, status, text, way };
      [url, body] = [new URL(location, url), null];
    }
    throw new Error(`no end of redirects:\n${way.join('\n')}`);
  }
  return {
    visit: (url) => go(url, null),
    submit: (url, fields) => go(url, new URLSearchParams(fields).toString()),
    cookie: (origin, name) => jars.get(origin)?.find((one) => one.name === name)?.value,
    forget: (origin) => void jars.delete(origin),
  };
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** With what a browser says of a navigation; `fetch` would say something else of itself. */
function send(url: URL, cookie: string, body: string | null): Promise<Reply> {
  const fetchMetadata = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-user': '?1' };
  const form = { 'content-type': 'application/x-www-form-urlencoded', origin: url.origin };
  const headers = {
    accept: 'text/html',
    ...fetchMetadata,
    ...(cookie !== '' && { cookie }),
    ...(body !== null && form),
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: body === null ? 'GET' : 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body ?? undefined);
  });
}
