import { byId } from '../engine/question.js';
import { type Administer, audited, type Deed, noteEnded } from './administration.js';
import { type ApiRoute, type Call, unavailableReply, withBody } from './call.js';
import { answerFacts, factsOf } from './facts.js';
import { json, type Reply, refused } from './reply.js';

/** What administrators do with anybody's sessions, which they name by their ids. */
export const ADMIN_ROUTES: readonly ApiRoute[] = [
  route('GET', /^\/v1\/sessions\/([^/]+)$/, 'sessions/look', look),
  route('POST', /^\/v1\/sessions\/([^/]+)\/end$/, 'sessions/end', endOne),
  route('POST', /^\/v1\/sessions\/([^/]+)\/signals$/, 'sessions/signals', signal),
  route('POST', /^\/v1\/sessions\/([^/]+)\/attributes$/, 'sessions/attributes', changeAttributes),
  route('GET', /^\/v1\/subjects\/([^/]+)\/sessions$/, 'subjects/sessions', list),
  route('POST', /^\/v1\/subjects\/([^/]+)\/end$/, 'subjects/end', endAll),
  route('POST', /^\/v1\/subjects\/([^/]+)\/signals$/, 'subjects/signals', signalAll),
];

function route(method: ApiRoute['method'], pattern: RegExp, endpoint: string, administer: Administer): ApiRoute {
  return { method, pattern, may: 'admin', answer: audited(endpoint, administer) };
}

async function look(call: Call): Promise<Reply> {
  const answer = await call.engine.peek(byId(nameIn(call)));
  if (answer.effect === 'indeterminate') return unavailableReply(answer);
  return answer.session === null ? notThere() : json(answerFacts(call.engine, answer));
}

function endOne(call: Call, deed: Deed): Promise<Reply> {
  return withBody(call, 'ending', async ({ code = 'revoked', by = call.caller }) => {
    deed.code = code;
    const answer = await call.engine.end(byId(nameIn(call)), { code, by });
    noteEnded(deed, [answer.session]);
    if (answer.effect === 'indeterminate') return unavailableReply(answer);
    return answer.session === null ? notThere() : json({ ended: true, session: factsOf(answer.session) });
  });
}

function signal(call: Call, deed: Deed): Promise<Reply> {
  return withBody(call, 'signal', async (report) => {
    deed.signal = report.signal;
    const answer = await call.engine.signal(byId(nameIn(call)), report);
    noteEnded(deed, [answer.session]);
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

function endAll(call: Call, deed: Deed): Promise<Reply> {
  return withBody(call, 'ending', async ({ code = 'revoked', by = call.caller }) => {
    deed.code = code;
    const done = await call.engine.endAll(nameIn(call), { code, by });
    noteEnded(deed, done.ended);
    // those that have ended have ended, though nobody can tell of the rest: the caller asks again
    return done.effect === 'permit' ? json({ ended: done.ended.map(({ id }) => id) }) : unavailableReply(done);
  });
}

function signalAll(call: Call, deed: Deed): Promise<Reply> {
  return withBody(call, 'signal', async (report) => {
    const { engine } = call;
    deed.signal = report.signal;
    const listed = await engine.list(nameIn(call));
    if (listed.effect !== 'permit') return unavailableReply(listed);
    const told = listed.sessions.map(({ session }) => engine.signal(byId(session.id), report));
    const answers = await Promise.all(told);
    noteEnded(
      deed,
      answers.map(({ session }) => session),
    );
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
