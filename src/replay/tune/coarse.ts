import { type Duration, formatDuration } from '../../time/duration.js';
import type { GapCounts } from './gaps.js';
import { MINUTE } from './minutes.js';

/** Fewer pauses than this may be of any length by chance. */
const FEWEST_PAUSES = 30;
/** Where so many people pause at all, some pause for less. */
const SUSPICIOUS = 10 * MINUTE;

/**
 * The shortest pause of a minute or more, where nobody pauses for less than that although many pause: the log's
 * instants are then rounded or thinned out, and it says nothing of shorter limits. `null` where a log is fine.
 */
export function coarsePause({ spread }: Pick<GapCounts, 'spread'>): Duration | null {
  const pauses = spread.counts().filter(([second]) => second * 1000 >= MINUTE);
  const all = pauses.reduce((sum, [, count]) => sum + count, 0);
  const shortest = Math.min(...pauses.map(([second]) => second * 1000));
  return all >= FEWEST_PAUSES && shortest >= SUSPICIOUS ? shortest : null;
}

/** What is said of a log with such instants. */
export function coarseCaveat(counts: Pick<GapCounts, 'spread'>): string[] {
  const shortest = coarsePause(counts);
  if (shortest === null) return [];
  const range = `between ${formatDuration(MINUTE)} and ${formatDuration(Math.floor(shortest / MINUTE) * MINUTE)}`;
  return [`no pause of this log lies ${range}: its instants are coarse, and what it says of limits there is not sure`];
}
