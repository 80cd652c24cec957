/**
 * Replays an access log or a stream of events against a policy.
 *
 * @module
 */
export type { LineReader } from './clf.js';
export { compareReplays, type ReplayComparison, type RunningComparison } from './compare/compare.js';
export type { Difference, DifferenceExample } from './compare/difference.js';
export { readInstant } from './date-text.js';
export type { Spread } from './percentiles.js';
export type { CandidateDifference, ProductionFigures } from './production.js';
export { createLineReader, type LogFormat } from './reader.js';
export type { LogRecord, MalformedLine, MalformedReason, ProductionAnswer, ReaderOptions } from './record.js';
export { createReplay, type Replay, type ReplayOptions, replay } from './replay.js';
export { createReportWatcher, type ReportInput, type ReportWatcher } from './report/input.js';
export { htmlReport } from './report/page.js';
export { createSimulator, type Simulator } from './simulator.js';
export type { CodeCounts, ReplayedSession, ReplaySummary, SessionFigures } from './summary.js';
export type { CurvePoint } from './tune/curve.js';
export type { Interval } from './tune/interval.js';
export type { PassiveVisitor } from './tune/passive.js';
export type { Advice, Recommendation, Shortage, Target } from './tune/recommend.js';
export { createTuning, type RunningTuning, type TuneOptions, type TuneResult } from './tune/tune.js';
