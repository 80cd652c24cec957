/** What a key of the policy document means, for editors (policy.schema.json) and readers (docs/policy.md). */
export interface KeyReference {
  readonly text: string;
  /** As the reader would write it; absent where leaving the key out means that there is none. */
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  /** Where the rule comes from. */
  readonly source?: string;
  /** The codes with which a wrong value is refused. */
  readonly errors?: readonly string[];
  /** What JSON schema says of the value and zod does not, since its checks are code. */
  readonly schema?: Readonly<Record<string, unknown>>;
}

const TEXT = {
  type: 'string',
  pattern: '^(?:(?:\\d{1,15}(?:ms|s|m|h|d|w))+|P(?=.)(?:\\d+W)?(?:\\d+D)?(?:T(?=.)(?:\\d+H)?(?:\\d+M)?(?:\\d+S)?)?)$',
};
const milliseconds = (minimum: number) => ({ type: 'integer', minimum, maximum: 3_653 * 86_400_000 });
const DURATION = { anyOf: [TEXT, milliseconds(1)] };
const DURATION_OR_ZERO = { anyOf: [TEXT, milliseconds(0)] };
const LIMIT = { anyOf: [{ const: 'unlimited' }, TEXT, milliseconds(1)] };
const IDENTIFIER = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' };
const SIGNAL = { type: 'string', pattern: '^[a-z][a-z0-9_]{0,63}$' };
const NOT_EMPTY = { minItems: 1 };

const DURATION_ERRORS = ['duration_invalid', 'duration_zero', 'duration_too_long'];

