import type { Reason } from '../core/decision.js';
import { missingSession } from '../missing-session.js';
import type { Instant } from '../time/instant.js';
import { type Answer, unavailable } from './answers.js';
import { timeOf } from './clock-guard.js';
import { fault } from './faults.js';
import { liveHandles, rotatedHandles } from './handle.js';
import type { Held } from './held.js';
import { type Applied, isActivity, isSoon, kept, later } from './keeping.js';
import { type Decided, decide } from './merging.js';
import { type Question, type Target, targetOf, type Which } from './question.js';
import { heldAs } from './retention.js';
import type { Shell } from './shell.js';
import { isPresented, isRotated, isWritten, loaded } from './stored.js';
import { tellFault, told } from './tell.js';
import { inTurn } from './turns.js';

/** How often another writer may be first before the engine gives up. */
const ATTEMPTS = 16;

/**
 * Asks one question of one session, and sees to it that the answer is kept. Where memory will do, there is nothing to
 * wait for.
 */
export function apply(shell: Shell, which: Which, question: Question): Applied | Promise<Applied> {
  const target = targetOf(which);
  if (target === null) return refused(shell, question, missing(question, shell.clock.now()), null);
  return fromMemory(shell, target, question) ?? fromStoreOrNot(shell, target, question);
}

async function fromStoreOrNot(shell: Shell, target: Target, question: Question): Promise<Applied> {
  try {
    return await fromStore(shell, target, question, await timeOf(shell));
  } catch (error) {
    const code = tellFault(shell, 'answer', error);
    // whether it was written, nobody knows: what is in memory must not outlive it
    if (question.type !== 'access') shell.recent.forget(target.id);
    const stale = OUTAGES.has(code) && question.isFromMemory === true ? fromStaleMemory(shell, target, question) : null;
    return stale ?? refused(shell, question, unavailable(code, shell.clock.now()), target.id);
  }
}

/** A plain permit by a copy that can be believed; anything else is asked of the store. */
function fromMemory(shell: Shell, target: Target, question: Question): Applied | null {
  if (question.isFromMemory !== true || !shell.isWatched()) return null;
  const copy = shell.recent.trusted(target.id);
  const at = shell.guard.read();
  return copy === null || at === null ? null : permittedBy(shell, target, question, { copy, at, isOutage: false });
}

interface Copy {
  readonly copy: Held;
  readonly at: Instant;
  readonly isOutage: boolean;
}

/** A permit that needs nothing written before it is given; `null` for any other answer. */
function permittedBy(shell: Shell, target: Target, question: Question, { copy, at, isOutage }: Copy): Applied | null {
  const held = shell.activity.over(copy, 0);
  if (!isPresented(held, target, at)) return null;
  const decision = decide(shell.policies(), held.session, question.event(at));
  if (decision.effect !== 'permit' || !isActivity(question, held.session, decision.session)) return null;
  const keeping = { stored: copy, held, decision, at, from: 'memory' as const };
  if (!isOutage) return isSoon(shell, keeping) ? null : later(shell, question, keeping);
  const reason: Reason = { code: 'store_unavailable', effect: 'permit', rule: 'engine', since: at };
  return later(shell, question, { ...keeping, decision: { ...decision, reasons: [...decision.reasons, reason] } });
}

/** What keeps a store from answering, as against an answer that is wrong. */
const OUTAGES = new Set<string>(['store_unavailable', 'store_timeout']);

/**
 * A plain permit by a copy that the store confirmed lately enough for the policy's `staleFor`. What the person does is
 * written when the store is back.
 */
function fromStaleMemory(shell: Shell, target: Target, question: Question): Applied | null {
  const { staleFor } = shell.policies().policy;
  const copy = staleFor > 0 ? shell.recent.confirmedSince(target.id, shell.monotonic() - staleFor) : null;
  const at = shell.guard.read();
  if (copy === null || at === null) return null;
  return permittedBy(shell, target, question, { copy, at, isOutage: true });
}

async function fromStore(shell: Shell, target: Target, question: Question, arrived: Instant): Promise<Applied> {
  const first = await attempt(shell, target, question, { arrived, conflicts: 0, first: null });
  if ('answer' in first) return first;
  // somebody else was first; the requests of this process line up, so that each loses once
  return inTurn(shell.turns, target.id, async () => {
    for (let conflicts = 1; conflicts < ATTEMPTS; conflicts++) {
      const next = await attempt(shell, target, question, { arrived, conflicts, first });
      if ('answer' in next) return next;
    }
    throw fault('store_contention');
  });
}

interface Attempt {
  readonly arrived: Instant;
  readonly conflicts: number;
  readonly first: Decided | null;
}

/** The answer; or what was decided, where somebody else's write was first. */
async function attempt(
  shell: Shell,
  target: Target,
  question: Question,
  { arrived, conflicts, first }: Attempt,
): Promise<Applied | Decided> {
  const asked = shell.recent.asking();
  const stored = await loaded(shell, target.id, asked);
  if (stored === null) return refused(shell, question, missing(question, arrived), target.id);
  let held = shell.activity.over(stored, asked.question);
  let at = arrived;
  if (arrived < held.session.recordedAt) {
    // another request's later stamp is no sign of a clock that is behind: this one has waited for its answer
    at = Math.max(arrived, await timeOf(shell));
    held = shell.activity.over(stored, asked.question);
  }
  if (!isPresented(held, target, at)) return refused(shell, question, missing(question, at), target.id);
  const before = held.session;
  const decision = decide(shell.policies(), before, question.event(at));
  if (first !== null && question.isSuperseded?.(first, decision) === true) {
    const answer = { ...decision, session: before };
    told(shell, question, target.id, { decision: answer, before, effect: 'superseded', from: 'store', conflicts });
    return { answer, handle: null, isSuperseded: true };
  }
  const mayRotate = question.rotates === true && decision.effect === 'permit';
  const presented = mayRotate ? target.hash : null;
  if (presented === null && isActivity(question, held.session, decision.session)) {
    return (await kept(shell, question, { stored, held, decision, at, from: 'store' })) ?? decision;
  }
  const live = liveHandles(held.handles, at);
  const graceUntil = at + shell.settings().handleGrace;
  const rotated = presented === null ? null : rotatedHandles(shell.random, target.id, live, presented, graceUntil);
  const next = heldAs(decision.session, rotated?.handles ?? live, held.revision + 1);
  const isDone = rotated === null ? await isWritten(shell, next) : await isRotated(shell, next);
  if (isDone) {
    told(shell, question, target.id, { decision, before, from: 'store', written: 'now', conflicts });
    return { answer: decision, handle: rotated?.handle ?? null, isSuperseded: false };
  }
  return decision;
}

function missing(question: Question, at: Instant): Answer {
  return missingSession(question.event(at));
}

function refused(shell: Shell, question: Question, answer: Answer, id: string | null): Applied {
  told(shell, question, id, { decision: answer, before: null, from: null, conflicts: 0 });
  return { answer, handle: null, isSuperseded: false };
}
