import { type Answer, unavailable } from './answers.js';
import { decide } from './merging.js';
import * as questions from './questions.js';
import type { Access } from './requests.js';
import type { Shell } from './shell.js';
import { told } from './tell.js';

/**
 * What the policy says of a session that was answered a moment ago: nothing is loaded, renewed or written. It cannot
 * say more than the answer in hand: who was refused is told so again.
 */
export function ask(shell: Shell, answer: Answer, access: Access): Answer {
  if (answer.effect !== 'permit') return answer;
  const question = questions.access(access);
  const now = shell.guard.read();
  // the clock was right when the session was answered; if it is not any more, nothing can be said
  if (now === null) return unavailable('clock_off', shell.clock.now());
  const event = question.event(Math.max(now, answer.session.recordedAt));
  const decision = decide(shell.policies(), answer.session, event);
  told(shell, question, answer.session.id, { decision, before: answer.session, from: 'memory', conflicts: 0 });
  return decision;
}
