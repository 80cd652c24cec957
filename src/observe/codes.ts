import type { Policy } from '../core/policy.js';
import type { BuiltInCode } from '../core/reason.js';

/** Every code that a policy need not name: a type of the language, so that none is forgotten. */
const BUILT_IN: Readonly<Record<BuiltInCode, true>> = {
  idle_timeout: true,
  absolute_timeout: true,
  reauthentication_due: true,
  operation_unknown: true,
  authentication_too_old: true,
  assurance_too_low: true,
  refresh_reused: true,
  refresh_unknown: true,
  request_clamped: true,
  concurrency_limit: true,
  rule_failed: true,
  clock_behind: true,
  event_invalid: true,
  session_invalid: true,
  session_missing: true,
  evaluation_failed: true,
  ip_changed: true,
  network_changed: true,
  device_changed: true,
  user_agent_changed: true,
  country_changed: true,
  impossible_travel: true,
};

/** What the engine, and the parts of this package that end sessions, say beside them. */
const OF_THIS_PACKAGE = [
  ...['store_unavailable', 'store_timeout', 'store_contention', 'store_record_invalid', 'store_answer_invalid'],
  ...['clock_off', 'logout', 'logout_everywhere', 'session_replaced', 'login_undelivered', 'token_revoked'],
];

/** Tells what a code is called in a label. */
export type CodeLabel = (code: string) => string;

/**
 * A label for codes with few values: the built-in codes, those that the policy names, and those that you name; anything
 * else is `other`. Codes of revocations and signals are anybody's words, and a label for each would be a time series
 * for each.
 */
export function codeLabels({ risk, rules }: Policy, own: readonly string[]): CodeLabel {
  const known = new Set([
    ...Object.keys(BUILT_IN),
    ...OF_THIS_PACKAGE,
    ...risk.map(({ signal }) => signal),
    ...rules.flatMap(({ id, limit }) => (limit === undefined ? [id] : [id, limit])),
    ...own,
  ]);
  return (code) => (known.has(code) ? code : 'other');
}
