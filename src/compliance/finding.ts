import type { Force, Verified } from './profile.js';

/** `warn`: a SHOULD is missed. `no_figure`: the standard sets none, so nothing passes and nothing fails. */
export type FindingStatus = 'pass' | 'fail' | 'warn' | 'no_figure' | 'not_checkable';

/** What a policy makes of one requirement. */
export interface Finding {
  /** Id of the profile. */
  readonly profile: string;
  /** The standard's own name of the requirement: `AAL3REA-2`, `V-222389`, `8.2.8`. */
  readonly control: string;
  /**
   * What of the control, where it may ask for several things: `idle`, `absolute`, `on-idle`, and for a limit of any
   * length `any-idle` and `any-absolute`; `null` for anything else.
   */
  readonly aspect: string | null;
  readonly status: FindingStatus;
  readonly force: Force;
  /** The standard's own words for the force. */
  readonly words: string;
  /** JSON pointer to what decides it, there or missing; `null` where no single place does. */
  readonly path: string | null;
  /** What the policy says. */
  readonly stated: string;
  /** What the standard asks for. */
  readonly required: string;
  /** One sentence for people. */
  readonly message: string;
  /** What to write to satisfy it; `null` where nothing is missed, or no document can. */
  readonly fix: string | null;
  /** Standard, version and section. */
  readonly source: string;
  readonly verified: Verified;
  /** `false`: the figure is from memory. */
  readonly isVerified: boolean;
  /** The reason on record for a deviation; `null` where there is none. */
  readonly exception: string | null;
}
