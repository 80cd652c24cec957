import type { AccessEvent } from '../core/event.js';
import { missingSession } from '../missing-session.js';
import { type Answer, unavailable } from './answers.js';
import { timeOf } from './clock-guard.js';
import { decide } from './merging.js';
import type { Which } from './question.js';
import type { Shell } from './shell.js';
import { heldBy } from './stored.js';
import { tellFault } from './tell.js';

/**
 * What a background request would be answered. It states no context and no attention, so it can say other than the next
 * request will be told; and its `session` is the one that is there, whatever the decision would have made of it.
 */
export async function peek(shell: Shell, which: Which): Promise<Answer> {
  const event = (at: number): AccessEvent => ({ type: 'access', at, activity: 'background' });
  try {
    const at = await timeOf(shell);
    const held = await heldBy(shell, which, at);
    if (held === null) return missingSession(event(at));
    const later = Math.max(at, held.session.recordedAt);
    return { ...decide(shell.policies(), held.session, event(later)), session: held.session };
  } catch (error) {
    return unavailable(tellFault(shell, 'answer', error), shell.clock.now());
  }
}
