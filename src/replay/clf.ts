import type { Buffer } from 'node:buffer';
import { parseAddress } from '../core/address.js';
import type { Context } from '../core/session.js';
import { type ClfFields, clfFields, quotedEnd } from './clf-fields.js';
import { activityOf, joinVisitor, type LogRecord, type MalformedReason, type ReaderOptions } from './record.js';

const SPACE = 0x20;

/** Reads the line between two offsets, without its line break. */
export type LineReader = (bytes: Buffer, start: number, end: number) => LogRecord | MalformedReason;

/** So many hosts are remembered with their context; reading an address costs more than the rest of the line. */
const REMEMBERED_HOSTS = 16_384;

/**
 * Makes a reader for Common and Combined Log Format; every record is an access.
 *
 * A visitor is the host, or what `by` says of `host`, `agent` (`-` where there is none) and `user` (the name that
 * the server authenticated, the host where it is `-`).
 */
export function createClfReader({ by, background, withContext }: ReaderOptions): LineReader {
  const contextOf = createContexts();
  return (bytes, start, end) => {
    const fields = clfFields(bytes, start, end);
    if (typeof fields === 'string') return fields;
    // a fresh string: a slice of the chunk's text would keep the whole chunk in memory for as long as the session lives
    const host = bytes.toString('latin1', start, fields.hostEnd);
    const visitor = by.length === 0 ? host : visitorOf(bytes, end, fields, host, by);
    if (visitor === null) return 'visitor_missing';
    const { at } = fields;
    const activity = background === null ? 'user' : activityOf(pathOf(bytes, fields), background);
    if (!withContext) return { visitor, event: { type: 'access', at, activity }, attributes: null };
    const context = contextOf(host, agentOf(bytes, end, fields));
    return { visitor, event: { type: 'access', at, activity, context }, attributes: null };
  };
}

function visitorOf(bytes: Buffer, end: number, fields: ClfFields, host: string, by: readonly string[]): string | null {
  const parts: string[] = [];
  for (const name of by) {
    if (name === 'host') parts.push(host);
    else if (name === 'agent') parts.push(agentOf(bytes, end, fields) || '-');
    else if (name === 'user') parts.push(userOf(bytes, fields) ?? host);
    else return null;
  }
  return joinVisitor(parts);
}

function userOf(bytes: Buffer, { userStart, userEnd }: ClfFields): string | null {
  const user = bytes.toString('utf8', userStart, userEnd);
  return user === '-' ? null : user;
}

function agentOf(bytes: Buffer, end: number, { agentStart }: ClfFields): string | null {
  if (agentStart < 0) return null;
  return bytes.toString('utf8', agentStart, quotedEnd(bytes, agentStart - 1, end) - 1);
}

/** Gives the same object for the same host and agent again, which the engine then compares at no cost. */
function createContexts(): (host: string, agent: string | null) => Context {
  const known = new Map<string, { readonly agent: string | null; readonly context: Context }>();
  return (host, agent) => {
    const last = known.get(host);
    if (last !== undefined && last.agent === agent) return last.context;
    if (known.size >= REMEMBERED_HOSTS) known.clear();
    const context = contextFrom(host, agent);
    known.set(host, { agent, context });
    return context;
  };
}

function contextFrom(host: string, agent: string | null): Context {
  const isStated = agent !== null && agent !== '-';
  return { ...(parseAddress(host) !== null && { ip: host }), ...(isStated && { userAgent: agent }) };
}

/** The second word of the request, which is its target; the whole request if it has only one. */
function pathOf(bytes: Buffer, { requestStart, requestEnd }: ClfFields): string {
  const method = bytes.indexOf(SPACE, requestStart);
  if (method < 0 || method >= requestEnd) return bytes.toString('utf8', requestStart, requestEnd);
  const target = bytes.indexOf(SPACE, method + 1);
  return bytes.toString('utf8', method + 1, target < 0 || target > requestEnd ? requestEnd : target);
}
