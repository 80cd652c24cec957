import type { Policy } from '../core/policy.js';
import type { Session } from '../core/session.js';
import { deadlines, hasLapsed } from '../deadlines.js';
import { type EndAllAnswer, type ListAnswer, type Listed, unavailable } from './answers.js';
import { apply } from './apply.js';
import { timeOf } from './clock-guard.js';
import { fault } from './faults.js';
import { called } from './loads.js';
import { byId, type Which } from './question.js';
import { ended } from './questions.js';
import type { Ending } from './requests.js';
import type { Shell } from './shell.js';
import { heldBy } from './stored.js';
import { tellFault } from './tell.js';
import { within } from './time-limit.js';

/** How many sessions of one subject are ended at a time. */
const AT_ONCE = 32;

/** What a store has of a subject: sessions, ended ones included, and what is wrong with the records that are none. */
export interface SubjectSessions {
  readonly sessions: readonly Session[];
  readonly faults: readonly unknown[];
}

/** Every session of a subject that the store has, with this process's activity. */
export async function sessionsOf(shell: Shell, subject: string): Promise<SubjectSessions> {
  const { store, timers, recent, activity } = shell;
  const asked = recent.asking();
  const loaded = await within(
    timers,
    shell.settings().storeTimeout,
    called(() => store.listBySubject(subject)),
  );
  const sessions: Session[] = [];
  const faults: unknown[] = [];
  for (const one of loaded) {
    try {
      if (one === null) continue;
      if ('damage' in one) throw fault('store_record_invalid', one.damage);
      const { session } = activity.over(recent.read(one, asked), asked.question);
      // a store that answers with somebody else's must not have them ended
      if (session.subject === subject) sessions.push(session);
    } catch (error) {
      faults.push(error);
      tellFault(shell, 'list', error);
    }
  }
  return { sessions, faults };
}

/** A subject's sessions that are not over, the latest login first. */
export async function list(shell: Shell, subject: string): Promise<ListAnswer> {
  const { policy } = shell.policies();
  try {
    const now = await timeOf(shell);
    const { sessions: all, faults } = await sessionsOf(shell, subject);
    if (faults.length > 0) return unavailable('store_record_invalid', now);
    const sessions = all
      .filter((session) => !hasLapsed(policy, session, now))
      .sort((a, b) => b.createdAt - a.createdAt)
      .map((session) => listed(policy, session));
    return { effect: 'permit', sessions };
  } catch (error) {
    return unavailable(tellFault(shell, 'list', error), shell.clock.now());
  }
}

function listed(policy: Policy, session: Session): Listed {
  const { until, boundBy } = deadlines(policy, session);
  return { session, until, boundBy };
}

/**
 * Ends every session of a subject, but for one; a handle that is not accepted spares nobody. All that were there when
 * it began have ended when it says so.
 */
export async function endAll(
  shell: Shell,
  subject: string,
  { except, ...ending }: Ending & { readonly except?: Which },
): Promise<EndAllAnswer> {
  const done: Session[] = [];
  const question = ended(ending);
  try {
    const spared = except === undefined ? null : await heldBy(shell, except, await timeOf(shell));
    const { sessions, faults } = await sessionsOf(shell, subject);
    const open = sessions.filter((one) => one.ended === null && one.id !== spared?.session.id);
    for (let start = 0; start < open.length; start += AT_ONCE) {
      const some = open.slice(start, start + AT_ONCE);
      const answers = await Promise.all(some.map(({ id }) => apply(shell, byId(id), question)));
      for (const { answer } of answers) if (answer.session?.ended) done.push(answer.session);
      const unsure = answers.find(({ answer }) => answer.effect === 'indeterminate');
      if (unsure !== undefined) throw fault(unsure.answer.reasons[0]?.code ?? 'store_unavailable');
    }
    if (faults.length === 0) return { effect: 'permit', ended: done };
    return { ...unavailable('store_record_invalid', shell.clock.now()), ended: done };
  } catch (error) {
    return { ...unavailable(tellFault(shell, 'list', error), shell.clock.now()), ended: done };
  }
}
