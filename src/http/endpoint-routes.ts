import type { Session } from '../core/session.js';
import { isGrant } from '../engine/grants.js';
import { byId } from '../engine/question.js';
import type { Duration } from '../time/duration.js';
import { type Instant, NEVER } from '../time/instant.js';
import { type EndpointAnswer, ended, json, notFound, notProven } from './endpoint-answers.js';
import type { EndpointOptions } from './endpoints.js';
import { type Refusal, type Refused, refusalOf } from './refusal.js';
import type { HttpRequest } from './request.js';
import type { RequestSession } from './request-session.js';
import type { Settings } from './settings.js';
import { isOver, plainly, statusOf } from './status.js';

/** One of the subject's own sessions. */
export interface OwnSession {
  readonly id: string;
  /** Whether it is the one that asks. */
  readonly isCurrent: boolean;
  readonly createdAt: Instant;
  readonly lastActivityAt: Instant;
  readonly remainingMs: Duration | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly country: string | null;
}

/** A request to one of the endpoints. */
export interface Call<Operation extends string = string> {
  readonly settings: Settings<Operation>;
  readonly options: EndpointOptions;
  readonly request: HttpRequest;
  readonly session: RequestSession<Operation>;
  readonly body: () => Promise<unknown>;
}

export interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly answer: (call: Call, rest: string) => Promise<EndpointAnswer>;
}

const ROUTES: readonly Route[] = [
  { method: 'GET', pattern: /^$/, answer: async ({ session }) => json(await session.status()) },
  { method: 'POST', pattern: /^\/extend$/, answer: extend },
  { method: 'GET', pattern: /^\/all$/, answer: all },
  { method: 'DELETE', pattern: /^\/all\/[^/]+$/, answer: endOne },
  { method: 'POST', pattern: /^\/logout$/, answer: logout },
  { method: 'POST', pattern: /^\/logout-everywhere$/, answer: logoutEverywhere },
];
const REAUTHENTICATE: Route = { method: 'POST', pattern: /^\/reauthenticate$/, answer: reauthenticate };

/** The routes that there are. */
export function routesOf({ reauthenticate: hook }: EndpointOptions): readonly Route[] {
  return hook === undefined ? ROUTES : [...ROUTES, REAUTHENTICATE];
}

/** A person's word, whatever the request's headers say: the endpoint is for nothing else. */
async function extend({ settings, session }: Call): Promise<EndpointAnswer> {
  const answer = await session.extend();
  if (answer === null) return (await session.protect()) as Refusal;
  if (answer.effect !== 'permit') return refusalOf(answer, settings.words);
  return json(statusOf(settings.engine, answer));
}

/** To look renews nothing, whoever looks; but who asks from elsewhere is told so, as with any other request. */
async function all({ settings, session, request }: Call): Promise<EndpointAnswer> {
  const presented = await session.presented();
  const isTold = presented.kind === 'credential' && request.isGone !== true;
  if (!isTold) return (await session.protect()) as Refusal;
  const { context } = session;
  const looking = await settings.engine.access(presented.which, { activity: 'background', context });
  if (looking.effect !== 'permit') return refusalOf(looking, settings.words);
  const listed = await settings.engine.list(looking.session.subject);
  if (listed.effect !== 'permit') return refusalOf(listed, settings.words);
  const logins = listed.sessions.filter(({ session: one }) => !isGrant(one));
  const now = settings.engine.now();
  const current = looking.session.id;
  return json({
    sessions: logins.map(({ session: one, until }) => ownSession(one, until, now, current)),
  });
}

function ownSession(session: Session, until: Instant, now: Instant, current: string): OwnSession {
  const { id, createdAt, lastActivityAt, context } = session;
  const remainingMs = until === NEVER ? null : Math.max(0, until - now);
  const { userAgent, country } = context;
  // as people know it, and not as a socket for both kinds of address writes it
  const ip = context.ip?.replace(/^::ffff:(?=[\d.]+$)/i, '') ?? null;
  return { id, isCurrent: id === current, createdAt, lastActivityAt, remainingMs, ip, userAgent, country };
}

/** Only one's own: an id is no secret, so whose it is has to be looked up. */
async function endOne(call: Call, rest: string): Promise<EndpointAnswer> {
  const { settings, session } = call;
  const { engine, words } = settings;
  const refusal = await session.protect();
  if (refusal !== null || session.session === null) return refusal as Refusal;
  const { subject, id: current } = session.session;
  const id = decoded(rest.slice('/all/'.length));
  if (id === current) return logout(call);
  const listed = await engine.list(subject);
  if (listed.effect !== 'permit') return refusalOf(listed, words);
  if (!listed.sessions.some((one) => one.session.id === id)) return notFound(settings);
  return ended(settings, await engine.end(byId(id), { by: subject }));
}

async function logout({ settings, session }: Call): Promise<EndpointAnswer> {
  // whoever has no session any more is logged out
  return ended(settings, await session.end());
}

async function logoutEverywhere(call: Call): Promise<EndpointAnswer> {
  const { settings, session } = call;
  const refusal = await session.protect();
  if (refusal !== null || session.session === null) return refusal as Refusal;
  const done = await settings.engine.endAll(session.session.subject, { code: 'logout_everywhere' });
  if (done.effect !== 'permit') return refusalOf(done, settings.words);
  return logout(call);
}

async function reauthenticate({ settings, options, request, session, body }: Call): Promise<EndpointAnswer> {
  const presented = await session.presented();
  if (presented.kind !== 'credential') return (await session.protect()) as Refusal;
  const before = await settings.engine.peek(presented.which);
  // a session that is locked is what this is for
  const isOpen = !isOver(settings.engine, before.session);
  if (!isOpen || before.effect === 'indeterminate') return refusalOf(before as Refused, settings.words);
  const proof = await options.reauthenticate?.({ request, body: await body(), session: before.session as Session });
  if (proof === null || proof === undefined) return notProven(settings);
  const answer = await session.reauthenticate(proof);
  if (answer.effect !== 'permit') return refusalOf(answer, settings.words);
  const status = statusOf(settings.engine, plainly(settings.engine, answer, session.context));
  // who keeps a cookie is given one; who keeps a token has nowhere else to read the new one
  return json(presented.from === 'bearer' && answer.handle !== null ? { ...status, handle: answer.handle } : status);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
