import { createServer } from 'node:net';

/** A Redis Cluster talks on the port that is so much higher. */
const BUS = 10_000;
const HIGHEST = 65_535;

const given = new Set<number>();

/** A port that nobody listens on, nor on the one for the bus of a Cluster; never the same twice in a process. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = await listenOn(0);
    if (port === null || given.has(port) || port + BUS > HIGHEST || given.has(port + BUS)) continue;
    if ((await listenOn(port + BUS)) === null) continue;
    given.add(port);
    return port;
  }
  throw new Error('no free port was found');
}

function listenOn(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
