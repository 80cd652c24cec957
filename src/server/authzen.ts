import type { Challenge } from '../core/decision.js';
import type { Context } from '../core/session.js';
import type { Answer } from '../engine/answers.js';
import { byId, type Which } from '../engine/question.js';
import type { HeaderLine } from '../http/request.js';
import { NEVER } from '../time/instant.js';
import { bodyOf } from './body.js';
import type { ApiRoute, Call } from './call.js';
import { type Evaluation, parseEvaluation, parseEvaluations, type Semantic } from './parse-evaluation.js';
import { json, type Reply, refused } from './reply.js';

/** The name of the action that asks for no operation: whether the session is still good. */
export const PLAIN_ACTION = 'access';

/** The AuthZEN 1.0 evaluation API. A refusal is an answer, and so 200; other codes mean that there is no answer. */
export const AUTHZEN_ROUTES: readonly ApiRoute[] = [
  { method: 'POST', pattern: /^\/access\/v1\/evaluation$/, may: 'evaluate', answer: evaluation },
  { method: 'POST', pattern: /^\/access\/v1\/evaluations$/, may: 'evaluate', answer: evaluations },
];

const SECOND = 1_000;

/** One answer of the API. */
export interface AuthzenDecision {
  readonly decision: boolean;
  readonly context: Readonly<Record<string, unknown>>;
}

/** What the caller sent to find its own request again is sent back with whatever is answered (section 10.1.3). */
export function echoOf({ headers }: Call['message']): readonly HeaderLine[] {
  const id = headers['x-request-id'];
  return typeof id === 'string' && /^[ -~]{1,256}$/.test(id) ? [['x-request-id', id]] : [];
}

async function evaluation(call: Call): Promise<Reply> {
  const body = await bodyOf(call.message);
  return 'reply' in body ? body.reply : single(call, body.value);
}

async function single(call: Call, value: unknown): Promise<Reply> {
  const decided = await decide(call, value);
  return 'reply' in decided ? decided.reply : json(decided);
}

async function evaluations(call: Call): Promise<Reply> {
  const body = await bodyOf(call.message);
  if ('reply' in body) return body.reply;
  const parsed = parseEvaluations(body.value);
  if ('problems' in parsed) return invalid(parsed.problems);
  const { evaluations: asked, semantic } = parsed.value;
  return asked === null ? single(call, body.value) : json({ evaluations: await each(call, asked, semantic) });
}

/** In their order, because a semantic may end it early; a question that is none is refused by itself. */
async function each(call: Call, asked: readonly unknown[], semantic: Semantic): Promise<readonly AuthzenDecision[]> {
  const decisions: AuthzenDecision[] = [];
  for (const one of asked) {
    const decided = await decide(call, one);
    const decision = 'reply' in decided ? errorOf(decided.reply) : decided;
    decisions.push(decision);
    if (decision.decision ? semantic === 'permit_on_first_permit' : semantic === 'deny_on_first_deny') break;
  }
  return decisions;
}

function errorOf({ status, body }: Reply): AuthzenDecision {
  const { detail } = JSON.parse(body) as { readonly detail: string };
  return { decision: false, context: { error: { status, message: detail } } };
}

async function decide(call: Call, value: unknown): Promise<AuthzenDecision | { readonly reply: Reply }> {
  const parsed = parseEvaluation(value);
  if ('problems' in parsed) return { reply: invalid(parsed.problems) };
  const which = whichOf(parsed.value);
  if (which === null) {
    const message = 'must say which session: `type` `session`, or a property `handle` or `session_id`';
    return { reply: invalid([{ path: '/subject', message }]) };
  }
  const isOther = await isSomebodyElses(call, parsed.value, which);
  if (isOther === true) return denied('403', 'subject_mismatch');
  const answer = isOther === null ? null : await call.engine.access(which, accessOf(parsed.value));
  if (answer === null || answer.effect === 'indeterminate') {
    return { reply: refused(500, answer?.reasons[0]?.code ?? 'store_unavailable', 'Nobody could tell: ask again.') };
  }
  return decisionOf(call, answer);
}

function whichOf({ subject: { type, id, properties } }: Evaluation): Which | null {
  if (type === 'session') return byId(id);
  if (properties?.handle !== undefined) return properties.handle;
  return properties?.session_id === undefined ? null : byId(properties.session_id);
}

/** A session is good for whom it is about alone; looked at first, because a request may leave a trace. */
async function isSomebodyElses({ engine }: Call, { subject }: Evaluation, which: Which): Promise<boolean | null> {
  if (subject.type === 'session') return false;
  const seen = await engine.peek(which);
  if (seen.effect === 'indeterminate') return null;
  return seen.session !== null && seen.session.subject !== subject.id;
}

/** Nobody's doing, unless the caller says that a person did it: to ask must not keep a session alive. */
function accessOf({ action, context = {} }: Evaluation) {
  const { activity = 'background', attention, ip, deviceId, userAgent, country } = context;
  const stated: Context = {
    ...(ip !== undefined && { ip }),
    ...(deviceId !== undefined && { deviceId }),
    ...(userAgent !== undefined && { userAgent }),
    ...(country !== undefined && { country }),
  };
  const operation = action.name === PLAIN_ACTION ? {} : { operation: action.name };
  return { activity, context: stated, ...operation, ...(attention !== undefined && { attention }) };
}

function decisionOf({ engine, settings }: Call, answer: Exclude<Answer, { effect: 'indeterminate' }>): AuthzenDecision {
  const code = answer.session?.ended?.code ?? answer.reasons[0]?.code ?? 'session_missing';
  if (answer.effect === 'challenge') return stepUp(answer, code, settings.words.acrValues);
  if (answer.effect === 'deny') return denied(answer.session?.ended === null ? '403' : '401', code);
  const { session, until, boundBy } = answer;
  const left = until === NEVER ? {} : { until, expires_in: Math.floor(Math.max(0, until - engine.now()) / SECOND) };
  return { decision: true, context: { session_id: session.id, ...left, bound_by: boundBy } };
}

/** What a proof would have to be (section 6.2.1: the names are those of RFC 9470). */
function stepUp(
  { maxAge, assuranceLevel }: Challenge,
  code: string,
  acrValues: Readonly<Record<string, string>> = {},
): AuthzenDecision {
  const context = {
    ...reasons('401', code, 'Authenticate again to go on.'),
    ...(assuranceLevel !== null && { acr_values: acrValues[assuranceLevel] ?? assuranceLevel }),
    ...(maxAge !== null && { max_age: Math.floor(maxAge / SECOND) }),
  };
  return { decision: false, context };
}

function denied(status: '401' | '403', code: string): AuthzenDecision {
  const sentence = status === '401' ? 'The session is over. Log in again.' : 'This is not allowed.';
  return { decision: false, context: reasons(status, code, sentence) };
}

function reasons(status: '401' | '403', code: string, sentence: string) {
  return { reason_admin: { [status]: code }, reason_user: { [status]: sentence } };
}

function invalid(problems: readonly { readonly path: string; readonly message: string }[]): Reply {
  return refused(400, 'request_invalid', 'This is no evaluation request.', { more: { problems } });
}
