/** A length of time in whole milliseconds, zero or more. */
export type Duration = number;

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const SHORT = /^(?:\d{1,15}(?:ms|s|m|h|d|w))+$/;
const PART = /(\d+)(ms|[smhdw])/g;
const ISO = /^P(?=.)(?:(\d{1,15})W)?(?:(\d{1,15})D)?(?:T(?=.)(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,15})S)?)?$/;

/**
 * Reads a duration: whole milliseconds as a number, `"15m"`, `"1h30m"`, or ISO 8601 without years and months
 * (`"PT15M"`, `"P1D"`), whose lengths a calendar would decide.
 *
 * @returns milliseconds, or `null` when it is none of these.
 * @example
 * parseDuration('15m'); // => 900000
 * parseDuration('PT15M'); // => 900000
 * parseDuration('15 mins'); // => null
 */
export function parseDuration(value: unknown): Duration | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : null;
  if (typeof value !== 'string' || value.length > 100) return null;
  const total = SHORT.test(value) ? sumOfParts(value) : sumOfIso(ISO.exec(value));
  return total !== null && Number.isSafeInteger(total) ? total : null;
}

function sumOfParts(value: string): number {
  let total = 0;
  for (const [, count, unit] of value.matchAll(PART)) total += Number(count) * (UNITS[unit as string] as number);
  return total;
}

function sumOfIso(match: RegExpExecArray | null): number | null {
  if (match === null) return null;
  const sizes = ['w', 'd', 'h', 'm', 's'];
  return sizes.reduce((total, unit, index) => total + Number(match[index + 1] ?? 0) * (UNITS[unit] as number), 0);
}

/**
 * Writes a duration the short way, largest unit first.
 *
 * @example
 * formatDuration(900_000); // => '15m'
 * formatDuration(5_400_000); // => '1h30m'
 * formatDuration(0); // => '0s'
 */
export function formatDuration(duration: Duration): string {
  if (duration === 0) return '0s';
  let rest = duration;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = UNITS[unit] as number;
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text;
}
