import type { Context } from '../core/session.js';
import { type Answer, unavailable } from '../engine/answers.js';
import { byId } from '../engine/question.js';
import type { Access } from '../engine/requests.js';
import type { Permitted, Transport } from './connection.js';
import { hear, type Member, release, type Surroundings } from './member.js';

/** One connection, as it is known and as it is shown. */
export function makeMember<Operation extends string>(
  around: Surroundings<Operation>,
  { session, until }: Permitted,
  transport: Transport,
  context: Context | undefined,
): Member<Operation> {
  const member: Member<Operation> = {
    transport,
    context,
    session,
    until,
    limit: Number.POSITIVE_INFINITY,
    state: 'open',
    ending: null,
    doubtSince: null,
    hasWarned: false,
    touchedAt: Number.NEGATIVE_INFINITY,
    waiting: null,
    bound: {
      get session() {
        return member.session;
      },
      get until() {
        return member.until;
      },
      get state() {
        return member.state;
      },
      get ending() {
        return member.ending;
      },
      touch: () => touch(around, member),
      access: (access) => accessBy(around, member, access),
      release: () => release(around, member),
    },
  };
  return member;
}

/** Tells the engine of a person's doing, unless it has just been told: what comes within `touchEvery` adds nothing. */
function touch<Operation extends string>(around: Surroundings<Operation>, member: Member<Operation>): void {
  const { clock, touchEvery } = around.settings;
  const now = clock.monotonic();
  if (member.state === 'closed' || now - member.touchedAt < touchEvery) return;
  member.touchedAt = now;
  accessBy(around, member, { activity: 'user' }).catch(() => undefined);
}

async function accessBy<Operation extends string>(
  around: Surroundings<Operation>,
  member: Member<Operation>,
  access: Access<Operation>,
): Promise<Answer> {
  const { engine } = around.settings;
  if (member.state === 'closed') return unavailable('connection_closed', engine.now());
  const stated = member.context === undefined ? access : { context: member.context, ...access };
  const answer = await engine.access(byId(member.session.id), stated);
  hear(around, member, answer);
  return answer;
}
