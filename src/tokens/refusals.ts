import type { Session } from '../core/session.js';
import type { Answer, RefreshAnswer } from '../engine/answers.js';
import type { TokenRefusal } from './answers.js';

/** An answer of the engine's that is no permit. */
export type Refused = Exclude<Answer | RefreshAnswer, { readonly effect: 'permit' }>;

/** Says to a client that it gets no tokens, and why. */
export function refusedBy(answer: Refused, generation?: number): TokenRefusal {
  const { effect, session } = answer;
  const { status, error, text } = wordsFor(answer);
  const ended = session !== null && session.ended !== null;
  const known = generation === undefined || effect === 'indeterminate' ? {} : { generation };
  const body = { error, error_description: text, code: codeOf(answer), ended, ...known };
  return { effect, status, body, session };
}

/** A refusal that has nothing to do with any session: the request, the client or the token is no good. */
export function refused(status: number, error: string, code: string, text: string): TokenRefusal {
  return { effect: 'deny', status, body: { error, error_description: text, code, ended: false }, session: null };
}

/**
 * `invalid_grant` makes clients forget what they have, and then two tabs that refreshed at once would both be logged
 * out. So the loser is told in another word, and with a status that no client repeats by itself: to present the same
 * token again would be reuse.
 */
const SUPERSEDED = {
  status: 409,
  error: 'curfew_superseded',
  text: 'Another request has refreshed this token: use what it was given. Do not send this one again.',
};
const UNAVAILABLE = {
  status: 503,
  error: 'temporarily_unavailable',
  text: 'Nobody could tell whether this session is valid. Nothing is lost: try again.',
};

function wordsFor({ effect, session }: Refused): { status: number; error: string; text: string } {
  if (effect === 'superseded') return SUPERSEDED;
  if (effect === 'indeterminate') return UNAVAILABLE;
  return { status: 400, error: 'invalid_grant', text: sentenceFor(effect, session) };
}

function sentenceFor(effect: 'deny' | 'challenge', session: Session | null): string {
  if (effect === 'challenge') return 'The person has to authenticate again. Then this token is good once more.';
  if (session === null) return 'There is no such session. Log in.';
  return session.ended === null ? 'The session is valid, and this is not allowed.' : 'The session has ended. Log in.';
}

function codeOf({ effect, session, reasons }: Refused): string {
  if (effect === 'superseded') return 'refresh_superseded';
  if (session !== null && session.ended !== null) return session.ended.code;
  return (reasons.find((reason) => reason.effect === effect) ?? reasons[0])?.code ?? 'session_missing';
}
