import type { SessionEvent } from '../../core/event.js';
import type { Requested } from '../../core/session.js';
import { NEVER } from '../../time/instant.js';
import { accessAt, keptAlive, loginAt, reauthenticatedAt } from './attempts.js';
import type { Attempt, Pair } from './comparison.js';
import type { Shift } from './limit-shifts.js';
import { ANYWHERE } from './places.js';

/** Sessions that may show that a limit is longer: at the limit before, they ask once more. */
export function limitAttempts(pair: Pair, shift: Shift): readonly Attempt[] {
  const { measure, place, raised, before, after } = shift;
  if (after <= before || measure.kind === 'clamp') return [];
  const login = loginAt(place, measure.kind === 'plain' ? null : requestedBy(shift));
  const signals: SessionEvent[] =
    raised === null ? [] : [{ type: 'signal', at: 0, signal: raised.signal, level: raised.level }];
  const last = accessAt(before, place, place.attention);
  const ways = measure.limit === 'idleTimeout' ? idling(pair, shift) : living(pair, shift);
  return ways.map((events) => ({ login, events: [...signals, ...events, last] }));
}

/** As long as is had after, or a little longer than before where that is for ever. */
function requestedBy({ measure: { limit }, before, after }: Shift): Requested {
  return { [limit]: after === NEVER ? before * 2 : after };
}

/** Nothing at all; or authentications alone, where they leave the idle clock as it is. */
function idling({ before, after }: Pair, shift: Shift): readonly (readonly SessionEvent[])[] {
  const due = Math.min(before.reauthentication.after, after.reauthentication.after);
  if (due > shift.before) return [[]];
  const often = Math.ceil(shift.before / due);
  if (often > 100) return [[]];
  const step = Math.max(1, due - 1);
  const proofs = Array.from({ length: often }, (_, index) => reauthenticatedAt((index + 1) * step, shift.place));
  return [[], proofs.filter(({ at }) => at < shift.before)];
}

/** Activity that keeps the session alive; and authentications, or none, where they would start the clock again. */
function living(pair: Pair, { place, raised, before }: Shift): readonly (readonly SessionEvent[])[] {
  const seen = { ...place, attention: ANYWHERE.attention };
  return [true, false].flatMap((mayProve) => {
    const events = keptAlive(pair, seen, before, { raised, mayProve });
    return events === null ? [] : [events];
  });
}
