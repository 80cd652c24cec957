export type { BrowserHost, TabChannel, TabLocks } from './host.js';
export type { SessionWatch, WatchOptions } from './options.js';
export type { Attention, Page, PageEvent } from './page.js';
export type { SessionPhase, SessionView } from './phase.js';
export type { SessionFetch, SessionRequestInit } from './session-fetch.js';
export type { SessionStatus } from './status.js';
export { watchSession } from './watch.js';
