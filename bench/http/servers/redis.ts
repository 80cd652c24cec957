import { createClient } from 'redis';

/** A client as all variants have it. It fails at once while it is not connected. */
export async function connect(url: string) {
  const client = createClient({ url, disableOfflineQueue: true });
  client.on('error', (error) => console.error(error));
  return client.connect();
}
