import type { Received, Wire } from './wire.js';

/** What a visitor's request says beside its address. An array is several lines of that name. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** A response, and what there is to ask of it. */
export interface Reply extends Received {
  /** Every line of this name. */
  all(name: string): readonly string[];
  /** All lines of this name as one text; `null` if there is none. */
  header(name: string): string | null;
  /** The body as JSON. */
  json(): Readonly<Record<string, unknown>>;
  /** The line that sets the session's cookie; `null` if none does. */
  readonly sessionCookie: string | null;
}

/** A browser: it keeps cookies, and says what it is told to. */
export interface Visitor {
  readonly cookies: Map<string, string>;
  send(method: string, path: string, headers?: Headers, body?: string): Promise<Reply>;
  /** Goes away once `reached` resolves, without waiting for the answer. */
  leave(path: string, reached: Promise<void>): Promise<void>;
}

/** The session's cookie, by its default name. */
export const COOKIE = '__Host-session';
/** Somebody opens an address, or follows a link. */
export const CLICK: Headers = {
  accept: 'text/html',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-user': '?1',
  'sec-fetch-site': 'none',
};
/** Somebody pressed something, and the page's script asks. */
export const PRESS: Headers = {
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-origin',
  'curfew-activity': 'user',
};
/** The page's script asks by itself. */
export const POLL: Headers = {
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-origin',
  'curfew-activity': 'background',
};

export function aVisitor(wire: Wire): Visitor {
  const cookies = new Map<string, string>();
  const linesOf = (headers: Headers) => {
    const kept = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const stated = Object.entries({ 'user-agent': 'contract/1', ...(kept !== '' && { cookie: kept }), ...headers });
    return stated.flatMap(([name, value]) => [value].flat().map((line) => [name, line] as const));
  };
  return {
    cookies,
    async send(method, path, headers = {}, body) {
      const received = await wire.send({ method, path, headers: linesOf(headers), body });
      const reply = replyOf(received);
      for (const line of reply.all('set-cookie')) keep(cookies, line);
      return reply;
    },
    leave: (path, reached) => wire.hangUp({ method: 'GET', path, headers: linesOf(PRESS) }, reached),
  };
}

function replyOf(received: Received): Reply {
  const all = (name: string) => received.lines.filter(([other]) => other === name).map(([, value]) => value);
  return {
    ...received,
    all,
    header: (name) => (all(name).length === 0 ? null : all(name).join(', ')),
    json: () => JSON.parse(received.body),
    sessionCookie: all('set-cookie').find((line) => line.startsWith(`${COOKIE}=`)) ?? null,
  };
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const equals = pair.indexOf('=');
  const name = pair.slice(0, equals);
  if (attributes.some((attribute) => attribute.toLowerCase() === 'max-age=0')) cookies.delete(name);
  else cookies.set(name, pair.slice(equals + 1));
}
