/** The codes that Curfew itself gives. Append-only: a released code is never renamed or reused. */
export type BuiltInCode =
  | 'idle_timeout'
  | 'absolute_timeout'
  | 'reauthentication_due'
  | 'operation_unknown'
  | 'authentication_too_old'
  | 'assurance_too_low'
  | 'refresh_reused'
  | 'refresh_unknown'
  | 'request_clamped'
  | 'concurrency_limit'
  | 'rule_failed'
  | 'clock_behind'
  | 'event_invalid'
  | 'session_invalid'
  | 'session_missing'
  | 'evaluation_failed'
  | ComparisonSignal;

/** The signals that Curfew raises itself, by comparing a request with the login. */
export type ComparisonSignal =
  | 'ip_changed'
  | 'network_changed'
  | 'device_changed'
  | 'user_agent_changed'
  | 'country_changed'
  | 'impossible_travel';

/** A built-in code, the name of a reported signal, the code of a revocation, or one of a custom rule. */
export type ReasonCode = BuiltInCode | (string & {});
