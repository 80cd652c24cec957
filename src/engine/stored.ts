import type { Instant } from '../time/instant.js';
import { fault } from './faults.js';
import { acceptedHandle } from './handle.js';
import type { Held } from './held.js';
import { called } from './loads.js';
import { type Target, targetOf, type Which } from './question.js';
import type { Asked } from './recent.js';
import { envelopeOf } from './retention.js';
import type { Shell } from './shell.js';
import { within } from './time-limit.js';

/** What the store has under an id; `null` for nothing. */
export async function loaded(shell: Shell, id: string, asked: Asked): Promise<Held | null> {
  const answer = await shell.load(id);
  if (answer === null) {
    shell.activity.drop(id);
    shell.recent.forget(id);
    return null;
  }
  if ('damage' in answer) throw fault('store_record_invalid', answer.damage);
  return shell.recent.read(answer, asked);
}

/** The session that is meant, with this process's activity; `null` if there is none, or not for this handle. */
export async function heldBy(shell: Shell, which: Which, at: Instant): Promise<Held | null> {
  const target = targetOf(which);
  const asked = shell.recent.asking();
  const stored = target === null ? null : await loaded(shell, target.id, asked);
  const held = stored === null ? null : shell.activity.over(stored, asked.question);
  return held !== null && target !== null && isPresented(held, target, at) ? held : null;
}

/** Whether that was presented with a handle that is accepted, or named by who acts for it. */
export function isPresented({ handles }: Held, { hash }: Target, at: Instant): boolean {
  return hash === null || acceptedHandle(handles, hash, at) !== null;
}

/** Compare-and-set. Whoever does not hear of the outcome must not guess it: that is a fault. */
export async function isWritten(shell: Shell, next: Held): Promise<boolean> {
  const { store, timers, recent } = shell;
  const { keepEnded, storeTimeout } = shell.settings();
  const asked = recent.asking();
  const envelope = envelopeOf(next, keepEnded);
  const outcomes = await within(
    timers,
    storeTimeout,
    called(() => store.replace([envelope], { announce: true })),
  );
  const outcome = Array.isArray(outcomes) ? outcomes[0] : undefined;
  if (outcome === 'conflict') return false;
  if (outcome !== 'written') throw fault('store_answer_invalid');
  recent.wrote(next, asked);
  shell.activity.over(next, recent.questions() + 1);
  shell.changed(next.session.id);
  return true;
}

/**
 * As `isWritten`; where the outcome is not heard of, the store is asked. A new handle that nobody is given would leave
 * the client with the old one, which dies.
 */
export async function isRotated(shell: Shell, next: Held): Promise<boolean> {
  try {
    return await isWritten(shell, next);
  } catch (error) {
    const asked = shell.recent.asking();
    const stored = await loaded(shell, next.session.id, asked).catch(() => null);
    // nobody else could have drawn the new handle's secret
    if (stored?.record === next.record) return true;
    throw error;
  }
}
