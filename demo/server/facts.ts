import { deadlines, explain, NEVER, type Policy, type Proofs, type Session } from 'curfew';
import type { Engine } from 'curfew/engine';
import type { RequestSession } from 'curfew/http';
import type { SessionFacts } from '../shared.js';
import { limitFacts } from './explaining.js';

/** What there is to draw of the session that was presented; `null` where there is none. It renews nothing. */
export async function sessionFacts(engine: Engine, request: RequestSession): Promise<SessionFacts | null> {
  const presented = await request.presented();
  if (presented.kind !== 'credential') return null;
  const { session } = await engine.peek(presented.which);
  return session === null ? null : factsOf(engine.policy(), session, engine.now());
}

function factsOf(policy: Policy, session: Session, now: number): SessionFacts {
  const { id, subject, attributes, createdAt, lastActivityAt, authenticatedAt, proofs, recordedAt } = session;
  const look = { type: 'access', at: Math.max(now, recordedAt), activity: 'background' } as const;
  const { sentence, limits, session: next } = explain(policy, session, look);
  const { ended } = next;
  const { until, warnAt, boundBy, ...clocks } = deadlines(policy, session);
  // of a session that has ended, what its deadlines were
  const { idle, absolute } = ended === null ? clocks : session.stamps;
  return {
    ...{ id, subject, createdAt, lastActivityAt, authenticatedAt, boundBy, sentence },
    role: String(attributes['role'] ?? ''),
    assuranceLevel: strongest(proofs),
    idle: known(idle),
    absolute: known(absolute),
    until: known(until),
    warnAt: until === NEVER ? null : warnAt,
    limits: limitFacts(limits),
    ended: ended === null ? null : { code: ended.code, since: ended.since },
  };
}

function known(deadline: number): number | null {
  return deadline === NEVER ? null : deadline;
}

/** The strongest level that was ever proven in the session. */
function strongest(proofs: Proofs): string {
  return (['aal3', 'aal2', 'aal1'] as const).find((level) => proofs[level] !== null) ?? 'none';
}
