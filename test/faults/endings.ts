import type { Entry, Promised, Violation } from './entry.js';
import type { Life } from './history.js';

/** What renews a session, at the latest: a call that may have done so counts as if it had. */
const RENEWING = new Set(['start', 'reauthenticate', 'refresh']);

/** Sessions end when they were told to or when a deadline passes, and then for good. */
export function endingRules(life: Life, promised: Promised): readonly Violation[] {
  return [
    ...permitsAfterEnd(life, promised),
    ...permitsAfterLoss(life, promised),
    ...changedEnds(life),
    ...endsByNobody(life, promised),
    ...idleOverruns(life, promised),
  ];
}

/** When an end was first acknowledged; `null` if none was. */
function endOf({ entries, sweeps }: Life): Entry | null {
  const start = entries.find(({ operation }) => operation === 'start');
  const known = start === undefined ? null : start.returned;
  const swept = sweeps.filter(({ effect, invoked }) => effect === 'permit' && known !== null && known < invoked);
  const ends = [...entries.filter(({ ended }) => ended !== null), ...swept];
  return ends.reduce<Entry | null>(
    (first, one) => (first === null || one.returned < first.returned ? one : first),
    null,
  );
}

function permitsAfterEnd(life: Life, { revocationBound }: Promised): readonly Violation[] {
  const end = endOf(life);
  if (end === null) return [];
  return life.entries
    .filter(({ effect, invoked }) => effect === 'permit' && invoked > end.returned + revocationBound)
    .map(({ invoked, process, operation }) => ({
      kind: 'permit_after_end',
      session: life.session,
      cause: end.returned,
      seen: invoked,
      text: `process ${process} permitted \`${operation}\` ${Math.round(invoked - end.returned)} ms after \`${end.operation}\` was acknowledged to process ${end.process}`,
    }));
}

/** A store that lost everything has no sessions of before, whatever a process remembers. */
function permitsAfterLoss({ session, entries }: Life, { losses, revocationBound }: Promised): readonly Violation[] {
  const start = entries.find(({ operation }) => operation === 'start');
  const loss = losses.find(({ from }) => start !== undefined && start.returned < from);
  if (loss === undefined) return [];
  return entries
    .filter(({ effect, invoked }) => effect === 'permit' && invoked > loss.to + revocationBound)
    .map(({ invoked }) => ({
      kind: 'permit_after_loss',
      session,
      cause: loss.from,
      seen: invoked,
      text: `permitted ${Math.round(invoked - loss.to)} ms after the store had lost it`,
    }));
}

/** Why and when a session ended is written once. */
function changedEnds({ session, entries }: Life): readonly Violation[] {
  const told = entries.filter(({ ended }) => ended !== null);
  const first = told[0];
  if (first?.ended == null) return [];
  const { code, at } = first.ended;
  const other = told.find(({ ended }) => ended?.code !== code || ended.at !== at);
  if (other === undefined) return [];
  const text = `ended with \`${code}\` at ${at}, then with \`${other.ended?.code}\` at ${other.ended?.at}`;
  return [{ kind: 'end_changed', session, cause: first.returned, seen: other.returned, text }];
}

function endsByNobody(life: Life, promised: Promised): readonly Violation[] {
  const { session, entries } = life;
  const seen = entries.find(({ ended }) => ended !== null);
  if (seen?.ended == null) return [];
  const { code } = seen.ended;
  if (code === 'idle_timeout') return idledTooEarly(life, seen, promised);
  const isAsked = [...entries, ...life.sweeps].some((one) => one.code === code && one.invoked <= seen.returned);
  if (isAsked || (code === 'refresh_reused' && isReuse(entries, seen, promised))) return [];
  const text = `ended with \`${code}\`, which nobody had asked for`;
  return [{ kind: 'ended_by_nobody', session, cause: seen.invoked, seen: seen.returned, text }];
}

/** Whether a token was presented, in this time, that was possibly retired for longer than its grace. */
function isReuse(entries: readonly Entry[], seen: Entry, { refreshGrace, clockLeeway }: Promised): boolean {
  const refreshes = entries.filter(({ operation, invoked }) => operation === 'refresh' && invoked <= seen.returned);
  return refreshes.some((late) =>
    refreshes.some((early) => {
      if (early === late || early.effect === 'deny') return false;
      const [before, now] = [early.generation ?? 0, late.generation ?? 0];
      return before > now || (before === now && early.invoked + refreshGrace <= late.returned + clockLeeway);
    }),
  );
}

/** An idle end although somebody had been told, before, that they were active, and that it is not so long ago. */
function idledTooEarly({ session, entries }: Life, seen: Entry, promised: Promised): readonly Violation[] {
  const { recordEvery, writeTime, clockLeeway } = promised;
  // when that was decided, on the monotonic clock
  const decided = (seen.ended?.at ?? 0) - (seen.wall - seen.invoked);
  const active = entries.filter(
    ({ operation, activity, effect, returned }) =>
      effect === 'permit' && returned <= decided && (operation === 'start' || activity === 'user'),
  );
  const last = active.reduce<Entry | null>(
    (latest, one) => (one.invoked > (latest?.invoked ?? 0) ? one : latest),
    null,
  );
  if (last === null) return [];
  const inForce = entries.filter(({ returned, invoked }) => returned >= last.invoked && invoked <= seen.returned);
  const idleTimeout = Math.min(...inForce.map((one) => one.idleTimeout));
  const early = last.invoked + idleTimeout - decided;
  if (early <= recordEvery + writeTime + clockLeeway) return [];
  const text = `idle-ended ${Math.round(early)} ms early: process ${last.process} had acknowledged activity`;
  return [{ kind: 'activity_lost', session, cause: last.returned, seen: decided, text }];
}

/** A permit although nobody can have been active for longer than the longest idle limit. */
function idleOverruns({ session, entries }: Life, { idleTimeout, clockLeeway }: Promised): readonly Violation[] {
  const found: Violation[] = [];
  let renewed: number | null = null;
  for (const { operation, activity, effect, invoked, returned } of entries) {
    const over = renewed === null ? 0 : invoked - (renewed + idleTimeout);
    if (effect === 'permit' && renewed !== null && over > clockLeeway) {
      const text = `permitted ${Math.round(over)} ms after its idle limit`;
      found.push({ kind: 'idle_overrun', session, cause: renewed, seen: invoked, text });
    }
    const isRenewing = activity === 'user' || RENEWING.has(operation);
    if (isRenewing && effect !== 'deny') renewed = Math.max(renewed ?? 0, returned);
  }
  return found;
}
