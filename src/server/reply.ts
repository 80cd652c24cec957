import type { ServerResponse } from 'node:http';
import type { EndpointAnswer } from '../http/endpoint-answers.js';
import { problem } from '../http/refusal.js';
import type { HeaderLine } from '../http/request.js';

/** What is answered, whatever made it. */
export type Reply = EndpointAnswer;

const NO_STORE: HeaderLine = ['cache-control', 'no-store'];
const JSON_TYPE: HeaderLine = ['content-type', 'application/json'];

export function json(value: unknown, status = 200): Reply {
  return { status, headers: [JSON_TYPE, NO_STORE], body: JSON.stringify(value) };
}

export function plain(text: string, status = 200, type = 'text/plain; charset=utf-8'): Reply {
  return { status, headers: [['content-type', type], NO_STORE], body: text };
}

/** A refusal of the gateway's own, in the form that all of Curfew's have (RFC 9457). */
export function refused(
  status: number,
  code: string,
  detail: string,
  { headers = [], more }: { readonly headers?: readonly HeaderLine[]; readonly more?: Record<string, unknown> } = {},
): Reply {
  const title = status >= 500 ? 'Cannot tell' : 'Refused';
  return problem({ status, title, detail, code, headers, ...(more !== undefined && { more }) });
}

/** How a reply goes out. */
export interface SendOptions {
  /** Fingerprint of the policy in force: in every answer, so that nobody has to guess which one decided. */
  readonly policy: string;
  /** Whether the connection is to end after it. */
  readonly isLast: boolean;
}

/** Sends a reply in one write: a flat list of names and values makes no object for Node to take apart again. */
export function send(response: ServerResponse, reply: Reply, { policy, isLast }: SendOptions): void {
  if (response.headersSent || response.destroyed) return;
  const lines: string[] = [];
  for (const [name, value] of reply.headers) lines.push(name, value);
  lines.push('curfew-policy', policy);
  if (isLast) lines.push('connection', 'close');
  // 204 has no body, and says no length either (RFC 9110 section 8.6)
  if (reply.status !== 204) lines.push('content-length', String(Buffer.byteLength(reply.body)));
  response.writeHead(reply.status, lines);
  response.end(reply.body);
}
