import { admit } from '../admit.js';
import type { RevokedEvent } from '../core/event.js';
import type { Policy } from '../core/policy.js';
import type { Session } from '../core/session.js';
import { deadlines } from '../deadlines.js';
import { type Login, startSession } from '../start-session.js';
import { type Instant, NEVER } from '../time/instant.js';
import { type StartAnswer, unavailable } from './answers.js';
import { apply } from './apply.js';
import { timeOf } from './clock-guard.js';
import { fault } from './faults.js';
import { frozen, ownAttributes } from './frozen.js';
import { isGrant } from './grants.js';
import { makeHandle } from './handle.js';
import { called } from './loads.js';
import { checkSubject } from './login-checks.js';
import { byId } from './question.js';
import { ended as ending } from './questions.js';
import { envelopeOf, heldAs } from './retention.js';
import { makeId } from './session-id.js';
import type { Shell } from './shell.js';
import { sessionsOf } from './subject.js';
import { tellDecision, tellFault } from './tell.js';
import { within } from './time-limit.js';

/** What a login says; the engine gives the session its id, and knows what time it is. */
export type EngineLogin = Omit<Login, 'id' | 'at'>;

/** Ids are drawn from 2^128: one that is taken means that the source of randomness is broken. */
const DRAWS = 3;

/** Starts a session, if the policy's `concurrency` has a place for it. */
export async function start(shell: Shell, login: EngineLogin): Promise<StartAnswer> {
  const { policy } = shell.policies();
  // a login that is none is the caller's mistake, and told before anything is asked of the store
  const draft = startSession(policy, { ...login, id: makeId(shell.random), at: shell.clock.now() });
  checkSubject(draft.subject);
  const attributes = ownAttributes(draft.attributes);
  try {
    const at = await timeOf(shell);
    const newcomer = startSession(policy, { ...login, attributes, id: draft.id, at });
    const answer = await admitted(shell, policy, frozen(newcomer));
    return told(shell, login, at, answer);
  } catch (error) {
    const at = shell.clock.now();
    return told(shell, login, at, unavailable(tellFault(shell, 'answer', error), at));
  }
}

async function admitted(shell: Shell, policy: Policy, newcomer: Session): Promise<StartAnswer> {
  const { createdAt: at } = newcomer;
  const isLimited = policy.concurrency !== null;
  const before = isLimited ? admit(policy, await usable(shell, newcomer), newcomer, at) : null;
  if (before?.admitted === false) return refusedBy(before.event);
  const { session, handle } = await created(shell, newcomer);
  const placed = isLimited ? await withPlace(shell, policy, session) : [];
  if ('effect' in placed) return placed;
  const { until, boundBy, warnAt } = deadlines(policy, session);
  return { effect: 'permit', session, reasons: [], until, warnAt, boundBy, handle, ended: placed };
}

/** Others may have started at the same time: all of them look again, and agree on who goes. */
async function withPlace(shell: Shell, policy: Policy, session: Session): Promise<StartAnswer | readonly Session[]> {
  return orNobody(
    shell,
    session,
    (async () => {
      const sessions = await usable(shell, session);
      const { admitted: isIn, end, event } = admit(policy, sessions, session, session.createdAt);
      const ended = await endEach(shell, end, event);
      if (isIn) return ended;
      await endEach(shell, [session], event);
      return refusedBy(event);
    })(),
  );
}

/** A login that fails half-way: nobody will ever have the handle of what may be in the store, so it holds no place. */
async function orNobody<Value>(shell: Shell, session: Session, step: Promise<Value>): Promise<Value> {
  try {
    return await step;
  } catch (error) {
    // nobody asked for that end: what is told is how the login was answered
    await apply({ ...shell, observer: null }, byId(session.id), ending({ code: 'start_failed' }));
    throw error;
  }
}

/**
 * The subject's sessions that can be read, and are of the newcomer's kind: one that cannot be is of no use to anybody,
 * and what a job goes by (`curfew/jobs`) takes no place of a login.
 */
async function usable(shell: Shell, newcomer: Session): Promise<readonly Session[]> {
  const { sessions } = await sessionsOf(shell, newcomer.subject);
  return sessions.filter((session) => isGrant(session) === isGrant(newcomer));
}

/** Writes the new session down, under another id should its own be taken. */
async function created(shell: Shell, newcomer: Session) {
  const { store, timers, random } = shell;
  const { keepEnded, storeTimeout } = shell.settings();
  for (let draw = 0; draw < DRAWS; draw++) {
    const session = draw === 0 ? newcomer : frozen({ ...newcomer, id: makeId(random) });
    const { handle, hash } = makeHandle(random, session.id);
    const envelope = envelopeOf(heldAs(session, [{ hash, validUntil: NEVER }], 1), keepEnded);
    const asked = within(
      timers,
      storeTimeout,
      called(() => store.create(envelope)),
    );
    const outcome = await orNobody(shell, session, asked);
    if (outcome === 'written') return { session, handle };
    if (outcome !== 'conflict') throw fault('store_answer_invalid');
  }
  throw fault('store_contention');
}

async function endEach(shell: Shell, sessions: readonly Session[], event: RevokedEvent): Promise<Session[]> {
  const ended: Session[] = [];
  for (const { id } of sessions) {
    const { answer } = await apply(shell, byId(id), { type: 'revoked', event: (at) => ({ ...event, at }) });
    // a limit that is not kept must not look as if it were
    if (answer.effect === 'indeterminate') throw fault(answer.reasons[0]?.code ?? 'store_unavailable');
    if (answer.session !== null) ended.push(answer.session);
  }
  return ended;
}

function refusedBy({ code, at }: RevokedEvent): StartAnswer {
  return { effect: 'deny', session: null, reasons: [{ code, effect: 'deny', rule: 'concurrency', since: at }] };
}

function told(shell: Shell, { subject, context }: EngineLogin, at: Instant, answer: StartAnswer): StartAnswer {
  tellDecision(shell, context, {
    kind: 'decision',
    at,
    type: 'start',
    operation: null,
    activity: 'user',
    by: null,
    sessionId: answer.session?.id ?? null,
    subject,
    effect: answer.effect,
    reasons: answer.reasons,
    endedNow: false,
    until: answer.effect === 'permit' ? answer.until : null,
    warned: false,
    idleFor: null,
    age: null,
    policy: shell.policies().policy.fingerprint,
    wouldBe: null,
    from: null,
    written: answer.effect === 'permit' ? 'now' : 'nothing',
    conflicts: 0,
  });
  return answer;
}
