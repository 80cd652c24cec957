import { request } from 'node:http';
import type { LogEntry } from '../../demo/shared.js';

interface Answer<Body> {
  readonly status: number;
  readonly body: Body & { readonly code?: string };
}

/** A browser without a screen: it keeps the cookie. */
export interface Client {
  /** What every request carries; the cookie is among it. */
  readonly headers: Record<string, string>;
  send<Body = object>(
    method: string,
    path: string,
    body?: object | string,
    activity?: 'user' | 'background',
  ): Promise<Answer<Body>>;
  /** The first so many lines of the live log. */
  log(count: number): Promise<LogEntry[]>;
}

export function clientOf(url: string): Client {
  const headers: Record<string, string> = {};
  return {
    headers,
    async send(method, path, body, activity = 'background') {
      const text = typeof body === 'object' ? JSON.stringify(body) : body;
      const response = await fetch(url + path, {
        method,
        headers: { ...headers, 'curfew-activity': activity },
        ...(text !== undefined && { body: text }),
      });
      for (const line of response.headers.getSetCookie()) headers['cookie'] = line.split(';', 1)[0] as string;
      const told = await response.text();
      return { status: response.status, body: told.startsWith('{') ? JSON.parse(told) : {} };
    },
    async log(count) {
      const stop = new AbortController();
      const response = await fetch(`${url}/demo/events`, { signal: stop.signal });
      const entries: LogEntry[] = [];
      let text = '';
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk;
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) if (line.startsWith('data: ')) entries.push(JSON.parse(line.slice(6)));
        if (entries.length >= count) break;
      }
      stop.abort();
      return entries;
    },
  };
}

/** The status of the first page, asked for by another name of the host. */
export function hostIs(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once('error', reject);
    asked.end();
  });
}
