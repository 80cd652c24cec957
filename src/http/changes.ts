import type { Answer, ReauthenticateAnswer, StartAnswer } from '../engine/answers.js';
import { unavailable } from '../engine/answers.js';
import type { Which } from '../engine/question.js';
import type { Ending } from '../engine/requests.js';
import type { EngineLogin } from '../engine/start.js';
import { shownIn } from './credential.js';
import { tooLate } from './late.js';
import { hand, presentedIn, type RequestState, tellStatus } from './request-state.js';

/** The answer to a login, and what became of the session that the client still had. */
export type LoginAnswer = StartAnswer & {
  /**
   * `deny`: it has ended, or was not there any more. `indeterminate`: nobody could tell, and it may live on until its
   * limits. `null`: nothing was shown.
   */
  readonly replaced: Answer | null;
};

/** More credentials than that in one request are nobody's own. */
const MOST_SHOWN = 16;

/** Begins a session, and ends those that the client still had. */
export async function start(state: RequestState, login: EngineLogin): Promise<LoginAnswer> {
  const { engine } = state.settings;
  const gone = unableToHand(state, 'a login');
  if (gone !== null) return { ...gone, replaced: null };
  const before = shownIn(await presentedIn(state));
  const started = await engine.start({ ...login, context: { ...state.context, ...login.context } }, state.request);
  if (started.effect !== 'permit') return { ...started, replaced: null };
  state.started = started.handle;
  if (!state.canAppend()) {
    await abandon(state);
    tooLate('a login');
  }
  hand(state, started.handle, started.session, 'cookie');
  state.answer = { ...started, refresh: null };
  tellStatus(state, state.answer);
  // the browser has forgotten them in this moment, and nobody is to find them in a log
  return { ...started, replaced: await endEach(state, before, { code: 'session_replaced' }) };
}

/** Notes something after which the client is to present another handle. */
export async function rotate(
  state: RequestState,
  ask: (which: Which) => Promise<ReauthenticateAnswer>,
): Promise<ReauthenticateAnswer> {
  const gone = unableToHand(state, 'a new handle');
  if (gone !== null) return { ...gone, handle: null };
  const credential = await presentedIn(state);
  if (credential.kind !== 'credential') return state.settings.nobody();
  const answer = await ask(credential.which);
  state.answer = answer;
  if (answer.handle !== null && answer.session !== null) hand(state, answer.handle, answer.session, credential.from);
  tellStatus(state, answer);
  return answer;
}

/** A person's word that they are there, whatever the request says of itself. */
export async function extend(state: RequestState): Promise<Answer | null> {
  const { engine } = state.settings;
  const credential = await presentedIn(state);
  if (credential.kind !== 'credential') return null;
  const { context } = state;
  state.answer =
    state.request.isGone === true
      ? unavailable('client_gone', engine.now())
      : await engine.access(credential.which, { activity: 'user', context });
  tellStatus(state, state.answer);
  return state.answer;
}

/** Ends whatever was shown, though it may have opened nothing: who leaves means all of it. */
export async function end(state: RequestState, ending: Ending | undefined): Promise<Answer | null> {
  const ended = await endEach(state, shownIn(await presentedIn(state)), ending);
  // who cannot tell whether it has ended must not have the client forget it
  if (ended?.effect === 'indeterminate') return ended;
  state.answer = ended;
  if (!state.canAppend()) tooLate('what a browser is to forget');
  if (ended !== null) tellStatus(state, ended);
  state.settings.forget(state.append);
  return ended;
}

/** No response will say what there was to say: nobody has the handle of a session that was started for it. */
export async function abandon(state: RequestState): Promise<void> {
  const { started, settings } = state;
  state.started = null;
  if (started !== null) await settings.engine.end(started, { code: 'login_undelivered' });
}

/** One answer for all: the worst, and of the others one that tells of a session. */
async function endEach(
  { settings: { engine } }: RequestState,
  shown: readonly Which[],
  ending: Ending | undefined,
): Promise<Answer | null> {
  const answers: readonly Answer[] = await Promise.all(
    shown.slice(0, MOST_SHOWN).map((which) => engine.end(which, ending)),
  );
  if (shown.length > MOST_SHOWN) return unavailable('credential_malformed', engine.now());
  const worst = answers.find(({ effect }) => effect === 'indeterminate');
  return worst ?? answers.find(({ session }) => session !== null) ?? answers[0] ?? null;
}

/** Why nothing can be handed to the client; `null` if it can. Where that is a mistake of the app's, it is told so. */
function unableToHand({ settings, request, canAppend }: RequestState, what: string) {
  if (request.isGone === true) return unavailable('client_gone', settings.engine.now());
  return canAppend() ? null : tooLate(what);
}
