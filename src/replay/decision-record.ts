import type { SessionEvent } from '../core/event.js';
import type { Instant } from '../time/instant.js';
import type { ProductionAnswer } from './record.js';

type Line = Readonly<Record<string, unknown>>;

/** Whether a line is what an engine told its observer. */
export function isEngineRecord(line: Line): boolean {
  return line['kind'] === 'decision' || line['kind'] === 'fault';
}

/**
 * The event that an engine's record tells of; `null` where it does not tell enough to be judged again: a fault, a
 * refused login, a signal without its name.
 *
 * A record says whose doing a request was, and its JSON nothing of context and levels. Whoever writes the observer may
 * add `context` and `assuranceLevel` beside it; without them a proof is the weakest. An access of a record without
 * `activity`, as older ones are, is a person's.
 */
export function eventOfRecord(line: Line, at: Instant): SessionEvent | null {
  const { type, effect } = line;
  if (line['kind'] !== 'decision') return null;
  if (type === 'start') return effect === 'permit' ? accessOf(line, at, 'user') : null;
  if (type === 'access') return accessOf(line, at, line['activity'] ?? 'user');
  // which generation is not told; what a refresh is for a session's clocks is background
  if (type === 'token_refreshed') return accessOf(line, at, 'background');
  if (type === 'revoked') return effect === 'deny' ? { type, at, code: codeOf(line) ?? 'revoked' } : null;
  // a reauthentication that was refused has proven nothing
  if (type === 'reauthenticated' && effect !== 'permit') return null;
  const assuranceLevel = line['assuranceLevel'] ?? 'aal1';
  if (type === 'reauthenticated') return { ...stated(line), type, at, assuranceLevel } as SessionEvent;
  if (type === 'operation_finished') return { type, at, operation: line['operation'] as string };
  const isTold = type === 'signal' ? line['signal'] !== undefined : line['attributes'] !== undefined;
  return isTold ? ({ ...line, at } as unknown as SessionEvent) : null;
}

/** What production answered; `null` where there was no session that the answer could be about. */
export function answerOfRecord(line: Line): ProductionAnswer | null {
  const { effect, policy, sessionId, wouldBe } = line;
  if (typeof effect !== 'string' || typeof policy !== 'string' || typeof sessionId !== 'string') return null;
  const would = typeof wouldBe === 'object' && wouldBe !== null ? (wouldBe as Line) : null;
  const wouldAnswer = typeof would?.['effect'] === 'string' ? { effect: would['effect'], code: codeOf(would) } : null;
  return { effect, policy, sessionId, code: codeOf(line), wouldBe: wouldAnswer };
}

function accessOf(line: Line, at: Instant, activity: unknown): SessionEvent {
  const operation = typeof line['operation'] === 'string' ? { operation: line['operation'] } : {};
  return { type: 'access', at, activity, ...operation, ...stated(line) } as SessionEvent;
}

function stated(line: Line): object {
  const context = line['context'] ?? null;
  return context === null ? {} : { context };
}

function codeOf({ reasons }: Line): string | null {
  const first: unknown = Array.isArray(reasons) ? reasons[0] : null;
  const code = typeof first === 'object' && first !== null ? (first as Line)['code'] : null;
  return typeof code === 'string' ? code : null;
}
