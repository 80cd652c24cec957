import type { Policy } from '../core/policy.js';
import type { Attributes, Context } from '../core/session.js';
import { systemClock } from '../time/clock.js';
import type { Duration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import { systemTimers } from '../time/timer.js';
import type { Answer, EndAllAnswer, ListAnswer, ReauthenticateAnswer, RefreshAnswer, StartAnswer } from './answers.js';
import { apply } from './apply.js';
import { ask as askAgain } from './ask.js';
import { assemble } from './assemble.js';
import type { Applied } from './keeping.js';
import type { EngineOptions } from './options.js';
import { peek } from './peek.js';
import type { Which } from './question.js';
import * as ask from './questions.js';
import type { Access, Ending, Proof, Report } from './requests.js';
import { type EngineLogin, start } from './start.js';
import { endAll, list } from './subject.js';

/** How far an engine's answers can lag behind the truth, in milliseconds, at worst. */
export interface Exposure {
  /** How long a session may be permitted here after its end was acknowledged elsewhere; 0 without a cache. */
  readonly revocation: Duration;
  /**
   * For how long activity may be acknowledged here before it is in the store: `recordEvery`, and the policy's
   * `staleFor` while the store does not answer. If this process dies, a session ends as if that activity had not been;
   * under `staleFor`, other processes can end it so while this one lives.
   */
  readonly lostActivity: Duration;
  /** How long a session may be permitted from memory while the store does not answer: the policy's `staleFor`. */
  readonly outage: Duration;
  /** How far the clock may be off before the engine refuses to go by it. */
  readonly clock: Duration;
}

/**
 * Sessions in a store, decided about by a policy. Made by `createEngine`.
 *
 * No answer is an exception: what cannot be told is `indeterminate`. A method throws for a mistake in the call only.
 */
export interface Engine<Operation extends string = string> {
  /**
   * Starts a session. The handle in the answer is what the client presents from now on.
   *
   * @throws an error with code `login_invalid` if the login is none.
   */
  start(login: EngineLogin): Promise<StartAnswer>;
  /** Whether a request may go on. */
  access(which: Which, access: Access<Operation>): Promise<Answer>;
  /**
   * Whether a request that was just permitted may do this too, by the session in hand: nothing is loaded, renewed or
   * written. It sees neither an end elsewhere since then nor opens a lease; for those, `access` with the operation.
   */
  ask(answer: Answer, access: Access<Operation>): Answer;
  /** A leased operation is over. */
  finish(which: Which, operation: Operation): Promise<Answer>;
  /** Something was reported about a session's safety. */
  signal(which: Which, report: Report): Promise<Answer>;
  /**
   * A person has proved again who they are: call it after you checked the proof. By handle, the answer has a new one.
   */
  reauthenticate(which: Which, proof: Proof): Promise<ReauthenticateAnswer>;
  /** A client presented its refresh token; `generation` is the token's. */
  refresh(which: Which, generation: number, context?: Context): Promise<RefreshAnswer>;
  /**
   * The application's facts about the subject changed. By handle, the answer has a new one: a privilege may have risen.
   */
  changeAttributes(which: Which, attributes: Attributes): Promise<ReauthenticateAnswer>;
  /** Ends a session. It has ended everywhere when the answer is `deny` and its `session.ended` is set. */
  end(which: Which, ending?: Ending): Promise<Answer>;
  /** Ends every session of a subject, but for one. A handle that is not accepted any more spares nobody. */
  endAll(subject: string, ending?: Ending & { readonly except?: Which }): Promise<EndAllAnswer>;
  /** A subject's sessions that are not over, the latest first. */
  list(subject: string): Promise<ListAnswer>;
  /** What a background request would be answered now. Nothing is renewed, nothing is written. */
  peek(which: Which): Promise<Answer>;
  /**
   * Calls back when a session may have changed, in whatever process: for what outlives a request, such as a socket.
   * It is not told what changed; `peek` knows. Mere activity is not told. While the store's channel is down, and where
   * a store has none, it is called every `trustFor` of the cache's options (default 3 s). The answer stops it.
   *
   * @example
   * const stop = engine.watch(session.id, async () => {
   *   const answer = await engine.peek(byId(session.id));
   *   if (answer.effect === 'deny') socket.close();
   * });
   */
  watch(sessionId: string, changed: () => void): () => void;
  /** Removes records that are no longer needed; how many went. `purgeEvery` has it done anyway. */
  purge(): Promise<number>;
  /**
   * From the next request on, other policies decide.
   *
   * @throws an error with code `engine_options_invalid` if one is none; then the ones before stay in force.
   */
  use(policies: { readonly policy?: Policy<Operation>; readonly candidate?: Policy | null }): void;
  /** The policy that decides now. */
  policy(): Policy<Operation>;
  /** What time it is, by the clock that the answers go by. */
  now(): Instant;
  /** How far the answers can lag behind. */
  exposure(): Exposure;
  /** Writes what waits to be written; whether all of it is in the store. */
  flush(): Promise<boolean>;
  /**
   * Writes what waits to be written, and stops every timer; whether all of it is in the store. Tries again what fails,
   * for about `storeTimeout`. Call it before the process ends.
   */
  close(): Promise<boolean>;
}

/**
 * Makes an engine: sessions in a store, decided about by a policy.
 *
 * @throws an error with code `engine_options_invalid` that names every option that is wrong.
 * @example
 * const engine = createEngine({ policy, store: memoryStore() });
 * const login = await engine.start({ subject: 'alice' });
 * if (login.effect !== 'permit') throw new Error(login.reasons[0].code);
 *
 * const answer = await engine.access(login.handle, { activity: 'user' });
 * answer.effect; // => 'permit'
 */
export function createEngine<Operation extends string>(options: EngineOptions<Operation>): Engine<Operation> {
  const { shell, numbers, flusher, use, purge, watch, close } = assemble({
    ...options,
    clock: options.clock ?? systemClock,
    timers: options.timers ?? systemTimers,
  });
  return {
    start: (login) => start(shell, login),
    access: (which, access) => {
      const applied = apply(shell, which, ask.access(access));
      // most requests are answered from memory, where there is one: no promise more than the caller's own
      return applied instanceof Promise ? applied.then(({ answer }) => answer) : Promise.resolve(applied.answer);
    },
    ask: (answer, access) => askAgain(shell, answer, access),
    finish: async (which, operation) => (await apply(shell, which, ask.finished(operation))).answer,
    signal: async (which, report) => (await apply(shell, which, ask.signalled(report))).answer,
    reauthenticate: async (which, proof) => withHandle(await apply(shell, which, ask.reauthenticated(proof))),
    refresh: async (which, generation, context) => {
      const { answer, isSuperseded } = await apply(shell, which, ask.refreshed(generation, context));
      if (!isSuperseded || answer.session === null) return answer;
      return { effect: 'superseded', session: answer.session, reasons: [] };
    },
    changeAttributes: async (which, attributes) => withHandle(await apply(shell, which, ask.attributed(attributes))),
    end: async (which, ending = {}) => (await apply(shell, which, ask.ended(ending))).answer,
    endAll: (subject, ending = {}) => endAll(shell, subject, ending),
    list: (subject) => list(shell, subject),
    peek: (which) => peek(shell, which),
    watch,
    purge,
    use,
    policy: () => shell.policies().policy as Policy<Operation>,
    now: () => shell.clock.now(),
    exposure: () => ({
      revocation: options.cache ? numbers.trustFor : 0,
      lostActivity: shell.settings().recordEvery + shell.policies().policy.staleFor,
      outage: shell.policies().policy.staleFor,
      clock: shell.policies().policy.clockLeeway,
    }),
    flush: () => flusher.flush(),
    close,
  };
}

function withHandle({ answer, handle }: Applied): ReauthenticateAnswer {
  return { ...answer, handle };
}
