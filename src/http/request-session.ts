import type { Activity, Attributes, Context, Session } from '../core/session.js';
import type { Answer, ReauthenticateAnswer } from '../engine/answers.js';
import type { Ending, Proof } from '../engine/requests.js';
import type { EngineLogin } from '../engine/start.js';
import { abandon, end, extend, type LoginAnswer, rotate, start } from './changes.js';
import type { Presented } from './credential.js';
import { redirectFor } from './pages.js';
import { malformedRequest, nothingPresented, type Refusal, refusalOf } from './refusal.js';
import type { AppendHeader, HttpRequest } from './request.js';
import { answered, presentedIn, type RequestState, stateOf } from './request-state.js';
import type { Settings } from './settings.js';
import { plainly, type SessionStatus, statusOf } from './status.js';

/** One request and its session. What has to be told to the client is added to the response by itself. */
export interface RequestSession<Operation extends string = string> {
  /** Whether this request is a person's doing. */
  readonly activity: Activity;
  /** Where it comes from. */
  readonly context: Context;
  /** The session that was let in; `null` before `load` or `protect`, and where none was. */
  readonly session: Session | null;
  /** What the engine said; `null` before it was asked, and where nothing was presented. */
  readonly answer: Answer | null;
  /** Finds the session, if there is one; for pages that look otherwise to whoever is logged in. */
  load(): Promise<Session | null>;
  /**
   * Lets the request in, or says what to answer instead. A second call asks for an operation of the session that the
   * first one loaded, without loading it again.
   */
  protect(operation?: Operation): Promise<Refusal | null>;
  /** What the page may know. Nothing is renewed. */
  status(): Promise<SessionStatus>;
  /**
   * Logs in, after you have checked who it is. A session that the client still had ends; `replaced` says if it did.
   *
   * @throws an error with code `response_already_sent` if the response has gone; so do the three below.
   */
  start(login: EngineLogin): Promise<LoginAnswer>;
  /** Notes a reauthentication, after you have checked it. The client gets a new handle. */
  reauthenticate(proof: Proof): Promise<ReauthenticateAnswer>;
  /** Notes what is new about the subject: a role. The client gets a new handle. */
  changeAttributes(attributes: Attributes): Promise<ReauthenticateAnswer>;
  /** Logs out: whatever was presented ends. `null` where nothing was. */
  end(ending?: Ending): Promise<Answer | null>;
  /** Notes that a person is there and wants to stay, whatever the request says. `null` where nothing was presented. */
  extend(): Promise<Answer | null>;
  /** For adapters: the response was lost. A session that was started in this request ends: nobody has its handle. */
  abandon(): Promise<void>;
  /** Which session was presented, for calls to the engine; `null` if none was. */
  presented(): Promise<Presented>;
}

/** Opens the session's side of a request. Nothing is asked of anybody yet. */
export function openSession<Operation extends string>(
  settings: Settings<Operation>,
  request: HttpRequest,
  append: AppendHeader,
  canAppend: () => boolean = () => true,
): RequestSession<Operation> {
  const state = stateOf(settings, request, append, canAppend);
  const { engine } = settings;
  return {
    activity: state.activity,
    context: state.context,
    get session() {
      return state.answer?.effect === 'permit' ? state.answer.session : null;
    },
    get answer() {
      return state.answer;
    },
    presented: () => presentedIn(state),
    async load() {
      await answered(state, undefined);
      return this.session;
    },
    protect: (operation) => protect(state, operation),
    status: () => status(state),
    start: (login) => start(state, login),
    reauthenticate: (proof) => {
      const context = { ...state.context, ...proof.context };
      return rotate(state, (which) => engine.reauthenticate(which, { ...proof, context }));
    },
    changeAttributes: (attributes) => rotate(state, (which) => engine.changeAttributes(which, attributes)),
    end: (ending) => end(state, ending),
    extend: () => extend(state),
    abandon: () => abandon(state),
  };
}

async function protect<Operation extends string>(
  state: RequestState<Operation>,
  operation: Operation | undefined,
): Promise<Refusal | null> {
  const { pages, words, nobody } = state.settings;
  const credential = await presentedIn(state);
  if (credential.kind === 'malformed') return malformedRequest(credential.detail, words);
  if (credential.kind === 'none') return redirectFor(pages, state.request, nothingPresented(words), 'deny');
  const answer = (await answered(state, operation)) ?? nobody();
  if (answer.effect === 'permit') return null;
  // no cookie is taken away, though the session has ended: this answer may come after that of a new login
  return redirectFor(pages, state.request, refusalOf(answer, words), answer.effect);
}

async function status(state: RequestState): Promise<SessionStatus> {
  const { engine, nobody } = state.settings;
  const credential = await presentedIn(state);
  if (credential.kind !== 'credential') return statusOf(engine, nobody());
  const seen = await engine.peek(credential.which);
  // an address that went with its client is no news of the session
  return statusOf(engine, state.request.isGone === true ? seen : plainly(engine, seen, state.context));
}
