import type { ComparisonSignal } from '../core/reason.js';
import type { AssuranceLevel, OnIdle, RiskLevel } from '../core/session.js';
import type { Duration } from '../time/duration.js';

/** A length of time as a document writes it: `"15m"`, `"1h30m"`, ISO 8601 `"PT15M"`, or whole milliseconds. */
export type DurationText = string | Duration;

/** Limits for some sessions or requests. They only tighten, unless `relax` is set. */
export interface ConditionDocument {
  readonly id?: string;
  readonly when: {
    readonly attributes?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
    readonly network?: string | readonly string[];
    readonly attention?: 'hidden' | 'locked';
  };
  readonly idleTimeout?: DurationText;
  readonly absoluteTimeout?: DurationText;
  readonly relax?: boolean;
}

/** What an operation asks for. */
export interface OperationDocument {
  readonly authenticatedWithin?: DurationText;
  readonly assuranceLevel?: AssuranceLevel;
  readonly lease?: DurationText;
}

/** What is done about a signal. */
export type RiskResponse =
  | 'observe'
  | 'challenge'
  | 'end'
  | { readonly challenge: { readonly assuranceLevel: AssuranceLevel } }
  | { readonly tighten: { readonly idleTimeout?: DurationText; readonly absoluteTimeout?: DurationText } };

/** One rule about a signal: one that Curfew raises by comparison, or one that you report. */
export interface RiskDocument {
  readonly id?: string;
  readonly signal: ComparisonSignal | (string & {});
  readonly atLeast?: RiskLevel;
  readonly then: RiskResponse;
  readonly missing?: 'changed';
  readonly fasterThan?: number;
}

/** How many make a finding, and within what time. */
export interface ThresholdDocument {
  readonly atLeast: number;
  readonly within: DurationText;
}

/**
 * A policy as people write it. The reference is docs/policy.md; the schema, policy.schema.json.
 *
 * The parameter holds the names of the operations; `definePolicy` infers it, and so knows them.
 */
export interface PolicyDocument<Operation extends string = string> {
  readonly $schema?: string;
  readonly id: string;
  readonly description?: string;
  readonly idleTimeout?: DurationText;
  readonly absoluteTimeout: DurationText;
  readonly onIdle?: OnIdle;
  readonly warnBefore?: DurationText;
  readonly clockLeeway?: DurationText;
  readonly recordEvery?: DurationText;
  readonly staleFor?: DurationText;
  readonly reauthentication?: { readonly after?: DurationText; readonly resets?: readonly ('idle' | 'absolute')[] };
  readonly networks?: Readonly<Record<string, readonly string[]>>;
  readonly conditions?: readonly ConditionDocument[];
  readonly operations?: { readonly [Name in Operation]: OperationDocument };
  readonly risk?: readonly RiskDocument[];
  readonly requestable?: { readonly idleTimeout?: DurationText; readonly absoluteTimeout?: DurationText };
  readonly tokens?: { readonly accessLifetime?: DurationText; readonly refreshGrace?: DurationText };
  readonly concurrency?: { readonly maxSessions: number; readonly onExceed?: 'endOldest' | 'refuse' };
  readonly singleSignOn?: { readonly activityFrom?: readonly string[] };
  readonly detection?: {
    readonly reuse?: ThresholdDocument;
    readonly sharedDevice?: ThresholdDocument;
    readonly useAfterEnd?: ThresholdDocument;
  };
}
