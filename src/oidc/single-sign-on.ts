import type { Answer, ReauthenticateAnswer, RefreshAnswer } from '../engine/answers.js';
import { beneath } from '../engine/ceiling.js';
import type { Engine, Exposure } from '../engine/engine.js';
import { byId, type Which } from '../engine/question.js';
import type { Ending, Proof } from '../engine/requests.js';
import { changeKeeping, ORGANISATION, textOf } from './attributes.js';
import { askBackground, overOf, type Pair, refusedAs, type SingleSignOnOptions } from './organisation.js';
import { ceilingOf, isUnder } from './organisation-ceiling.js';
import { endAllUnder, listUnder } from './organisation-list.js';
import { accessUnder, peekUnder, refusedUnder, underOr } from './organisation-requests.js';
import { startUnder } from './organisation-start.js';

/**
 * Puts an application's sessions under the organisation's: the result is an engine, for a framework adapter, for
 * tokens, sockets and jobs. Both must permit; the stricter `until` holds, and `ceiling` in the answer says what is the
 * organisation's part in it.
 *
 * A login joins the organisation's session whose id is its attribute `organisation`, or starts one. What a person does
 * here keeps that alive only if the organisation's policy names this application in `singleSignOn.activityFrom`. When
 * it ends, this application's sessions under it are denied from then on, and end with the code `organisation_ended`. A
 * logout here (`end` with the code `logout`, the default) ends it; an end with any other code is this session's alone.
 *
 * `use`, `purge`, `flush` and `close` are the application's; close the organisation's engine yourself.
 *
 * @example
 * const organisation = createEngine({ policy, store: memoryStore(), purgeEvery: 0 });
 * const mail = singleSignOn({ organisation, application: engine });
 * const login = await mail.start({ subject: 'alice' });
 * if (login.effect !== 'permit') throw new Error(login.reasons[0].code);
 *
 * await organisation.endAll('alice');
 * const answer = await mail.access(login.handle, { activity: 'user' });
 * answer.session?.ended?.code; // => 'organisation_ended'
 */
export function singleSignOn<Operation extends string>(options: SingleSignOnOptions<Operation>): Engine<Operation> {
  const pair: Pair<Operation> = { ...options, links: new Map() };
  const { organisation, application } = pair;
  return {
    ...application,
    start: (login) => startUnder(pair, login),
    access: (which, access) => accessUnder(pair, which, access),
    ask(answer, access) {
      const own = application.ask(answer, access);
      return answer.ceiling === undefined ? own : beneath(own, answer.ceiling);
    },
    peek: (which) => peekUnder(pair, which),
    refresh: (which, generation, context) =>
      underOr(pair, which, () => application.refresh(which, generation, context)) as Promise<RefreshAnswer>,
    reauthenticate: (which, proof) => reauthenticateUnder(pair, which, proof),
    changeAttributes: async (which, attributes) => {
      const answer = await changeKeeping(application, which, attributes);
      return { ...(await capped(pair, answer)), handle: answer.handle };
    },
    end: (which, ending = {}) => endWith(pair, which, ending),
    endAll: (subject, ending) => endAllUnder(pair, subject, ending),
    list: (subject) => listUnder(pair, subject),
    exposure: () => worst(organisation.exposure(), application.exposure()),
    watch: (sessionId, changed) => watchBoth(pair, sessionId, changed),
  };
}

/** The application's answer to a change, under the organisation's as it is now. */
async function capped(pair: Pair, own: Answer): Promise<Answer> {
  if (own.session === null) return own;
  const known = textOf(own.session, ORGANISATION);
  if (known === null) return refusedAs(pair, 'organisation_missing');
  const answer = await askBackground(pair)(known);
  return beneath(own, ceilingOf(pair, answer));
}

/** The proof was given to the organisation's provider: it counts for both. The application checks the handle. */
async function reauthenticateUnder(pair: Pair, which: Which, proof: Proof): Promise<ReauthenticateAnswer> {
  const over = await overOf(pair, which, askBackground(pair));
  if (over === null) return pair.application.reauthenticate(which, proof);
  if (over.refusal !== null) return { ...over.refusal, handle: null };
  const isPossible = over.answer.effect === 'permit' || over.answer.effect === 'challenge';
  if (!isPossible) return { ...(await refusedUnder(pair, which, over)), handle: null };
  const own = await pair.application.reauthenticate(which, proof);
  if (own.session === null || own.effect !== 'permit') return own;
  if (!isUnder(own.session, over)) return { ...refusedAs(pair, 'organisation_missing'), handle: null };
  const answer = await pair.organisation.reauthenticate(byId(over.link), { assuranceLevel: proof.assuranceLevel });
  // the client needs the new handle, whatever the organisation said in the end
  return { ...beneath(own, ceilingOf(pair, answer)), handle: own.handle };
}

/** A logout ends the organisation's session; every other end is this session's alone. */
async function endWith(pair: Pair, which: Which, ending: Ending): Promise<Answer> {
  const answer = await pair.application.end(which, ending);
  const { code = 'logout', by } = ending;
  const over = answer.session === null ? null : textOf(answer.session, ORGANISATION);
  if (code !== 'logout' || over === null || answer.session?.ended == null) return answer;
  const everywhere = await pair.organisation.end(byId(over), { code, ...(by !== undefined && { by }) });
  // who was told that all is over must not find the next application open
  return everywhere.effect === 'indeterminate' ? everywhere : answer;
}

function watchBoth(pair: Pair, sessionId: string, changed: () => void): () => void {
  const stops = [pair.application.watch(sessionId, changed)];
  let isStopped = false;
  const follow = (organisation: string) => {
    if (!isStopped) stops.push(pair.organisation.watch(organisation, changed));
  };
  const known = pair.links.get(sessionId);
  if (known !== undefined) follow(known);
  else
    void overOf(pair, byId(sessionId), async (id) => {
      follow(id);
      // what happened before this was known is found by whoever looks now
      changed();
      return refusedAs(pair, 'organisation_missing');
    });
  return () => {
    isStopped = true;
    for (const stop of stops) stop();
  };
}

function worst(one: Exposure, other: Exposure): Exposure {
  return {
    revocation: Math.max(one.revocation, other.revocation),
    lostActivity: Math.max(one.lostActivity, other.lostActivity),
    outage: Math.max(one.outage, other.outage),
    clock: Math.max(one.clock, other.clock),
  };
}
