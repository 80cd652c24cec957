import type { Engine } from '../../src/engine/index.js';
import type { SessionStore } from '../../src/engine/ports.js';
import {
  type EndpointOptions,
  type Exchange,
  type HttpOptions,
  type HttpRequest,
  httpSessions,
  type RequestSession,
} from '../../src/http/index.js';
import type { PolicyDocument } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { aWorld, policyWith, type World } from '../engine/support.js';

export interface Sent {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly remoteAddress?: string | null;
  readonly isGone?: boolean;
}

export function aRequest({
  method = 'GET',
  url = '/',
  headers = {},
  remoteAddress = '203.0.113.7',
  isGone = false,
}: Sent = {}): HttpRequest {
  return { method, url, remoteAddress, isGone, header: (name) => headers[name] };
}

/** What a person's browser sends when they click a link. */
export const CLICK = { 'sec-fetch-mode': 'navigate', 'sec-fetch-user': '?1', accept: 'text/html' };
/** What a script of the page sends when a person pressed something. */
export const MARKED = { 'curfew-activity': 'user' };

/** A browser: it keeps the cookie, and shows what it was answered. */
export interface Browser {
  readonly cookies: Map<string, string>;
  /** Opens the session's side of a request; `lines` is what is added to the response. */
  request(
    sent?: Sent,
  ): { readonly session: RequestSession; readonly lines: (readonly [string, string])[] } & Pick<Exchange, 'request'>;
}

export interface Site {
  readonly world: World;
  readonly engine: Engine;
  readonly loads: () => number;
  readonly browser: () => Browser;
  /** Asks one of the session's endpoints. */
  ask(browser: Browser, sent: Sent, body?: unknown): Promise<{ status: number; headers: Headers; json: unknown }>;
}

/** A site with an engine over memory, and time that moves only when told to. */
export function aSite(
  policy: Partial<PolicyDocument> = {},
  options: Partial<HttpOptions> = {},
  endpoints: EndpointOptions = {},
): Site {
  const world = aWorld();
  const store = memoryStore();
  let loads = 0;
  const counted: SessionStore = {
    ...store,
    load(ids) {
      loads += 1;
      return store.load(ids);
    },
  };
  const engine = world.engine({ store: counted, policy: policyWith(policy) });
  const sessions = httpSessions({ engine, ...options });
  const browser = (): Browser => {
    const cookies = new Map<string, string>();
    return {
      cookies,
      request(sent = {}) {
        const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
        const headers = { ...(cookie !== '' && { cookie }), ...sent.headers };
        const request = aRequest({ ...sent, headers });
        const lines: (readonly [string, string])[] = [];
        const append = (name: string, value: string) => {
          lines.push([name, value]);
          if (name === 'Set-Cookie') keep(cookies, value);
        };
        return { request, session: sessions.open(request, append), lines };
      },
    };
  };
  return {
    world,
    engine,
    loads: () => loads,
    browser,
    async ask(from, sent, body = null) {
      const { request, session, lines } = from.request(sent);
      const answer = await sessions.answer({ request, session, body: async () => body }, endpoints);
      if (answer === null) throw new Error('no endpoint');
      const headers = new Headers();
      for (const [name, value] of [...lines, ...answer.headers]) headers.append(name, value);
      return { status: answer.status, headers, json: answer.body === '' ? null : JSON.parse(answer.body) };
    },
  };
}

export function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const [name = '', value = ''] = pair.split('=');
  if (attributes.includes('Max-Age=0')) cookies.delete(name);
  else cookies.set(name, value);
}

export async function loggedIn(site: Site, browser = site.browser(), subject = 'alice'): Promise<Browser> {
  const { session } = browser.request({ method: 'POST', url: '/login', headers: CLICK });
  const started = await session.start({ subject });
  if (started.effect !== 'permit') throw new Error(started.reasons[0]?.code);
  return browser;
}
