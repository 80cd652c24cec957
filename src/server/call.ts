import type { IncomingMessage } from 'node:http';
import type { CurfewError } from '../core/errors.js';
import type { Answer, Unavailable } from '../engine/answers.js';
import type { Engine } from '../engine/engine.js';
import { refusalOf } from '../http/refusal.js';
import type { Settings } from '../http/settings.js';
import { type Body, bodyOf } from './body.js';
import type { Permission } from './keys.js';
import type { LogRecord } from './log.js';
import { parseRequest, type Requests } from './parse-requests.js';
import { type Reply, refused } from './reply.js';

/** A call of somebody who has a key. */
export interface Call {
  readonly engine: Engine;
  readonly settings: Settings;
  readonly message: IncomingMessage;
  /** What the pattern of the route found in the path, decoded. */
  readonly found: readonly string[];
  /** Name of the key. */
  readonly caller: string;
  readonly log: (record: LogRecord) => void;
}

/** One endpoint, and who may call it. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST';
  readonly pattern: RegExp;
  readonly may: Permission;
  readonly answer: (call: Call) => Promise<Reply>;
}

/** Answers with what the body says, or with what is wrong with it. */
export async function withBody<Name extends keyof Requests>(
  { message }: Call,
  name: Name,
  answer: (request: Requests[Name]) => Promise<Reply>,
): Promise<Reply> {
  const body: Body = isEmpty(message) ? { value: {} } : await bodyOf(message);
  if ('reply' in body) return body.reply;
  const parsed = parseRequest(name, body.value);
  if ('problems' in parsed) {
    const detail = 'The body is not what this endpoint takes.';
    return refused(400, 'request_invalid', detail, { more: { problems: parsed.problems } });
  }
  try {
    return await answer(parsed.value);
  } catch (error) {
    return orInvalid(error);
  }
}

/** What an engine throws for a mistake in the call is told to whoever made it; anything else is a fault. */
export function orInvalid(error: unknown): Reply {
  const { code, problems } = error as Partial<CurfewError>;
  if (typeof code !== 'string' || problems === undefined) throw error;
  return refused(400, code, 'This is not what can be asked.', { more: { problems } });
}

export function unavailableReply(answer: Unavailable | (Answer & { readonly effect: 'indeterminate' })): Reply {
  const { status, headers, body } = refusalOf(answer);
  return { status, headers, body };
}

function isEmpty({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
}
