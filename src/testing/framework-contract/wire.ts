import type { IncomingMessage } from 'node:http';

/** A request as it goes over the wire. Nothing is added to it but `Host` and the length of the body. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  /** Several lines of one name are several lines. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string | undefined;
}

/** A response as it came over the wire. */
export interface Received {
  readonly status: number;
  readonly lines: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** A connection that lives on between requests. */
export interface Wire {
  send(sent: Sent): Promise<Received>;
  /** Sends a request and hangs up once `reached` resolves. */
  hangUp(sent: Sent, reached: Promise<void>): Promise<void>;
  close(): void;
}

/** Opens a connection to an app. Loaded when it is used, so that who only wants a clock needs no Node. */
export async function openWire(url: string): Promise<Wire> {
  const http = await import('node:http');
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  const { hostname, port, host } = new URL(url);
  const start = ({ method, path, headers, body = '' }: Sent) => {
    const hasHost = headers.some(([name]) => name === 'host');
    const all = [...(hasHost ? [] : [['host', host]]), ...headers];
    if (method !== 'GET' && method !== 'HEAD')
      all.push(['content-length', String(new TextEncoder().encode(body).length)]);
    // as pairs in a row, because a record cannot have two lines of one name
    return http.request({ agent, hostname: hostname.replace(/^\[|\]$/g, ''), port, method, path, headers: all.flat() });
  };
  return {
    send: (sent) =>
      new Promise((resolve, reject) => {
        const request = start(sent);
        request.on('error', reject);
        request.on('response', (response) => received(response).then(resolve, reject));
        request.end(sent.method === 'GET' || sent.method === 'HEAD' ? undefined : (sent.body ?? ''));
      }),
    async hangUp(sent, reached) {
      const request = start(sent);
      const gone = new Promise<void>((resolve) => request.on('close', resolve));
      request.on('error', () => undefined);
      request.end();
      await reached;
      request.destroy();
      await gone;
    },
    close: () => agent.destroy(),
  };
}

async function received(response: IncomingMessage): Promise<Received> {
  let body = '';
  response.setEncoding('utf8');
  for await (const chunk of response) body += chunk;
  const { rawHeaders } = response;
  const lines: (readonly [string, string])[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    lines.push([(rawHeaders[index] ?? '').toLowerCase(), rawHeaders[index + 1] ?? '']);
  }
  return { status: response.statusCode ?? 0, lines, body };
}
