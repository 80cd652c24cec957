import type { Activity, Attention, Context, Session } from '../core/session.js';
import { deadlines } from '../deadlines.js';
import { type Answer, unavailable } from '../engine/answers.js';
import type { Access } from '../engine/requests.js';
import { activityOf, attentionOf } from './activity.js';
import type { Presented } from './credential.js';
import type { AppendHeader, HttpRequest } from './request.js';
import type { Settings } from './settings.js';
import { plainly, statusOf } from './status.js';
import { statusHeader } from './status-header.js';

/** What is known of one request and its session so far. */
export interface RequestState<Operation extends string = string> {
  readonly settings: Settings<Operation>;
  readonly request: HttpRequest;
  readonly append: AppendHeader;
  /** Whether what is appended still finds its way into the response. */
  readonly canAppend: () => boolean;
  readonly activity: Activity;
  readonly attention: Attention | undefined;
  readonly context: Context;
  /** Read once; what the client is given during the request takes its place. */
  presented: Promise<Presented> | null;
  answer: Answer | null;
  /** The first question, while it is being answered: who asks meanwhile waits, and asks of the same session. */
  asking: Promise<Answer> | null;
  /** What the first question was about, beside the session. */
  asked: Operation | undefined;
  /** The handle of a session that was started in this request. */
  started: string | null;
}

export function stateOf<Operation extends string>(
  settings: Settings<Operation>,
  request: HttpRequest,
  append: AppendHeader,
  canAppend: () => boolean,
): RequestState<Operation> {
  const activity = activityOf(request, settings.activity);
  const context = settings.contextOf(request);
  const attention = attentionOf(request);
  return {
    settings,
    request,
    append,
    canAppend,
    activity,
    attention,
    context,
    presented: null,
    answer: null,
    asking: null,
    asked: undefined,
    started: null,
  };
}

/** What the client presented. */
export function presentedIn(state: RequestState): Promise<Presented> {
  state.presented ??= state.settings.presentedBy(state.request);
  return state.presented;
}

/** The engine's answer; `null` where there is nothing to ask about. The session is loaded once. */
export async function answered<Operation extends string>(
  state: RequestState<Operation>,
  operation: Operation | undefined,
): Promise<Answer | null> {
  const { engine } = state.settings;
  const credential = await presentedIn(state);
  if (credential.kind !== 'credential') return null;
  const access = accessOf(state, operation);
  if (state.answer === null && state.asking === null) {
    state.asked = operation;
    state.asking = firstAnswer(state, () => engine.access(credential.which, access));
    const first = await state.asking;
    // a logout that was quicker has the last word
    if (state.answer === null) {
      state.answer = first;
      noteAnswer(state, first);
    }
    return state.answer;
  }
  state.answer ??= await state.asking;
  if (state.answer === null) return null;
  const isAboutOther = state.asked !== undefined && operation !== state.asked;
  // the first operation's refusal says nothing of the session, nor of another operation
  if (state.answer.effect !== 'permit' && isAboutOther) return engine.access(credential.which, access);
  if (operation === undefined) return state.answer;
  return mayAskInHand(state, operation) ? engine.ask(state.answer, access) : engine.access(credential.which, access);
}

/** An address that went with its client is not another address: a rule would end the session for it. */
async function firstAnswer({ settings, request }: RequestState, ask: () => Promise<Answer>): Promise<Answer> {
  return request.isGone === true ? unavailable('client_gone', settings.engine.now()) : ask();
}

function accessOf<Operation extends string>(
  { activity, context, attention }: RequestState<Operation>,
  operation: Operation | undefined,
): Access<Operation> {
  const stated = attention === undefined ? { activity, context } : { activity, context, attention };
  return operation === undefined ? stated : { ...stated, operation };
}

/** A lease has to be written down; a copy from memory may have ended elsewhere. */
function mayAskInHand({ settings }: RequestState, operation: string): boolean {
  const { revocation, outage } = settings.engine.exposure();
  const asked = settings.engine.policy().operations[operation];
  return revocation === 0 && outage === 0 && (asked === undefined || asked.lease === 0);
}

function noteAnswer(state: RequestState, answer: Answer): void {
  if (answer.effect !== 'permit') return;
  tellStatus(state, answer, state.asked === undefined);
  if (state.activity === 'background') state.settings.watchMarks(answer.session);
}

/** What the page may know after this answer. The latest line takes the place of those before. */
export function tellStatus({ settings, append, context }: RequestState, answer: Answer, isPlain = false): void {
  // what was refused to a request says nothing of the session
  if (!settings.statusHeader || answer.effect === 'challenge' || answer.effect === 'indeterminate') return;
  const status = statusOf(settings.engine, isPlain ? answer : plainly(settings.engine, answer, context));
  if (status.state !== 'unknown') append('Curfew-Session', statusHeader(status));
}

/** Hands a new handle to the client; what it presents from now on is what the rest of this request presents. */
export function hand(state: RequestState, handle: string, session: Session, from: 'cookie' | 'bearer'): void {
  const { cookie, engine } = state.settings;
  // where no handle is presented, the next look finds what the keeper has by now
  const isElsewhere = engine.presented !== undefined;
  state.presented = isElsewhere ? null : Promise.resolve({ kind: 'credential', which: handle, from });
  if (cookie === null || from === 'bearer') return;
  state.append('Set-Cookie', cookie.give(handle, engine.now(), deadlines(engine.policy(), session).absolute));
  state.append('Cache-Control', 'no-store');
}
