/** What of the policy the page lets one change, as it stands in the form. An empty text leaves the limit out. */
export interface PolicyFields {
  readonly idleTimeout: string;
  readonly absoluteTimeout: string;
  readonly warnBefore: string;
  readonly onIdle: string;
  readonly payWithin: string;
  readonly payLevel: string;
  readonly addressChange: string;
  readonly deviceChange: string;
  readonly maxSessions: string;
}

export type FieldName = keyof PolicyFields;

/** One thing that is wrong with the form; `field` is `null` where no field of it is to blame. */
export interface FieldProblem {
  readonly field: FieldName | null;
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export interface Preset {
  readonly name: string;
  readonly hint: string;
  readonly fields: PolicyFields;
}
