import type { SessionStatus } from './status.js';

/**
 * What a page may know of its session, as a Structured Fields dictionary (RFC 9651): `Curfew-Session` of a response.
 * A page on another origin needs `Access-Control-Expose-Headers: Curfew-Session`.
 */
export function statusHeader(status: SessionStatus): string {
  const { state, remainingMs, warnInMs, absoluteRemainingMs, boundBy, canExtend } = status;
  const members: readonly (readonly [string, string | null])[] = [
    ['state', state],
    ['remaining-ms', text(remainingMs)],
    ['warn-in-ms', text(warnInMs)],
    ['absolute-remaining-ms', text(absoluteRemainingMs)],
    ['bound-by', boundBy],
    ['can-extend', canExtend ? '?1' : '?0'],
    ['code', status.code],
    ['assurance-level', status.assuranceLevel],
    ['tag', status.tag],
    ['at', text(status.at)],
  ];
  return members.flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`])).join(', ');
}

/** Integers of a Structured Field have 15 digits at most (RFC 9651 section 3.3.1). */
function text(milliseconds: number | null): string | null {
  return milliseconds === null || milliseconds > 999_999_999_999_999 ? null : String(milliseconds);
}
