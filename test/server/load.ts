import { Agent, request } from 'node:http';

/** What came back: a status, or 0 where the connection broke. */
export interface Answered {
  readonly status: number;
  readonly milliseconds: number;
}

/** A client that keeps its connections. */
export interface LoadClient {
  get(path: string, headers: Readonly<Record<string, string>>): Promise<Answered>;
  close(): void;
}

export function loadClient(port: number, connections: number): LoadClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    get: (path, headers) =>
      new Promise((resolve) => {
        const since = performance.now();
        const done = (status: number) => resolve({ status, milliseconds: performance.now() - since });
        const asked = request({ host: '127.0.0.1', port, path, headers, agent }, (response) => {
          response.resume();
          response.on('end', () => done(response.statusCode ?? 0));
        });
        asked.on('error', () => done(0));
        asked.end();
      }),
    close: () => agent.destroy(),
  };
}