/** By path; `*` is any name, `[]` any item. A test holds the keys against the schema. */
export const REFERENCE: Readonly<Record<string, KeyReference>> = {
  $schema: { text: 'Where the schema lies, so that an editor completes and checks the document. Without meaning.' },
  id: {
    schema: IDENTIFIER,
    text: 'Name of the policy, part of its fingerprint. 1 to 64 letters, digits, dots, dashes, underscores.',
    examples: ['customer-web'],
    errors: ['required', 'identifier_invalid'],
  },
  description: { schema: { maxLength: 2000 }, text: 'For people. Without meaning.' },
  idleTimeout: {
    schema: LIMIT,
    text: 'How long a session lives without user activity. Background requests do not count. `"unlimited"`, or left out: no idle limit.',
    examples: ['15m', 'PT15M', 900000],
    source: 'NIST SP 800-63B-4 section 5.2 (inactivity timeout); OWASP ASVS 5.0 7.3.1; PCI DSS 8.2.8',
    errors: [...DURATION_ERRORS, 'idle_exceeds_absolute'],
  },
  absoluteTimeout: {
    schema: LIMIT,
    text: 'How long a session lives at most, however active. Required: whoever wants none writes `"unlimited"`.',
    examples: ['8h', 'unlimited'],
    source: 'NIST SP 800-63B-4 section 5.2 (overall timeout); OWASP ASVS 5.0 7.3.2',
    errors: ['required', ...DURATION_ERRORS],
  },
  onIdle: {
    text: 'What the idle deadline does: `end` the session, or `lock` it until the person reauthenticates. `lock` needs `reauthentication.resets` to hold `idle`.',
    default: 'end',
    source: 'PCI DSS 8.2.8 and NIST SP 800-63B-4 section 2.2.3 let a reauthentication resume an idle session',
    errors: ['value_unknown', 'lock_without_idle_reset'],
  },
  warnBefore: {
    schema: DURATION_OR_ZERO,
    text: 'How long before the end a person is warned (`warnAt`). Not longer than any idle limit that can be reached.',
    default: 0,
    examples: ['2m'],
    source: 'WCAG 2.2 SC 2.2.1: warned, with at least 20 seconds to act',
    errors: ['duration_invalid', 'duration_too_long', 'warning_exceeds_limit'],
  },
  clockLeeway: {
    schema: DURATION_OR_ZERO,
    text: 'By how much the clock of a request may be behind what the session has seen. It extends no deadline; what is later still is `indeterminate`. Below every idle limit.',
    default: '5s',
    errors: ['duration_invalid', 'duration_too_long', 'leeway_not_below_idle'],
  },
  recordEvery: {
    schema: DURATION_OR_ZERO,
    text: 'How rarely the engine (`createEngine` of `curfew/engine`, docs/engine.md) may record activity: a crash ends a session early by at most this, never late. Below every idle limit. Left out: a tenth of the shortest idle limit, at most a minute. `evaluate` does not use it.',
    examples: ['30s'],
    errors: ['duration_invalid', 'duration_too_long', 'record_every_not_below_idle'],
  },
  staleFor: {
    schema: DURATION_OR_ZERO,
    text: 'When its store does not answer, for how long the engine may go on permitting sessions that it has in memory, counted from when the store last confirmed each. A logout elsewhere may go unseen for as long, and what people do meanwhile is unknown to other processes, which may end their sessions so much early. Operations are never permitted so. Left out: not at all, every request is `indeterminate`. `evaluate` does not use it.',
    examples: ['30s'],
    default: '0',
    errors: ['duration_invalid', 'duration_too_long'],
  },
  reauthentication: { text: 'When a person has to authenticate again, and what that resets.' },
  'reauthentication.after': {
    schema: DURATION,
    text: 'How old an authentication may be before every request is challenged.',
    examples: ['4h'],
    source: 'NIST SP 800-63B-4 section 5.2 (periodic reauthentication)',
    errors: DURATION_ERRORS,
  },
  'reauthentication.resets': {
    text: 'The clocks that a newer reauthentication starts again. NIST wants both.',
    default: ['idle'],
    source: 'NIST SP 800-63B-4 section 5.2 (REAUTH-3)',
    errors: ['value_unknown', 'lock_without_idle_reset'],
  },
  networks: {
    schema: { propertyNames: IDENTIFIER },
    text: 'Networks by name, for conditions and for `network_changed`.',
  },
  'networks.*': {
    schema: NOT_EMPTY,
    text: 'Address ranges: IPv4 or IPv6 in CIDR notation, or single addresses. Host bits are cleared; an IPv4-mapped IPv6 address is the IPv4 address.',
    examples: [['203.0.113.0/24', '2001:db8::/32']],
    source: 'RFC 4632, RFC 4291',
    errors: ['cidr_invalid', 'list_empty', 'identifier_invalid'],
  },
  conditions: {
    text: 'Other limits for some sessions or requests. A condition only tightens: the smallest of the base and of all that match is in force. Only `relax` lets the idle limit be longer.',
  },
  'conditions[].id': {
    schema: IDENTIFIER,
    text: 'Name of the condition, unique among them. Without meaning.',
    errors: ['id_duplicate'],
  },
  'conditions[].when': { text: 'All that is named here must be so.', errors: ['condition_empty'] },
  'conditions[].when.attributes': {
    text: 'Attributes of the session: every key must have one of the listed values (a list has one if any of its values is listed).',
    examples: [{ role: ['admin'] }],
  },
  'conditions[].when.attributes.*': {
    schema: NOT_EMPTY,
    text: 'The values that match: texts, numbers or booleans.',
    errors: ['attribute_value_invalid', 'list_empty'],
  },
  'conditions[].when.network': {
    text: 'One of these networks holds the address of the request.',
    examples: ['office'],
    errors: ['network_unknown'],
  },
  'conditions[].when.attention': {
    text: 'What the client says of its screen: `hidden` (or locked), `locked`. A client can only tighten by it.',
    errors: ['value_unknown', 'relax_not_allowed'],
  },
  'conditions[].idleTimeout': {
    schema: DURATION,
    text: 'The idle limit where the condition matches.',
    errors: [...DURATION_ERRORS, 'limit_missing', 'idle_exceeds_absolute'],
  },
  'conditions[].absoluteTimeout': {
    schema: DURATION,
    text: 'The absolute limit where the condition matches.',
    errors: [...DURATION_ERRORS, 'relax_not_allowed'],
  },
  'conditions[].relax': {
    text: "The idle limit of this condition replaces the policy's instead of tightening it; the strictest of several matching ones counts, and everything else still tightens. For `network` and `attributes` only.",
    default: false,
    errors: ['relax_not_allowed'],
  },
  operations: {
    schema: { propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9:._/-]{0,63}$' } },
    text: 'What named operations ask for. An operation that is not named here is denied: a misspelt name must not switch a requirement off.',
  },
  'operations.*': { text: 'One operation, such as `payment:create`.', errors: ['operation_name_invalid'] },
  'operations.*.authenticatedWithin': {
    schema: DURATION,
    text: 'How old the authentication (of the level, if one is named) may be.',
    examples: ['5m'],
    source: 'RFC 9470 (`max_age`); OWASP ASVS 5.0 7.5.3',
    errors: DURATION_ERRORS,
  },
  'operations.*.assuranceLevel': {
    text: 'The level that must have been proven.',
    source: 'NIST SP 800-63B-4 section 2; RFC 9470 (`acr_values`)',
    errors: ['value_unknown'],
  },
  'operations.*.lease': {
    schema: DURATION,
    text: 'How long the operation, once a person starts it, holds the idle deadline off. Never past the absolute deadline; void as soon as risk is raised or the person reauthenticates.',
    examples: ['20m'],
    errors: DURATION_ERRORS,
  },
  risk: {
    text: 'What is done about signals. A rule applies while its signal is not older than the last authentication (for a challenge with a level: the last proof of that level).',
  },
  'risk[].id': {
    schema: IDENTIFIER,
    text: 'Name of the rule, unique among them. Without meaning.',
    errors: ['id_duplicate'],
  },
  'risk[].signal': {
    schema: SIGNAL,
    text: 'One that Curfew raises by comparing a request with the login (`ip_changed`, `network_changed`, `device_changed`, `user_agent_changed`, `country_changed`, `impossible_travel`), or one that you report.',
    examples: ['ip_changed', 'risk_level'],
    errors: ['signal_invalid'],
  },
  'risk[].atLeast': {
    text: 'The mildest level that counts.',
    default: 'low',
    source: 'OpenID CAEP 1.0 risk-level-change',
    errors: ['value_unknown'],
  },
  'risk[].then': {
    text: '`observe` gives a notice, `tighten` other limits, `challenge` asks for a reauthentication (of a level, if one is named), `end` ends the session.',
    examples: ['challenge', { challenge: { assuranceLevel: 'aal2' } }, { tighten: { idleTimeout: '2m' } }, 'end'],
    source: 'NIST SP 800-63B-4 section 5.3 (session monitoring)',
    errors: ['response_invalid', 'limit_missing'],
  },
  'risk[].then.challenge': { text: 'Asks for a reauthentication of a level.' },
  'risk[].then.challenge.assuranceLevel': { text: 'The level that lifts the challenge.' },
  'risk[].then.tighten': { text: 'Limits while the signal applies.' },
  'risk[].then.tighten.idleTimeout': { schema: DURATION, text: 'The idle limit while the signal applies.' },
  'risk[].then.tighten.absoluteTimeout': { schema: DURATION, text: 'The absolute limit while the signal applies.' },
  'risk[].missing': {
    text: '`changed`: a field that the login stated and the request does not counts as changed. Otherwise leaving a field out would evade the comparison.',
    errors: ['missing_not_allowed'],
  },
  'risk[].fasterThan': {
    schema: { exclusiveMinimum: 0, maximum: 1000000 },
    text: 'For `impossible_travel`: the speed in km/h that nobody reaches.',
    default: 1000,
    errors: ['speed_not_allowed', 'speed_invalid'],
  },
  requestable: {
    text: 'What a client may ask for at the login ("keep me signed in"). What it asks for is clamped at each decision.',
  },
  'requestable.idleTimeout': {
    schema: DURATION,
    text: 'The longest idle limit that a client may ask for.',
    errors: DURATION_ERRORS,
  },
  'requestable.absoluteTimeout': {
    schema: DURATION,
    text: 'The longest absolute limit that a client may ask for.',
    examples: ['30d'],
    errors: DURATION_ERRORS,
  },
  tokens: { text: 'For sessions that hand out tokens.' },
  'tokens.accessLifetime': {
    schema: DURATION,
    text: "How long an access token lives, never past the session's own deadline: for whoever makes the tokens (docs/how-to.md). `evaluate` does not use it.",
    default: '10m',
    errors: DURATION_ERRORS,
  },
  'tokens.refreshGrace': {
    schema: DURATION_OR_ZERO,
    text: 'How long a refresh token that was just replaced is answered with the same successor: a lost response, two tabs. Later it is reuse, and ends the session.',
    default: '10s',
    source: 'RFC 9700 section 4.14.2',
    errors: ['duration_invalid', 'duration_too_long'],
  },
  concurrency: { text: 'How many sessions one subject may have at once.' },
  'concurrency.maxSessions': {
    schema: { type: 'integer', minimum: 1 },
    text: 'The most. Sessions that have ended or lapsed do not count.',
    source: 'OWASP ASVS 5.0 7.1.2; NIST SP 800-53 AC-10',
    errors: ['count_invalid', 'type_wrong'],
  },
  'concurrency.onExceed': {
    text: '`endOldest` ends the oldest sessions, `refuse` refuses the newcomer.',
    default: 'endOldest',
    errors: ['value_unknown'],
  },
  singleSignOn: { text: 'For the policy of an organisation, whose session stands behind those of its applications.' },
  'singleSignOn.activityFrom': {
    text: "The ids of the applications' policies whose users' activity counts as activity of this session (docs/single-sign-on.md). Others leave its idle clock alone. `evaluate` does not use it.",
    default: 'none',
    examples: [['mail', 'wiki']],
    errors: ['identifier_invalid', 'type_wrong'],
  },
  detection: {
    text: 'What `detect` of `curfew/observe` reports as an attack (docs/observe.md). It changes no decision.',
  },
  ...thresholds('reuse', 'Refresh tokens that are used again after they have been replaced.'),
  ...thresholds('sharedDevice', 'Different subjects that are seen from one device.'),
  ...thresholds('useAfterEnd', 'Requests with sessions that have ended.'),
};

function thresholds(kind: string, text: string): Record<string, KeyReference> {
  return {
    [`detection.${kind}`]: { text },
    [`detection.${kind}.atLeast`]: {
      schema: { type: 'integer', minimum: 1 },
      text: 'How many make a finding.',
      examples: [5],
      errors: ['count_invalid', 'type_wrong'],
    },
    [`detection.${kind}.within`]: {
      schema: DURATION,
      text: 'Within what time.',
      examples: ['10m'],
      errors: DURATION_ERRORS,
    },
  };
}
