import type { Session } from '../core/session.js';
import { deadlines } from '../deadlines.js';
import { type StartAnswer, unavailable } from '../engine/answers.js';
import type { Engine } from '../engine/engine.js';
import { byId } from '../engine/question.js';
import { after, type Instant } from '../time/instant.js';
import { changeKeeping, ISSUER, SID, textOf } from './attributes.js';
import type { SharedValues } from './values.js';

/** Whose session at the provider a `sid` is. A logout token may name a `sid` alone, and stores know subjects only. */
export interface Sids {
  /** Notes whose it is, at least until then. `false`: it was logged out, so there must be no session of it. */
  remember(provider: ProviderSession, subject: string, until: Instant): Promise<boolean>;
  /** Whose it is; `null` if nobody knows. */
  find(provider: ProviderSession): Promise<string | null>;
  /** Notes that it is over, so that a login that is on its way comes to nothing. */
  end(provider: ProviderSession, until: Instant): Promise<void>;
}

/** A session at an identity provider. */
export interface ProviderSession {
  readonly issuer: string;
  readonly sid: string;
}

/**
 * Keeps whose a `sid` is among values. Each side writes before it reads, the login and the logout: so one of the two
 * finds what the other wrote, however they race.
 *
 * @example
 * const sids = sidsIn(memoryValues());
 * const provider = { issuer: 'https://login.example.com', sid: 'p-1' };
 * await sids.remember(provider, 'alice', NEVER); // => true
 * await sids.find(provider); // => 'alice'
 *
 * await sids.end(provider, NEVER);
 * await sids.remember(provider, 'alice', NEVER); // => false
 */
export function sidsIn(values: SharedValues): Sids {
  return {
    async remember(provider, subject, until) {
      await values.set(`sid:${nameOf(provider)}`, subject, until);
      return (await values.get(`over:${nameOf(provider)}`)) === null;
    },
    find: (provider) => values.get(`sid:${nameOf(provider)}`),
    end: (provider, until) => values.set(`over:${nameOf(provider)}`, '1', until),
  };
}

/** No two have one name, whatever is in them. */
function nameOf({ issuer, sid }: ProviderSession): string {
  return JSON.stringify([issuer, sid]);
}

/**
 * An engine that notes the `sid` of every login of `loginFromClaims`, so that the provider can log it out by that. A
 * login whose `sid` was logged out meanwhile is denied, with the code `logout`. In everything else it is the engine.
 *
 * @example
 * const remembering = rememberingSids(engine, sidsIn(memoryValues()));
 * const claims = { iss: issuer, sub: 'alice', sid: 'p-1' };
 * const login = loginFromClaims(claims, { policy, receivedAt: now });
 * (await remembering.start(login)).effect; // => 'permit'
 */
export function rememberingSids<Operation extends string>(engine: Engine<Operation>, sids: Sids): Engine<Operation> {
  return {
    ...engine,
    async start(login) {
      const answer = await engine.start(login);
      if (answer.effect !== 'permit') return answer;
      const isOver = await isLoggedOut(engine, sids, answer.session).catch(() => null);
      if (isOver === false) return answer;
      // nobody was given the handle
      await engine.end(byId(answer.session.id), { code: isOver === null ? 'start_failed' : 'logout' });
      return isOver === null ? unavailable('store_unavailable', engine.now()) : loggedOut(engine.now());
    },
    async reauthenticate(which, proof) {
      const answer = await engine.reauthenticate(which, proof);
      // it may end later now; what is noted is kept until then, and if it cannot be noted, a `sub` still finds it
      if (answer.effect === 'permit') await isLoggedOut(engine, sids, answer.session).catch(() => undefined);
      return answer;
    },
    changeAttributes: (which, attributes) => changeKeeping(engine, which, attributes),
  };
}

async function isLoggedOut(engine: Pick<Engine, 'policy' | 'now'>, sids: Sids, session: Session): Promise<boolean> {
  const [issuer, sid] = [textOf(session, ISSUER), textOf(session, SID)];
  if (issuer === null || sid === null) return false;
  const policy = engine.policy();
  // never sooner than for a session before, whose own limit was shorter
  const longest = Math.max(policy.limits.absoluteTimeout, policy.requestable.absoluteTimeout);
  const until = Math.max(deadlines(policy, session).absolute, after(engine.now(), longest));
  return !(await sids.remember({ issuer, sid }, session.subject, until));
}

function loggedOut(at: Instant): StartAnswer {
  return { effect: 'deny', session: null, reasons: [{ code: 'logout', effect: 'deny', rule: 'provider', since: at }] };
}
