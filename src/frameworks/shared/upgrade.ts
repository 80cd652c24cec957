import { unavailable } from '../../engine/answers.js';
import {
  type HttpRequest,
  type HttpSessions,
  isCrossSite,
  type Refusal,
  type RequestSession,
  refusalOf,
} from '../../http/index.js';
import { crossSite } from '../../http/refusal.js';
import { endingOf, type SocketEnding } from '../../sockets/ending.js';
import type { Instant } from '../../time/instant.js';
import { fromNode, type NodeRequest } from './node.js';

/** What of the raw connection of an upgrade is used. */
export interface UpgradeSocket {
  readonly destroyed: boolean;
  on(name: 'error', listener: () => void): unknown;
  once(name: 'finish', listener: () => void): unknown;
  removeListener(name: 'error', listener: () => void): unknown;
  end(text: string): unknown;
  destroy(): unknown;
}

/** Who asks for a connection, and what to answer where it is not to be had. */
export interface Handshake<Operation extends string> {
  readonly session: RequestSession<Operation>;
  readonly refusal: Refusal | null;
  /** What an open connection would be closed with; `null` where it may not even be opened. */
  readonly ending: SocketEnding | null;
}

/**
 * Decides about the request that opens a connection. Whatever the method and the headers say, it counts as one that
 * another site may have caused (cross-site WebSocket hijacking: OWASP WebSocket Security Cheat Sheet), and it is
 * nobody's activity: a client that connects again and again keeps nothing alive. `isAsked`: whether the engine is asked
 * about what was presented.
 */
export async function shakeHands<Operation extends string>(
  sessions: HttpSessions<Operation>,
  request: NodeRequest,
  origins: readonly string[],
  operation: Operation | undefined,
  isAsked = true,
): Promise<Handshake<Operation>> {
  const seen: HttpRequest = fromNode(request, request);
  const session = sessions.open(seen, () => undefined);
  if (isCrossSite({ ...seen, method: 'POST' }, origins)) return { session, refusal: crossSite(), ending: null };
  const refusal = isAsked ? await session.protect(operation) : null;
  const { answer } = session;
  if (refusal === null) return { session, refusal, ending: null };
  const isAnswered = answer !== null && answer.effect !== 'permit';
  return { session, refusal, ending: isAnswered ? endingOf(answer) : { closeCode: 4401, reason: refusal.code } };
}

/** What is answered where deciding failed: no permit, and no end of anything. */
export function failedHandshake(at: Instant): Refusal {
  return refusalOf(unavailable('handshake_failed', at));
}

const PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  503: 'Service Unavailable',
};

/** Answers an upgrade with a plain response: nobody has made one for it. */
export function refuseUpgrade(socket: UpgradeSocket, { status, headers, body }: Refusal): void {
  if (socket.destroyed) return;
  const length = new TextEncoder().encode(body).length;
  const lines = [...headers, ['connection', 'close'], ['content-length', String(length)]];
  const head = [
    `HTTP/1.1 ${status} ${PHRASES[status] ?? 'Refused'}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
