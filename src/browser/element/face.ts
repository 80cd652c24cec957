import type { SessionView } from '../phase.js';
import type { DialogMessages } from './messages.js';

/** The buttons and links of the dialog, the most useful first. */
export type Action = 'extend' | 'dismiss' | 'signOut' | 'unlock' | 'signIn';

/** What the dialog says at a moment. */
export interface Face {
  readonly title: string;
  /** What is seen: it counts every second at the end. */
  readonly seen: string;
  /** What is spoken: it changes each minute, then each 20 seconds. */
  readonly spoken: string;
  readonly actions: readonly Action[];
}

/**
 * The time that is left as it is seen: whole minutes, then seconds.
 *
 * @example
 * seenTime(119_000, ENGLISH); // => '2 minutes'
 * seenTime(59_400, ENGLISH); // => '60 seconds'
 */
export function seenTime(remainingMs: number, { minutes, seconds }: DialogMessages): string {
  const whole = Math.ceil(remainingMs / 1_000);
  return whole > 60 ? minutes(Math.ceil(whole / 60)) : seconds(whole);
}

/**
 * The time as it is spoken. A live region that changes each second is repeated without end, or falls silent.
 *
 * @example
 * spokenTime(119_000, ENGLISH); // => '2 minutes'
 * spokenTime(35_000, ENGLISH); // => '40 seconds'
 */
export function spokenTime(remainingMs: number, { minutes, seconds }: DialogMessages): string {
  const step = Math.ceil(remainingMs / 20_000) * 20;
  return step >= 60 ? minutes(Math.ceil(remainingMs / 60_000)) : seconds(step);
}

/**
 * What to show for a view; `null` for nothing. A session that was never seen alive here is not said to have ended:
 * that is the page where one signs in.
 */
export function faceOf(view: SessionView, messages: DialogMessages, wasAlive: boolean): Face | null {
  const { phase, remainingMs } = view;
  if (phase === 'warning') return warningFace(view, messages);
  if (phase === 'unknown' && remainingMs === 0) return still(messages.checkingTitle, messages.checking, []);
  if (phase === 'locked') return still(messages.lockedTitle, messages.locked, ['unlock', 'signOut']);
  if (phase !== 'ended' || !wasAlive) return null;
  const { ended } = messages;
  const why = view.code !== null && Object.hasOwn(ended, view.code) ? ended[view.code] : undefined;
  return still(messages.endedTitle, why ?? ended.other, ['signIn']);
}

function warningFace({ canExtend, boundBy, remainingMs }: SessionView, messages: DialogMessages): Face {
  const left = remainingMs as number;
  const fixed = boundBy === 'reauthentication_due' ? messages.proofWarning : messages.lastWarning;
  const say = canExtend ? messages.warning : fixed;
  return {
    title: messages.warningTitle,
    seen: say(seenTime(left, messages)),
    spoken: say(spokenTime(left, messages)),
    actions: [canExtend ? 'extend' : 'dismiss', 'signOut'],
  };
}

function still(title: string, text: string, actions: readonly Action[]): Face {
  return { title, seen: text, spoken: text, actions };
}
