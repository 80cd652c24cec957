/**
 * Replays an access log or a stream of events against a policy.
 *
 * @module
 */
export type { LineReader } from './clf.js';
export { readInstant } from './date-text.js';
export type { Spread } from './percentiles.js';
export { createLineReader, type LogFormat } from './reader.js';
export type { LogRecord, MalformedLine, MalformedReason, ReaderOptions } from './record.js';
export { createReplay, type Replay, type ReplayOptions, replay } from './replay.js';
export { createSimulator, type Simulator } from './simulator.js';
export type { CodeCounts, ReplayedSession, ReplaySummary, SessionFigures } from './summary.js';
