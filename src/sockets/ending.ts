import type { ReasonCode } from '../core/reason.js';
import type { Answer } from '../engine/answers.js';

/**
 * Why a connection is closed, as a WebSocket's close code: 4401 the session is over, 4403 it is not and may not go on
 * (a reauthentication is due, or the policy refuses), 1013 nobody can tell (try again later), 1001 this process ends.
 * 1001 and 1013 are those of the WebSocket Close Code Number Registry (RFC 6455 section 11.7).
 */
export type CloseCode = 4401 | 4403 | 1013 | 1001;

/** How a connection was ended from this side. */
export interface SocketEnding {
  readonly closeCode: CloseCode;
  /** The code of the end or of the refusal: `idle_timeout`, `logout`, `reauthentication_due`. */
  readonly reason: ReasonCode;
}

/** What a close frame has room for, in bytes of UTF-8 (RFC 6455 section 5.5: 125, less two for the close code). */
const LONGEST_REASON = 123;

/** What a connection is closed with after an answer that is no permit. */
export function endingOf(answer: Exclude<Answer, { effect: 'permit' }>): SocketEnding {
  const { effect, session, reasons } = answer;
  if (effect === 'deny' && session !== null && session.ended !== null) return over(session.ended.code);
  const found = reasons.find((reason) => reason.effect === effect) ?? reasons[0];
  const reason = found?.code ?? 'session_missing';
  if (effect === 'indeterminate') return { closeCode: 1013, reason };
  return effect === 'deny' && session === null ? over(reason) : { closeCode: 4403, reason };
}

function over(reason: ReasonCode): SocketEnding {
  return { closeCode: 4401, reason };
}

/** As much of a reason as a close frame takes; no character is cut in two. */
export function closeReason(reason: string): string {
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(LONGEST_REASON));
  return reason.slice(0, read);
}
