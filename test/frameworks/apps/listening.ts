import type { Server } from 'node:http';
import type { FrameworkApp } from '../../../src/testing/framework-contract.js';

/** An app that listens on some port of this host. */
export async function listening(server: Server): Promise<FrameworkApp> {
  if (!server.listening) {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
