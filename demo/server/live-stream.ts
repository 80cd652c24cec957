import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LogEntry } from '../shared.js';
import type { DecisionLog } from './decision-log.js';

/**
 * The live log as server-sent events. It asks nothing of any session: a stream that is open keeps nobody signed in. A
 * browser that comes back says what it saw last (`Last-Event-ID`), and is told the rest.
 */
export function streamLog(log: DecisionLog, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const seen = Number(
    request.headers['last-event-id'] ?? new URL(request.url ?? '/', 'http://demo').searchParams.get('after'),
  );
  const write = (entry: LogEntry) => response.write(`id: ${entry.number}\ndata: ${JSON.stringify(entry)}\n\n`);
  response.write('retry: 1000\n\n');
  for (const entry of log.since(Number.isFinite(seen) ? seen : 0)) write(entry);
  const stop = log.subscribe(write);
  response.on('close', stop);
}
