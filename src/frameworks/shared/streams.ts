import type { Bound, Transport } from '../../sockets/connection.js';
import { type EventStream, openStream, type StreamResponse } from './event-stream.js';
import { type LetIn, permitted } from './let-in.js';
import { nodeSink, webSink } from './stream-sinks.js';

/** Streams of events for requests that were let in. */
export interface SessionStreams<Operation extends string> {
  eventStream(request: LetIn, response: StreamResponse): EventStream<Operation>;
  eventResponse(request: LetIn): { readonly response: Response; readonly stream: EventStream<Operation> };
}

/** Makes responses streams that live on a session. Nothing is sent for a request that was not let in. */
export function sessionStreams<Operation extends string>(
  bind: (request: LetIn, transport: Transport) => Bound<Operation>,
): SessionStreams<Operation> {
  return {
    eventStream(request, response) {
      permitted(request);
      const stream = openStream(nodeSink(response));
      const connection = bind(request, stream.transport);
      response.on('close', connection.release);
      return stream.over(connection);
    },
    eventResponse(request) {
      permitted(request);
      let gone = (): void => undefined;
      const { response, sink } = webSink(() => gone());
      const stream = openStream(sink);
      const connection = bind(request, stream.transport);
      gone = connection.release;
      return { response, stream: stream.over(connection) };
    },
  };
}
