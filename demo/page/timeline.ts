import type { LogEntry, SessionFacts } from '../shared.js';

export type MarkKind = 'start' | 'user' | 'background' | 'challenge' | 'proof' | 'risk' | 'policy';

/** Something that happened, and when. */
export interface Mark {
  readonly at: number;
  readonly kind: MarkKind;
  readonly text: string;
}

/** What there is to draw: instants of the server, no pixels yet. */
export interface Timeline {
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly marks: readonly Mark[];
  /** From the last activity to the idle deadline, with the part of it that is warned in. */
  readonly band: { readonly from: number; readonly to: number; readonly warnFrom: number } | null;
  readonly idle: number | null;
  readonly absolute: number | null;
  readonly ended: { readonly at: number; readonly code: string } | null;
}

/** As much room as there is behind the last deadline, as a part of the whole. */
const ROOM = 0.02;
/** Where nothing ends a session, this much is shown. */
const SHOWN_WITHOUT_LIMIT = 60_000;

/** The timeline of one session: its facts, and what the log says happened to it. */
export function timelineOf(session: SessionFacts, entries: readonly LogEntry[], now: number): Timeline {
  const { createdAt: from, idle, absolute, warnAt, lastActivityAt, boundBy } = session;
  const ended = session.ended === null ? null : { at: session.ended.since, code: session.ended.code };
  const last = Math.max(absolute ?? Math.max(idle ?? 0, now) + SHOWN_WITHOUT_LIMIT, ended?.at ?? 0);
  const isBound = boundBy === 'idle_timeout' && warnAt !== null;
  const band =
    idle === null || ended !== null
      ? null
      : { from: lastActivityAt, to: idle, warnFrom: isBound ? Math.max(lastActivityAt, warnAt) : idle };
  return {
    from,
    to: last + (last - from) * ROOM,
    now: ended === null ? Math.min(Math.max(now, from), last) : ended.at,
    marks: entries.flatMap((entry) => markOf(entry, session)),
    ...{ band, idle: ended === null ? idle : null, absolute, ended },
  };
}

function markOf(entry: LogEntry, { id, createdAt }: SessionFacts): Mark[] {
  const isOurs = entry.sessionId === id || (entry.kind === 'policy' && entry.at >= createdAt);
  const kind = isOurs ? kindOf(entry) : null;
  return kind === null ? [] : [{ at: entry.at, kind, text: `${entry.request ?? entry.type}: ${entry.sentence}` }];
}

function kindOf({ kind, type, effect, activity }: LogEntry): MarkKind | null {
  if (kind === 'policy') return 'policy';
  if (kind === 'fault') return null;
  if (type === 'start') return 'start';
  if (effect === 'challenge') return 'challenge';
  if (type === 'signal' || effect === 'deny') return 'risk';
  if (effect !== 'permit') return null;
  if (type === 'reauthenticated') return 'proof';
  return activity === 'user' ? 'user' : 'background';
}

/** Where an instant lies, from 0 to 1. */
export function placeOf({ from, to }: Timeline, at: number): number {
  return to === from ? 0 : Math.min(1, Math.max(0, (at - from) / (to - from)));
}

const STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600].map((seconds) => seconds * 1_000);

/** Round instants for the axis, counted from the sign-in; at most so many. */
export function ticksOf({ from, to: end, absolute }: Timeline, most: number): number[] {
  const to = absolute ?? end;
  const step = STEPS.find((one) => (to - from) / one <= most) ?? Math.ceil((to - from) / most);
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => index * step);
}
