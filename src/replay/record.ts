import type { SessionEvent } from '../core/event.js';
import type { ReasonCode } from '../core/reason.js';
import type { Attributes } from '../core/session.js';

/** One line of a log, read: who, and what happened. */
export interface LogRecord {
  /** Whose session it belongs to: the host, or what the `by` option says. */
  readonly visitor: string;
  /** What to feed the engine, with its instant. */
  readonly event: SessionEvent;
  /** Facts about the visitor for the policy's conditions; used where a session starts. */
  readonly attributes: Attributes | null;
  /** What production answered, where the line is a record of the engine's observer; `null` or absent otherwise. */
  readonly production?: ProductionAnswer | null;
}

/** What an engine answered in production, and what its candidate would have. */
export interface ProductionAnswer {
  readonly effect: string;
  /** Fingerprint of the policy that decided. */
  readonly policy: string;
  readonly sessionId: string;
  /** The code of its strictest reason; `null` where there was none. */
  readonly code: ReasonCode | null;
  readonly wouldBe: { readonly effect: string; readonly code: ReasonCode | null } | null;
}

/** Why a line is not a whole record. */
export type MalformedReason =
  | 'line_blank'
  | 'line_too_long'
  | 'fields_missing'
  | 'time_invalid'
  | 'request_incomplete'
  | 'agent_incomplete'
  | 'json_invalid'
  | 'visitor_missing'
  | 'event_invalid'
  | 'not_replayable';

/** A line that could not be read. */
export interface MalformedLine {
  /** Its number in the input, from 1. */
  readonly line: number;
  readonly reason: MalformedReason;
}

/** What a reader needs to know to turn a line into a record. */
export interface ReaderOptions {
  /** What makes a visitor: names of fields, joined. Empty: the default of the format. */
  readonly by: readonly string[];
  /** Paths that are not user activity; `null`: all are. */
  readonly background: RegExp | null;
  /** Whether address and user agent matter to the policy. */
  readonly withContext: boolean;
}

/** Joins the parts of a visitor so that different parts never give the same text. */
export function joinVisitor(parts: readonly string[]): string {
  const last = parts.length - 1;
  return parts.map((part, index) => (index === last ? part : part.replace(/[% ]/g, encodeURIComponent))).join(' ');
}

/** Whether a path is activity of a person; the pattern may match it with or without its query. */
export function activityOf(path: string | null, background: RegExp | null): 'user' | 'background' {
  if (path === null || background === null) return 'user';
  if (background.test(path)) return 'background';
  const query = path.indexOf('?');
  return query >= 0 && background.test(path.slice(0, query)) ? 'background' : 'user';
}
