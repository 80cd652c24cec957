import { parseAddress } from '../core/address.js';
import type { SessionEvent } from '../core/event.js';
import type { Context } from '../core/session.js';
import { isAttributes, isUsableEvent } from '../core/usable.js';
import { readInstant } from './date-text.js';
import { answerOfRecord, eventOfRecord, isEngineRecord } from './decision-record.js';
import { activityOf, joinVisitor, type LogRecord, type MalformedReason, type ReaderOptions } from './record.js';

type Line = Readonly<Record<string, unknown>>;

const TIME_FIELDS = ['at', 'time', 'timestamp', '@timestamp', 'ts'];
const VISITOR_FIELDS = ['session', 'subject', 'user', 'host', 'ip'];
/** Of an engine's records: one visitor is one session. */
const SESSION_FIELDS = ['sessionId'];
const PATH_FIELDS = ['path', 'url', 'uri', 'request.path', 'request.uri'];
const ORIGIN = /^https?:\/\/[^/]*/i;
const AGENT_FIELDS = ['agent', 'userAgent', 'user_agent'];
const EVENT_TYPES = new Set([
  'access',
  'operation_finished',
  'signal',
  'reauthenticated',
  'token_refreshed',
  'attributes_changed',
  'revoked',
]);

/**
 * Reads one line of newline-delimited JSON.
 *
 * A line whose `type` is an event of the engine is that event; one that an engine told its observer is what that tells
 * of; any other object is an access.
 *
 * @example
 * readNdjson('{"at":"2026-03-29T01:00:00Z","user":"alice","path":"/"}', options);
 * // => { visitor: 'alice', event: { type: 'access', at: 1774746000000, activity: 'user' }, attributes: null }
 */
export function readNdjson(text: string, options: ReaderOptions): LogRecord | MalformedReason {
  const line = parseLine(text);
  if (line === null) return 'json_invalid';
  const at = readInstant(firstOf(line, TIME_FIELDS));
  if (at === null) return 'time_invalid';
  if (isEngineRecord(line)) return recordOf(line, at, options);
  const visitor = visitorOf(line, options.by, VISITOR_FIELDS);
  if (visitor === null || visitor === '') return 'visitor_missing';
  const event = eventOf(line, at, options);
  if (event === null || !isUsableEvent(event)) return 'event_invalid';
  const attributes = line['attributes'] ?? null;
  if (attributes !== null && !isAttributes(attributes)) return 'event_invalid';
  return { visitor, event, attributes };
}

/** What an engine told its observer. */
function recordOf(line: Line, at: number, { by }: ReaderOptions): LogRecord | MalformedReason {
  const event = eventOfRecord(line, at);
  if (event === null) return 'not_replayable';
  const visitor = visitorOf(line, by, SESSION_FIELDS);
  if (visitor === null || visitor === '') return 'visitor_missing';
  if (!isUsableEvent(event)) return 'event_invalid';
  const attributes = line['attributes'] ?? null;
  if (attributes !== null && !isAttributes(attributes)) return 'event_invalid';
  return { visitor, event, attributes, production: answerOfRecord(line) };
}

function parseLine(text: string): Line | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field of that name, or the one at the end of a dotted path. */
function fieldOf(line: Line, path: string): unknown {
  if (Object.hasOwn(line, path)) return line[path];
  let value: unknown = line;
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** The first of these fields that is there. */
function firstOf(line: Line, names: readonly string[]): unknown {
  for (const name of names) {
    const value = fieldOf(line, name);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

function visitorOf(line: Line, by: readonly string[], fields: readonly string[]): string | null {
  if (by.length === 0) return textOf(firstOf(line, fields));
  const parts = by.map((name) => textOf(name === 'agent' ? firstOf(line, AGENT_FIELDS) : fieldOf(line, name)));
  return parts.every((part) => part !== null) ? joinVisitor(parts) : null;
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function eventOf(line: Line, at: number, options: ReaderOptions): SessionEvent | null {
  const { type } = line;
  const isEvent = typeof type === 'string' && EVENT_TYPES.has(type);
  // what the engine does not know is a request only if it says so; a misspelt `revoked` must not become activity
  const path = textOf(firstOf(line, PATH_FIELDS))?.replace(ORIGIN, '') ?? null;
  if (type !== undefined && !isEvent && path === null && line.activity === undefined) return null;
  if (isEvent && type !== 'access') return { ...line, at } as unknown as SessionEvent;
  const activity = (line.activity ?? activityOf(path, options.background)) as 'user' | 'background';
  const context = options.withContext ? contextOf(line) : undefined;
  const request = { type: 'access' as const, at, activity, ...(context !== undefined && { context }) };
  return isEvent ? ({ ...line, ...request } as SessionEvent) : request;
}

function contextOf(line: Line): Context | undefined {
  if (line.context !== undefined) return line.context as Context;
  const ip = [line.ip, line.host].find((value) => typeof value === 'string' && parseAddress(value) !== null);
  const userAgent = textOf(firstOf(line, AGENT_FIELDS));
  return { ...(typeof ip === 'string' && { ip }), ...(userAgent !== null && { userAgent }) };
}
