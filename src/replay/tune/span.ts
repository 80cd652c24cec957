import type { Duration } from '../../time/duration.js';
import type { CurvePoint } from './curve.js';
import type { GapCounts } from './gaps.js';

/** How long a log is. */
export function spanOf({ firstAt, lastAt }: Pick<GapCounts, 'firstAt' | 'lastAt'>): Duration {
  return firstAt === null || lastAt === null ? 0 : lastAt - firstAt;
}

/** Whether a log is too short to say anything of a limit: it is as long, or no session was over before it was. */
export function isBeyond({ idleTimeout, ended }: CurvePoint, log: Pick<GapCounts, 'firstAt' | 'lastAt'>): boolean {
  return idleTimeout >= spanOf(log) || ended === 0;
}
