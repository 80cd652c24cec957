/** What of an event tells whether a person caused it. */
export interface InputEventLike {
  readonly isTrusted: boolean;
  /** Keyboards alone have it. */
  readonly key?: string;
}

/**
 * Whether a person did this: what browsers count as user activation (HTML 6.4). A script's click is not trusted, and
 * Escape, moves and scrolling are left out, as there.
 */
export function isRealInput({ isTrusted, key }: InputEventLike, isActive = true): boolean {
  return isTrusted && isActive && key !== 'Escape';
}

/**
 * How long to keep quiet after telling the server that somebody is there: a tenth of the idle time, at least 30
 * seconds, but no more than a quarter of a short one.
 *
 * Reports are sent with an input, never after it, so a page errs towards the end: by a tenth at most, which a warning
 * covers. And a server hears of a busy person ten times in an idle time, however long.
 *
 * @example
 * quietFor(900_000); // => 90000
 * quietFor(60_000); // => 15000
 */
export function quietFor(idle: number): number {
  return Math.max(idle / 10, Math.min(30_000, idle / 4));
}
