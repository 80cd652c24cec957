import type { RiskLevel } from '../core/session.js';

/**
 * When an action applies: for each member of the event's payload, the values of which one must be there. `null` stands
 * for a member that is missing.
 */
export type ActionCondition = Readonly<Record<string, readonly (string | number | boolean | null)[]>>;

/** To which sessions: those that the event names, all of the subject, or all but those that it names. */
export type ActionSessions = 'matching' | 'subject' | 'others';

/** Ends the sessions that are meant, for good. */
export interface EndAction {
  readonly do: 'end';
  /** Default `matching`: a subject without a session means all of its sessions. */
  readonly sessions?: ActionSessions;
  /** Why, in snake_case: the reason that the session's holder is told. */
  readonly code: string;
  /** Spares sessions that authenticated after the event. Default false: an end may be of any age. */
  readonly spareNewer?: boolean;
  readonly when?: ActionCondition;
}

/** Raises a signal, at the event's own time. What follows from it is the policy's `risk` to say. */
export interface RaiseAction {
  readonly do: 'signal';
  readonly sessions?: ActionSessions;
  /** snake_case, as in the policy's `risk`. */
  readonly signal: string;
  /** Default `high`. */
  readonly level?: RiskLevel;
  readonly when?: ActionCondition;
}

/** Takes new values over into attributes that a session already has; `null` removes one. */
export interface AttributesAction {
  readonly do: 'attributes';
  readonly sessions?: ActionSessions;
  /** The payload's member that holds them. */
  readonly from: string;
  /** Names of attributes by the names of claims, where they differ. */
  readonly names?: Readonly<Record<string, string>>;
  readonly when?: ActionCondition;
}

/** One thing that an event leads to. */
export type SignalAction = EndAction | RaiseAction | AttributesAction;

/** What events lead to, by their short names. An empty list, or none: the observer is told, and nothing else. */
export type SignalMapping = Readonly<Record<string, readonly SignalAction[]>>;

/** What an event leads to; `null` where the mapping does not know its type. */
export function actionsFor(
  mapping: SignalMapping,
  type: string,
  payload: Readonly<Record<string, unknown>>,
): readonly SignalAction[] | null {
  const actions = Object.hasOwn(mapping, type) ? mapping[type] : undefined;
  return actions?.filter(({ when }) => when === undefined || holds(when, payload)) ?? null;
}

function holds(when: ActionCondition, payload: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(when).every(([name, values]) => {
    const value = Object.hasOwn(payload, name) ? payload[name] : null;
    return values.some((one) => one === value);
  });
}
