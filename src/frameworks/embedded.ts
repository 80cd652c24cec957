import type { Policy } from '../core/policy.js';
import type { Session } from '../core/session.js';
import { deadlines } from '../deadlines.js';
import { type Answer, type ReauthenticateAnswer, unavailable } from '../engine/answers.js';
import * as ask from '../engine/questions.js';
import { systemRandom } from '../engine/secrets.js';
import { makeId } from '../engine/session-id.js';
import { evaluate } from '../evaluate.js';
import type { SessionKeeper } from '../http/index.js';
import { startSession } from '../start-session.js';
import { type Clock, systemClock } from '../time/clock.js';
import type { Instant } from '../time/instant.js';
import { embeddedRecords } from './shared/embedded-records.js';

export { type ClaimsOptions, type SessionClaims, sessionFromClaims } from './shared/claims.js';

/** Remembers which sessions have ended: a table, keys that expire; in one process, a map. */
export interface EndedSessions {
  /** The session with this id has ended. It can be forgotten from `until` on, in milliseconds since the epoch. */
  add(id: string, until: Instant): void | Promise<void>;
  /** Whether it has. */
  has(id: string): boolean | Promise<boolean>;
}

/** Where the sessions are that a team already has. */
export interface EmbeddedOptions<Native, Operation extends string = string> {
  readonly policy: Policy<Operation>;
  /** What was written into the request's record; `undefined` or `null` if nothing was. It is parsed here. */
  readonly read: (request: Native) => unknown;
  /**
   * Writes it into the request's record, before the response is sent. `null` at a logout: destroy the record then. A
   * store that saves the whole record at the end of each request brings it back with a request that is on its way
   * (express-session does): only `ended` stops that.
   */
  readonly write: (request: Native, session: Session | null) => void | Promise<void>;
  /** Remembers which sessions have ended, whatever their records say later. Default: nobody does. */
  readonly ended?: EndedSessions;
  /** Names a session. Default: 128 random bits. */
  readonly id?: () => string;
  /** Default: the host's. */
  readonly clock?: Clock;
}

/**
 * Curfew's policy over sessions that a team already has: express-session, iron-session, a record of its own. Give it to
 * an adapter in place of an engine. The record keeps one more value, Curfew's facts, and stays theirs otherwise.
 *
 * Their store writes last what comes last: no compare-and-set, no list, no end from elsewhere (`not_supported`).
 *
 * @example
 * const engine = embeddedSessions({
 *   policy,
 *   read: (req: Request & { session: { curfew?: Session | null } }) => req.session.curfew,
 *   write: (req, session) => {
 *     req.session.curfew = session;
 *   },
 * });
 * const sessions = expressSessions({ engine });
 */
export function embeddedSessions<Native, Operation extends string>(
  options: EmbeddedOptions<Native, Operation>,
): SessionKeeper<Operation> {
  const { policy, clock = systemClock } = options;
  const records = embeddedRecords(options);
  const unsupported = () => unavailable('not_supported', clock.now());
  return {
    presented: (request) => records.presented(request),
    async start(login, request) {
      const id = options.id?.() ?? makeId(systemRandom);
      const session = startSession(policy, { ...login, id, at: clock.now() });
      await records.write(request, session);
      const { until, warnAt, boundBy } = deadlines(policy, session);
      return { effect: 'permit', session, reasons: [], until, warnAt, boundBy, handle: id, ended: [] };
    },
    access: (which, access) => records.decide(which, ask.access(access)),
    ask(answer, access) {
      if (answer.effect !== 'permit') return answer;
      const at = Math.max(clock.now(), answer.session.recordedAt);
      return evaluate(policy as Policy, answer.session, ask.access(access).event(at));
    },
    peek: (which) => records.peek(which),
    reauthenticate: async (which, proof) => kept(await records.decide(which, ask.reauthenticated(proof))),
    changeAttributes: async (which, attributes) => kept(await records.decide(which, ask.attributed(attributes))),
    end: (which, ending = {}) => records.decide(which, ask.ended(ending)),
    list: async () => unsupported(),
    endAll: async () => ({ ...unsupported(), ended: [] }),
    policy: () => policy,
    now: () => clock.now(),
    exposure: () => ({ revocation: 0, lostActivity: 0, outage: 0, clock: policy.clockLeeway }),
  };
}

/** What the client presents is the team's own, and stays as it is. */
function kept(answer: Answer): ReauthenticateAnswer {
  return { ...answer, handle: null };
}
