import type { Asker } from './asker.js';
import type { BrowserHost } from './host.js';
import type { WatchOptions } from './options.js';
import type { KnownStatus, SessionView } from './phase.js';
import type { Send } from './requests.js';
import type { Tabs } from './tabs.js';

/** One running watch: what it works with, and what it knows. */
export interface Watching {
  readonly host: BrowserHost;
  readonly options: WatchOptions;
  readonly now: () => number;
  readonly send: Send;
  readonly tabs: Tabs;
  readonly asker: Asker;
  readonly listeners: Set<() => void>;
  known: KnownStatus;
  /** What is known may be wrong, and nothing that was asked since says otherwise. */
  isDoubted: boolean;
  /** What was last told, and the part of it that changes without an answer: the phase, in a warning the second. */
  view: SessionView;
  told: string | number | null;
  /** The most time that the server has given: what is left right after an activity. */
  full: number;
  lastInput: number;
  lastReport: number;
  /** Cancels the next look; `null` once it has been stopped. */
  cancel: (() => void) | null;
}
