import { metrics, trace } from '@opentelemetry/api';
import * as observe from '../../src/observe/index.js';
import { aDecision } from '../observe/support.js';

const key = '0123456789abcdef0123456789abcdef';
const pseudonym = observe.pseudonyms({ key });
const idle = { code: 'idle_timeout', effect: 'deny', rule: 'idle', since: 1 } as const;
const reuse = { code: 'refresh_reused', effect: 'deny', rule: 'refresh', since: 1 } as const;
const nothing = () => undefined;

/** What the examples of `curfew/observe` take for granted: a key, records, a logger. */
export const OBSERVE = {
  ...observe,
  key,
  pseudonym,
  ended: aDecision({ effect: 'deny', endedNow: true, until: null, reasons: [idle] }),
  reused: aDecision({ type: 'token_refreshed', effect: 'deny', endedNow: true, until: null, reasons: [reuse] }),
  logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  trace,
  metrics,
};
