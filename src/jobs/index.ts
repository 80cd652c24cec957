export type { Abort, Check, Continue, JobReason, Pause } from './checks.js';
export { type Grant, readGrant } from './grant.js';
export type { GrantAnswer, Granted, GrantRequest, OnBehalfOf } from './granting.js';
export { createJobs, type Jobs } from './jobs.js';
export type { GrantKeeper, JobsOptions, PersonKeeper } from './options.js';
export type { JobContext, RunOptions, RunOutcome } from './run.js';
