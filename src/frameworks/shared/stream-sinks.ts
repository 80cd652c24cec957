import { STREAM_HEADERS, type StreamResponse, type StreamSink } from './event-stream.js';

const ignore = () => undefined;

/** A stream over a response of Node's. */
export function nodeSink(response: StreamResponse): StreamSink {
  // a client that hangs up is no error of the application's
  response.on('error', ignore);
  if (!response.headersSent) response.writeHead(200, STREAM_HEADERS);
  // so that the page knows of the connection before there is an event
  response.flushHeaders?.();
  return {
    write: (text) => response.write(text),
    end: (text) => void response.end(text),
    cut: () => void response.destroy(),
  };
}

/** What waits for a slow reader before `send` says so, in bytes. */
const BUFFERED = 65_536;

/** A stream as a standard `Response`; `gone` is called when nobody reads it any more. */
export function webSink(gone: () => void): { readonly response: Response; readonly sink: StreamSink } {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let isEnding = false;
  const body = new ReadableStream<Uint8Array>(
    {
      start(made) {
        controller = made;
        // a comment, because some servers send no header before there is a body
        made.enqueue(encoder.encode(':\n\n'));
      },
      cancel() {
        controller = null;
        gone();
      },
    },
    { highWaterMark: BUFFERED, size: (chunk) => chunk?.byteLength ?? 0 },
  );
  const sink: StreamSink = {
    write(text) {
      if (controller === null || isEnding) return false;
      controller.enqueue(encoder.encode(text));
      return (controller.desiredSize ?? 0) > 0;
    },
    end(text) {
      if (controller === null || isEnding) return;
      isEnding = true;
      if (text !== '') controller.enqueue(encoder.encode(text));
      controller.close();
      // nobody tells when it has been read: after the end of a session it is cut, which who has read it does not see
      if (text === '') gone();
    },
    cut() {
      controller?.error(new Error('the session has ended'));
      controller = null;
    },
  };
  return { response: new Response(body, { headers: STREAM_HEADERS }), sink };
}
