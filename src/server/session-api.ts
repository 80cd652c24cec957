import { deadlines } from '../deadlines.js';
import type { ReauthenticateAnswer, Started } from '../engine/answers.js';
import type { HeaderLine } from '../http/request.js';
import { type ApiRoute, type Call, unavailableReply, withBody } from './call.js';
import { answerFacts, factsOf } from './facts.js';
import { json, type Reply, refused } from './reply.js';

/** What an application's backend does with the sessions of its own people: it has checked who they are. */
export const SESSION_ROUTES: readonly ApiRoute[] = [
  { method: 'POST', pattern: /^\/v1\/sessions$/, may: 'sessions', answer: start },
  { method: 'POST', pattern: /^\/v1\/sessions\/status$/, may: 'sessions', answer: status },
  { method: 'POST', pattern: /^\/v1\/sessions\/extend$/, may: 'sessions', answer: extend },
  { method: 'POST', pattern: /^\/v1\/sessions\/reauthenticate$/, may: 'sessions', answer: reauthenticate },
  { method: 'POST', pattern: /^\/v1\/sessions\/attributes$/, may: 'sessions', answer: changeAttributes },
  { method: 'POST', pattern: /^\/v1\/sessions\/logout$/, may: 'sessions', answer: logout },
];

function start(call: Call): Promise<Reply> {
  const { engine } = call;
  return withBody(call, 'login', async ({ replaces, ...login }) => {
    const started = await engine.start(login);
    if (started.effect === 'indeterminate') return unavailableReply(started);
    if (started.effect === 'deny') {
      const code = started.reasons[0]?.code ?? 'login_refused';
      return refused(409, code, 'The policy has no place for another session.');
    }
    // the one that the client still had: nobody is to find it in a log
    if (replaces !== undefined) await engine.end(replaces, { code: 'session_replaced', by: call.caller });
    return json({ ...handed(call, started.handle, started), ended: started.ended.map(({ id }) => id) }, 201);
  });
}

/** The handle is a secret for the client alone: the backend hands it on, by the line for its response or otherwise. */
function handed(call: Call, handle: string, answer: ReauthenticateAnswer | Started) {
  const { engine } = call;
  const { session } = answer;
  return {
    handle,
    setCookie: session === null ? null : cookieLine(call, handle, deadlines(engine.policy(), session).absolute),
    ...answerFacts(engine, 'refresh' in answer || !('ended' in answer) ? answer : { ...answer, refresh: null }),
  };
}

function cookieLine({ engine, settings }: Call, handle: string, until: number): string | null {
  return settings.cookie?.give(handle, engine.now(), until) ?? null;
}

function status(call: Call): Promise<Reply> {
  return withBody(call, 'handle', async ({ handle }) => {
    const answer = await call.engine.peek(handle);
    return answer.effect === 'indeterminate' ? unavailableReply(answer) : json(answerFacts(call.engine, answer));
  });
}

function extend(call: Call): Promise<Reply> {
  return withBody(call, 'handle', async ({ handle, context }) => {
    const stated = context === undefined ? {} : { context };
    const answer = await call.engine.access(handle, { activity: 'user', ...stated });
    return answer.effect === 'indeterminate' ? unavailableReply(answer) : json(answerFacts(call.engine, answer));
  });
}

function reauthenticate(call: Call): Promise<Reply> {
  return withBody(call, 'proof', async ({ handle, ...proof }) => {
    return rotated(call, await call.engine.reauthenticate(handle, proof));
  });
}

function changeAttributes(call: Call): Promise<Reply> {
  return withBody(call, 'attributes', async ({ handle, attributes }) => {
    return rotated(call, await call.engine.changeAttributes(handle, attributes));
  });
}

function rotated(call: Call, answer: ReauthenticateAnswer): Reply {
  if (answer.effect === 'indeterminate') return unavailableReply(answer);
  if (answer.handle === null) return json({ handle: null, setCookie: null, ...answerFacts(call.engine, answer) });
  return json(handed(call, answer.handle, answer));
}

function logout(call: Call): Promise<Reply> {
  return withBody(call, 'logout', async ({ handle, by = call.caller, code = 'logout' }) => {
    const answer = await call.engine.end(handle, { code, by });
    if (answer.effect === 'indeterminate') return unavailableReply(answer);
    const lines: HeaderLine[] = [];
    call.settings.forget((name, value) => void lines.push([name.toLowerCase(), value]));
    const clearCookie = lines.find(([name]) => name === 'set-cookie')?.[1] ?? null;
    const clearSiteData = lines.find(([name]) => name === 'clear-site-data')?.[1] ?? null;
    // whoever has no session any more is logged out
    return json({ ended: true, clearCookie, clearSiteData, session: answer.session && factsOf(answer.session) });
  });
}
