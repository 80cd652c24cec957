import { byId } from '../engine/question.js';
import { type ApiRoute, type Call, unavailableReply, withBody } from './call.js';
import { answerFacts, factsOf } from './facts.js';
import { json, type Reply, refused } from './reply.js';

/** What administrators do with anybody's sessions, which they name by their ids. */
export const ADMIN_ROUTES: readonly ApiRoute[] = [
  { method: 'GET', pattern: /^\/v1\/sessions\/([^/]+)$/, may: 'admin', answer: look },
  { method: 'POST', pattern: /^\/v1\/sessions\/([^/]+)\/end$/, may: 'admin', answer: endOne },
  { method: 'POST', pattern: /^\/v1\/sessions\/([^/]+)\/signals$/, may: 'admin', answer: signal },
  { method: 'POST', pattern: /^\/v1\/sessions\/([^/]+)\/attributes$/, may: 'admin', answer: changeAttributes },
  { method: 'GET', pattern: /^\/v1\/subjects\/([^/]+)\/sessions$/, may: 'admin', answer: list },
  { method: 'POST', pattern: /^\/v1\/subjects\/([^/]+)\/end$/, may: 'admin', answer: endAll },
  { method: 'POST', pattern: /^\/v1\/subjects\/([^/]+)\/signals$/, may: 'admin', answer: signalAll },
];

async function look(call: Call): Promise<Reply> {
  const answer = await call.engine.peek(byId(nameIn(call)));
  if (answer.effect === 'indeterminate') return unavailableReply(answer);
  return answer.session === null ? notThere() : json(answerFacts(call.engine, answer));
}

function endOne(call: Call): Promise<Reply> {
  return withBody(call, 'ending', async ({ code = 'revoked', by = call.caller }) => {
    const answer = await call.engine.end(byId(nameIn(call)), { code, by });
    if (answer.effect === 'indeterminate') return unavailableReply(answer);
    return answer.session === null ? notThere() : json({ ended: true, session: factsOf(answer.session) });
  });
}

function signal(call: Call): Promise<Reply> {
  return withBody(call, 'signal', async (report) => {
    const answer = await call.engine.signal(byId(nameIn(call)), report);
    if (answer.effect === 'indeterminate') return unavailableReply(answer);
    return answer.session === null ? notThere() : json(answerFacts(call.engine, answer));
  });
}

function changeAttributes(call: Call): Promise<Reply> {
  return withBody(call, 'subjectAttributes', async ({ attributes }) => {
    const answer = await call.engine.changeAttributes(byId(nameIn(call)), attributes);
    if (answer.effect === 'indeterminate') return unavailableReply(answer);
    return answer.session === null ? notThere() : json(answerFacts(call.engine, answer));
  });
}

async function list({ engine, found }: Call): Promise<Reply> {
  const listed = await engine.list(found[0] ?? '');
  if (listed.effect !== 'permit') return unavailableReply(listed);
  const sessions = listed.sessions.map(({ session, until, boundBy }) => ({ ...factsOf(session), until, boundBy }));
  return json({ sessions });
}

function endAll(call: Call): Promise<Reply> {
  return withBody(call, 'ending', async ({ code = 'revoked', by = call.caller }) => {
    const done = await call.engine.endAll(nameIn(call), { code, by });
    // those that have ended have ended, though nobody can tell of the rest: the caller asks again
    return done.effect === 'permit' ? json({ ended: done.ended.map(({ id }) => id) }) : unavailableReply(done);
  });
}

function signalAll(call: Call): Promise<Reply> {
  return withBody(call, 'signal', async (report) => {
    const { engine } = call;
    const listed = await engine.list(nameIn(call));
    if (listed.effect !== 'permit') return unavailableReply(listed);
    const told = listed.sessions.map(({ session }) => engine.signal(byId(session.id), report));
    const answers = await Promise.all(told);
    const unsure = answers.find(({ effect }) => effect === 'indeterminate');
    if (unsure?.effect === 'indeterminate') return unavailableReply(unsure);
    return json({ sessions: answers.map((answer) => answerFacts(engine, answer)) });
  });
}

function nameIn({ found }: Call): string {
  return found[0] ?? '';
}

function notThere(): Reply {
  return refused(404, 'session_missing', 'There is no such session.');
}
