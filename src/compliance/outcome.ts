import type { Policy } from '../core/policy.js';
import type { Attributes } from '../core/session.js';
import type { RequirementRule } from './profile.js';

/** What is asked of a policy: one requirement, for sessions with these attributes. */
export interface Question<Kind extends RequirementRule['kind'] = RequirementRule['kind']> {
  readonly policy: Policy;
  readonly audience: Attributes;
  readonly rule: Extract<RequirementRule, { kind: Kind }>;
}

/** What a policy makes of a requirement, whatever the requirement's force. */
export interface Outcome {
  readonly result: 'met' | 'missed' | 'no_figure' | 'not_checkable';
  readonly path: string | null;
  readonly stated: string;
  readonly required: string;
  readonly message: string;
  readonly fix: string | null;
}
