import { curfewError } from '../../core/errors.js';

/** A hundred thousand kinds of surroundings are compared in seconds; no policy that people can read has so many. */
export const MOST_PLACES = 100_000;
/** Every range is asked about every cut that another one makes. */
export const MOST_RANGES = 2_000;
/** Regions of addresses are compared two by two, where `network_changed` is asked for. */
export const MOST_REGIONS = 2_000;

/** What would take minutes is refused: a comparison that was cut short would have missed something. */
export function tooLarge(path: string, what: string, count: number, most: number): Error {
  return curfewError('comparison_too_large', 'these policies are too large to compare exactly:', [
    {
      path,
      code: 'comparison_too_large',
      message: `${what}: ${count} or more, and at most ${most} can be compared; merge some, or split the policy`,
    },
  ]);
}
