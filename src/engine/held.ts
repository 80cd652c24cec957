import type { Session } from '../core/session.js';
import type { StoredHandle } from './handle.js';

/** A session as the engine holds it: what a store has, read. */
export interface Held {
  readonly session: Session;
  /** What may be presented for it: the current handle first, and the one before for a moment after a rotation. */
  readonly handles: readonly StoredHandle[];
  /** The revision that the store has. */
  readonly revision: number;
  /** The text that the store has: two records can have one revision, if a store lost its last writes. */
  readonly record: string;
}
