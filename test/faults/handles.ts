import type { Entry, Promised, Violation } from './entry.js';
import type { Life } from './history.js';

/** A handle opens its session until it is retired and its grace is over, and never again; a token rotates once. */
export function handleRules(life: Life, promised: Promised): readonly Violation[] {
  return [
    ...acceptedAfterGrace(life, promised),
    ...revived(life, promised),
    ...lost(life, promised),
    ...rotatedTwice(life),
  ];
}

function acceptedAfterGrace({ session, entries }: Life, promised: Promised): readonly Violation[] {
  const { handleGrace, clockLeeway, revocationBound } = promised;
  const retired = firstByHandle(
    entries.filter(({ newHandle, operation }) => newHandle !== null && operation !== 'start'),
  );
  return permits(entries).flatMap(({ handle, invoked, process }) => {
    const rotation = retired.get(handle ?? '');
    if (rotation === undefined) return [];
    const over = invoked - (rotation.returned + handleGrace);
    if (over <= clockLeeway + revocationBound) return [];
    const text = `process ${process} accepted a handle ${Math.round(over)} ms after its grace`;
    return [{ kind: 'handle_after_grace' as const, session, cause: rotation.returned, seen: invoked, text }];
  });
}

/** What was told to be no session is none later on. */
function revived({ session, entries }: Life, { revocationBound }: Promised): readonly Violation[] {
  const missed = firstByHandle(entries.filter(({ reason }) => reason === 'session_missing'));
  return permits(entries).flatMap(({ handle, invoked }) => {
    const before = missed.get(handle ?? '');
    if (before === undefined || invoked <= before.returned + revocationBound) return [];
    const text = `permitted ${Math.round(invoked - before.returned)} ms after it was told to be missing`;
    return [{ kind: 'handle_revived' as const, session, cause: before.returned, seen: invoked, text }];
  });
}

/** A handle that was given out, is in nobody's way, and opens nothing. */
function lost(life: Life, promised: Promised): readonly Violation[] {
  const { session, entries } = life;
  const makers = new Map(entries.filter(({ newHandle }) => newHandle !== null).map((one) => [one.newHandle, one]));
  for (const entry of entries) {
    const maker = makers.get(entry.handle);
    if (entry.reason !== 'session_missing' || maker === undefined) continue;
    if (isRetired(entries, entry, maker, promised) || isForgotten(life, entry, promised)) continue;
    const text = `\`${entry.operation}\` of process ${entry.process} was told that there is no such session`;
    return [{ kind: 'session_lost', session, cause: maker.returned, seen: entry.returned, text }];
  }
  return [];
}

/**
 * Whether another rotation may have taken the handle's place so long ago that its grace was over; or two of them: the
 * engine keeps the handle that was presented and the one that was current, and drops what was retired before.
 */
function isRetired(
  entries: readonly Entry[],
  entry: Entry,
  maker: Entry,
  { handleGrace, clockLeeway }: Pick<Promised, 'handleGrace' | 'clockLeeway'>,
): boolean {
  const later = entries.filter((one) => {
    const mayRotate = one !== maker && one.operation === 'reauthenticate' && one.effect !== 'deny';
    return mayRotate && one.returned >= maker.invoked && one.invoked <= entry.returned;
  });
  return later.length > 1 || later.some(({ invoked }) => invoked + handleGrace <= entry.returned + clockLeeway);
}

/** Whether the record may be gone: with the whole store, or because it had been over for so long. */
function isForgotten({ entries }: Life, entry: Entry, { losses, keepEnded, idleTimeout }: Promised): boolean {
  const start = entries.find(({ operation }) => operation === 'start');
  if (losses.some(({ from }) => start !== undefined && start.invoked <= from && entry.returned >= from)) return true;
  const isOver = entries.some(({ ended, invoked }) => ended !== null && invoked + keepEnded <= entry.returned);
  const wasActive = entries.some(
    (one) => one.effect === 'permit' && one.returned + idleTimeout + keepEnded > entry.invoked,
  );
  return isOver || !wasActive;
}

function rotatedTwice({ session, entries }: Life): readonly Violation[] {
  const rotations = new Map<number | null, Entry>();
  const found: Violation[] = [];
  for (const entry of entries.filter(({ refreshed }) => refreshed === 'rotated')) {
    const first = rotations.get(entry.generation);
    rotations.set(entry.generation, first ?? entry);
    if (first === undefined) continue;
    const text = `generation ${entry.generation} was rotated for process ${first.process} and process ${entry.process}`;
    const [cause, seen] = [Math.min(first.returned, entry.returned), Math.max(first.returned, entry.returned)];
    found.push({ kind: 'double_rotation', session, cause, seen, text });
  }
  return found;
}

function permits(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ effect, handle }) => effect === 'permit' && handle !== null);
}

/** The one that returned first, of each handle that was presented. */
function firstByHandle(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const first = new Map<string, Entry>();
  for (const entry of entries) {
    const known = first.get(entry.handle ?? '');
    if (known === undefined || entry.returned < known.returned) first.set(entry.handle ?? '', entry);
  }
  return first;
}
