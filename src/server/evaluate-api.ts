import type { Decision } from '../core/decision.js';
import type { CurfewError } from '../core/errors.js';
import type { SessionEvent } from '../core/event.js';
import type { Session } from '../core/session.js';
import { evaluate } from '../evaluate.js';
import { parseSession } from '../parse-session.js';
import { parsePolicy } from '../policy/define.js';
import { bodyOf } from './body.js';
import { type ApiRoute, type Call, orInvalid } from './call.js';
import { json, type Reply, refused } from './reply.js';

/** The pure function over HTTP: nothing is loaded, nothing is kept. */
export const EVALUATE_ROUTES: readonly ApiRoute[] = [
  { method: 'POST', pattern: /^\/evaluate$/, may: 'evaluate', answer: evaluateOnce },
];

/** `policy` (default: the gateway's own), `session` and `event` in, the decision out. */
async function evaluateOnce({ engine, message }: Call): Promise<Reply> {
  const body = await bodyOf(message);
  if ('reply' in body) return body.reply;
  if (!isObject(body.value)) return refused(400, 'request_invalid', 'Send an object: policy, session, event.');
  const { policy: document, session: record, event, ...rest } = body.value;
  const unknown = Object.keys(rest);
  if (unknown.length > 0) {
    const problems = unknown.map((key) => ({ path: `/${key}`, message: 'is no part of a question' }));
    return refused(400, 'request_invalid', 'The body is not what this endpoint takes.', { more: { problems } });
  }
  try {
    const policy = document === undefined ? engine.policy() : parsePolicy(document);
    const session = parseSession(record);
    return json({ policy: policy.fingerprint, decision: portable(evaluate(policy, session, event as never), session) });
  } catch (error) {
    return orInvalid(error as CurfewError);
  }
}

/** As the portable test vectors have it: `unchanged` stands for the very session that was asked about. */
function portable(decision: Decision, session: Session): object {
  return decision.session === session ? { ...decision, session: 'unchanged' } : decision;
}

function isObject(value: unknown): value is Record<string, unknown> & { readonly event?: SessionEvent } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
