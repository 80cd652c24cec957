import type { IncomingMessage } from 'node:http';
import { type Reply, refused } from './reply.js';

/** A body that was read, or what to answer. */
export type Body = { readonly value: unknown } | { readonly reply: Reply };

/** What is longer is read no further: the answer goes out, and the connection with it. */
const LONGEST = 262_144;

/** Reads a body as JSON, of at most 256 kB. */
export async function bodyOf(message: IncomingMessage): Promise<Body> {
  const type = message.headers['content-type'] ?? '';
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    return { reply: refused(415, 'body_not_json', 'Send JSON, with `Content-Type: application/json`.') };
  }
  if (Number(message.headers['content-length'] ?? 0) > LONGEST) return tooLong();
  const chunks: Buffer[] = [];
  let length = 0;
  // a body that is too long must not cut the connection before the answer is sent
  for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST) return tooLong();
    chunks.push(chunk);
  }
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))) as unknown };
  } catch {
    return { reply: refused(400, 'body_invalid', 'The body is no JSON.') };
  }
}

function tooLong(): Body {
  const detail = `The body is longer than ${LONGEST} bytes.`;
  return { reply: refused(413, 'body_too_long', detail, { headers: [['connection', 'close']] }) };
}
