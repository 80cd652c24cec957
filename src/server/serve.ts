import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Engine } from '../engine/engine.js';
import type { Dispatched } from './dispatch.js';
import type { Figures } from './figures.js';
import type { LogRecord } from './log.js';
import { type Reply, refused, send } from './reply.js';

/** What every request goes through. */
export interface Serving {
  readonly dispatch: (message: IncomingMessage) => Dispatched;
  readonly engine: Engine;
  readonly counts: Figures;
  readonly log: (record: LogRecord) => void;
  /** Milliseconds that only run forwards. */
  readonly monotonic: () => number;
  readonly isClosing: () => boolean;
}

const SECOND = 1_000;

/** Makes the handler of a server of Node's. Whatever goes wrong, somebody is answered, and nobody is let in. */
export function serving(parts: Serving): (message: IncomingMessage, response: ServerResponse) => void {
  return (message, response) => {
    const since = parts.monotonic();
    const { endpoint, reply } = dispatched(parts, message);
    reply
      .then(
        (answer) => finish(parts, response, endpoint, answer, since),
        (error: unknown) => {
          // cut off half-way: there is nobody to answer, and nothing is wrong
          if (!message.complete && message.destroyed) return;
          finish(parts, response, endpoint, failed(parts, error), since);
        },
      )
      // what cannot be sent must not end the process, nor leave anybody waiting
      .catch(() => response.destroy());
  };
}

function dispatched(parts: Serving, message: IncomingMessage): Dispatched {
  try {
    return parts.dispatch(message);
  } catch (error) {
    return { endpoint: 'other', reply: Promise.resolve(failed(parts, error)) };
  }
}

function finish(parts: Serving, response: ServerResponse, endpoint: string, reply: Reply, since: number): void {
  send(response, reply, { policy: parts.engine.policy().fingerprint, isLast: parts.isClosing() });
  parts.counts.answered(endpoint, reply.status, (parts.monotonic() - since) / SECOND);
}

/** A mistake of ours. What was thrown may hold anything, so its name alone is told. */
function failed({ log }: Serving, error: unknown): Reply {
  log({ level: 'error', event: 'gateway_failed', error: error instanceof Error ? error.name : typeof error });
  return refused(500, 'gateway_failed', 'The gateway failed. Nobody was let in.');
}
