import { endingRules } from './endings.js';
import type { Entry, Promised, Span, Violation } from './entry.js';
import { handleRules } from './handles.js';

export type { Effect, Entry, Operation, Promised, Span, Violation, ViolationKind } from './entry.js';

/** Answers that may come in any run: by deadlines, by request, or because nobody could tell. */
const EXPECTED = new Set([
  ...['idle_timeout', 'session_missing', 'refresh_reused', 'refresh_unknown', 'logout', 'logout_everywhere'],
  ...['store_unavailable', 'store_timeout', 'store_contention', 'clock_off', 'clock_behind'],
]);

/** What one session went through, in the order of `invoked`, and the calls that ended all sessions of its subject. */
export interface Life {
  readonly session: string;
  readonly entries: readonly Entry[];
  readonly sweeps: readonly Entry[];
}

/**
 * Everything in a history that breaks a promise. An answer that nobody heard, or `indeterminate`, may or may not have
 * happened: it excuses what would follow from it, and obliges nobody.
 */
export function violations(history: readonly Entry[], promised: Promised): readonly Violation[] {
  return livesOf(history).flatMap((life) => [
    ...unexpectedAnswers(life),
    ...endingRules(life, promised),
    ...handleRules(life, promised),
  ]);
}

/** Those that a failover explains: what was acknowledged before it, and not there after it. */
export function lostByFailover(found: readonly Violation[], failovers: readonly Span[]): readonly Violation[] {
  return found.filter(({ cause, seen }) => failovers.some(({ from, to }) => cause <= to && seen >= from));
}

function livesOf(history: readonly Entry[]): readonly Life[] {
  const sorted = [...history].sort((a, b) => a.invoked - b.invoked);
  const sweeps = sorted.filter(({ operation }) => operation === 'endAll');
  const lives = new Map<string, Entry[]>();
  for (const entry of sorted) {
    if (entry.operation === 'endAll' || entry.session === '') continue;
    const life = lives.get(entry.session);
    if (life === undefined) lives.set(entry.session, [entry]);
    else life.push(entry);
  }
  return [...lives].map(([session, entries]) => {
    const subject = entries[0]?.subject;
    return { session, entries, sweeps: sweeps.filter((sweep) => sweep.subject === subject) };
  });
}

function unexpectedAnswers({ session, entries }: Life): readonly Violation[] {
  return entries
    .filter(
      ({ effect, reason }) => !['permit', 'superseded', 'unknown'].includes(effect) && !EXPECTED.has(reason ?? ''),
    )
    .map(({ invoked, returned, operation, effect, reason }) => ({
      kind: 'unexpected_answer',
      session,
      cause: invoked,
      seen: returned,
      text: `${operation} was answered \`${effect}\`, \`${reason}\``,
    }));
}
