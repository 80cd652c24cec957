import type { SessionStore } from '../../engine/ports.js';
import type { Instant } from '../../time/instant.js';
import type { StoreFixture } from '../store-contract.js';

/** What a fixture may lack, with a reason. */
export type Capability = 'secondStore' | 'otherStore' | 'damages' | 'unreachable' | 'cut' | 'now' | 'watch';

/** How records go. */
export type Removal = 'purge' | 'expiry';

/** What a case has to work with. */
export interface CaseContext {
  readonly fixture: StoreFixture;
  readonly store: SessionStore;
  /** The backend's time when the case began. */
  readonly now: Instant;
  readonly removal: Removal;
  readonly runs: number;
  readonly seed: number | undefined;
  readonly patience: number;
  makeStore(): Promise<StoreFixture>;
}

/** A case of the contract. */
export interface CaseDefinition {
  /** A sentence about a store that keeps the promise. */
  readonly name: string;
  readonly needs?: Capability;
  /** Only for stores whose records go this way. */
  readonly removal?: Removal;
  run(context: CaseContext): Promise<void>;
}
