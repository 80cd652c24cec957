/** One minute, the step of the idle limits that are tried. */
export const MINUTE = 60_000;

/** The longest idle limit that is looked at, in minutes: a day. */
export const LONGEST = 1440;

/** A person who is back within so many minutes of the end was cut off: as in every replay. */
export const RETURN_MINUTES = 5;
