import type { ReasonCode } from '../core/reason.js';

/**
 * Why a SET is refused: the codes of RFC 8935 section 2.4, as IANA registers them, and `invalid_state` of the Shared
 * Signals Framework 1.0.
 */
export type SetErrorCode =
  | 'invalid_request'
  | 'invalid_key'
  | 'invalid_issuer'
  | 'invalid_audience'
  | 'authentication_failed'
  | 'access_denied'
  | 'invalid_state';

/** What a transmitter is told of a SET that was refused. */
export interface SetError {
  readonly err: SetErrorCode;
  /** A sentence for its operator. Nothing of the SET is in it. */
  readonly description: string;
}

/** A refusal. */
export function refusedSet(err: SetErrorCode, description: string): SetError {
  return { err, description };
}

/** Whether it is one. */
export function isSetError(value: object): value is SetError {
  return 'err' in value;
}

/** What became of a SET: it need not come again, it was refused, or nobody could tell and it has to come again. */
export type SetVerdict =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'refused'; readonly error: SetError }
  | { readonly outcome: 'indeterminate'; readonly code: ReasonCode };
