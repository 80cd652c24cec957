import type { BrowserHost } from './host.js';
import type { SessionView } from './phase.js';
import type { SessionFetch } from './session-fetch.js';

/** How a page watches its session. */
export interface WatchOptions {
  /** Where the session's endpoints are: a path, or an address of a listed origin. Default `/session`. */
  readonly path?: string;
  /** Other origins whose requests `fetch` marks: `https://api.example.com`. Default: none. */
  readonly origins?: readonly string[];
  /** Tell the server when a person does something. Default true; `false` if your own requests do. */
  readonly reportActivity?: boolean;
  /** The least milliseconds between two reports. Default: a tenth of the idle time, see `quietFor`. */
  readonly quietMs?: number;
  /**
   * Ask every so many milliseconds while somebody can see the page, so that a session that was ended elsewhere is
   * noticed. It extends nothing. Default 300000, five minutes; `Infinity`: never.
   */
  readonly pollMs?: number;
  /** What the page runs in. Default: this browser. */
  readonly host?: BrowserHost;
}

/** A page's side of its session. */
export interface SessionWatch {
  /** What was last told: the same object until something changes, in a warning every second. */
  readonly view: SessionView;
  /** What there is to show at this moment. */
  read(): SessionView;
  /** Calls back when `view` is another; the answer ends that. */
  subscribe(listener: () => void): () => void;
  /** A person wants to stay. Never throws: the view says what came of it. */
  extend(): Promise<SessionView>;
  /** Signs out, here and in every tab. `false`: nobody could do it; the session is as it was, try again. */
  signOut(): Promise<boolean>;
  /** Asks the server now. It extends nothing. */
  refresh(): Promise<SessionView>;
  /** `fetch`, with the marks that tell a person's requests from a program's. */
  readonly fetch: SessionFetch;
  /** Ends the watch, with its timers and listeners. */
  stop(): void;
}
