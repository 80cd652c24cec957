import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

/** Serves a function of requests over HTTP, on a free port. */
export async function served(answer: (request: Request) => Promise<Response | null>) {
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming;
    const body = method === 'GET' || method === 'HEAD' ? null : Readable.toWeb(incoming);
    const headers = incoming.headers as Record<string, string>;
    const request = new Request(new URL(url, base), { method, headers, body, duplex: 'half' } as RequestInit);
    const response =
      (await answer(request).catch(() => new Response(null, { status: 500 }))) ?? new Response(null, { status: 404 });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    base,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
