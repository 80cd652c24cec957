import type { Session } from '../core/session.js';
import { deadlines } from '../deadlines.js';
import type { Answer, Ceiling, Unavailable } from '../engine/answers.js';
import { evaluate } from '../evaluate.js';
import { type Instant, NEVER } from '../time/instant.js';
import { ORGANISATION, textOf } from './attributes.js';
import type { Over, Pair } from './organisation.js';

/** What the organisation's session is to those under it. `null` if it is none. */
export function ceilingOf(pair: Pair, answer: Answer): Ceiling {
  const { organisation } = pair;
  const { session } = answer;
  const absolute = session === null ? NEVER : deadlines(organisation.policy(), session).absolute;
  return { answer, absolute, extendable: extendable(pair, answer) };
}

/** Whether what a person does in the application keeps the organisation's session alive, too. */
export function isCounted({ organisation, application }: Pair): boolean {
  return organisation.policy().activityFrom.includes(application.policy().id);
}

function extendable(pair: Pair, answer: Answer): Instant {
  if (answer.effect !== 'permit') return 0;
  const { session, until } = answer;
  if (until === NEVER || !isCounted(pair)) return until;
  const at = Math.max(pair.organisation.now(), session.recordedAt, until - 1);
  const extended = evaluate(pair.organisation.policy(), session, { type: 'access', at, activity: 'user' });
  return extended.effect === 'permit' ? Math.max(until, extended.until) : until;
}

/** Whether the two belong together: one person, and the link that the application's session itself has. */
export function isUnder(own: Session, { answer, link: known }: Over): boolean {
  const over = answer?.session ?? null;
  return textOf(own, ORGANISATION) === known && (over === null || over.subject === own.subject);
}

/** Nobody could tell. */
export function isUnsure(answer: Answer): answer is Answer & Unavailable {
  return answer.effect === 'indeterminate';
}
