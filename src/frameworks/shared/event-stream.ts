import type { Connection, Transport } from '../../sockets/connection.js';
import { closeReason, type SocketEnding } from '../../sockets/ending.js';
import { delivery } from './delivery.js';

/** One event of a stream. */
export interface StreamEvent {
  /** Its type; default `message`. */
  readonly event?: string;
  /** Each line of it becomes a line `data:`. */
  readonly data: string;
  readonly id?: string;
  /** How long a browser waits before it connects again, in milliseconds. */
  readonly retry?: number;
}

/** A stream of server-sent events that lives on a session. */
export interface EventStream<Operation extends string = string> {
  readonly connection: Connection<Operation>;
  /**
   * Sends an event. `false`: the reader is behind, and what is sent waits in memory. After the end nothing is sent.
   */
  send(event: StreamEvent): boolean;
  /** Sends a comment, which no page sees: now and then, so that a proxy does not take the connection for dead. */
  comment(text?: string): boolean;
  /** The application has nothing more to say. The browser connects again; answer 204 to keep it from that. */
  close(): void;
}

/** What of a response of Node's is used. */
export interface StreamResponse {
  readonly headersSent: boolean;
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  write(text: string): boolean;
  end(text?: string): unknown;
  destroy(): unknown;
  flushHeaders?(): unknown;
  on(name: 'close' | 'error', listener: () => void): unknown;
}

/** Nobody may keep it, and no proxy is to gather it (`X-Accel-Buffering` is nginx's word for that). */
export const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
} as const;

/** Where a stream's text goes. */
export interface StreamSink {
  write(text: string): boolean;
  end(text: string): void;
  cut(): void;
}

/** A stream on its way out: what is sent while the engine is being asked waits, and after the end nothing is. */
export interface OpenStream {
  readonly transport: Transport;
  /** The application's side, once it is bound. */
  over<Operation extends string>(connection: Connection<Operation>): EventStream<Operation>;
}

export function openStream(sink: StreamSink): OpenStream {
  const gate = delivery();
  function write(text: string): boolean {
    let isTaken = false;
    gate.deliver(() => {
      isTaken = sink.write(text);
    });
    return isTaken;
  }
  return {
    transport: {
      end(ending) {
        gate.stop();
        sink.end(lastEvent(ending));
      },
      cut: () => sink.cut(),
      hold: gate.hold,
      resume: gate.resume,
    },
    over: (connection) => ({
      connection,
      send: (event) => write(written(event)),
      comment: (text = '') => write(`${lines('', text)}\n`),
      close() {
        if (connection.state !== 'closed') sink.end('');
        gate.stop();
      },
    }),
  };
}

/** The event that says why a stream ends: a page that hears it closes its `EventSource`, which else connects again. */
function lastEvent({ closeCode, reason }: SocketEnding): string {
  return written({ event: 'session_ended', data: JSON.stringify({ reason: closeReason(reason), closeCode }) });
}

/** An event as the stream has it (HTML standard, section 9.2.6). A line break in a name would begin another field. */
function written({ event, data, id, retry }: StreamEvent): string {
  const named = event === undefined ? '' : `event: ${oneLine(event)}\n`;
  const numbered = id === undefined ? '' : `id: ${oneLine(id)}\n`;
  const delayed = retry === undefined ? '' : `retry: ${Math.max(0, Math.round(retry))}\n`;
  return `${named}${numbered}${delayed}${lines('data', data)}\n`;
}

function lines(field: string, text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `${field}: ${line}\n`)
    .join('');
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\0]/g, ' ');
}
