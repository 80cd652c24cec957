import type { Policy } from '../../core/policy.js';
import type { Session } from '../../core/session.js';
import { deadlines } from '../../deadlines.js';
import { type Answer, unavailable } from '../../engine/answers.js';
import type { Question } from '../../engine/question.js';
import { byId, type Which } from '../../engine/question.js';
import { evaluate } from '../../evaluate.js';
import type { HttpRequest, Presented } from '../../http/index.js';
import { missingSession } from '../../missing-session.js';
import { parseSession } from '../../parse-session.js';
import { systemClock } from '../../time/clock.js';
import type { Instant } from '../../time/instant.js';
import type { EmbeddedOptions } from '../embedded.js';

/** The sessions in the records of requests. A request is known by the reference that it was given. */
export interface EmbeddedRecords {
  presented(request: HttpRequest): Promise<Presented>;
  write(request: HttpRequest, session: Session): Promise<void>;
  /** Asks the policy, and writes what has changed. */
  decide(which: Which, question: Question): Promise<Answer>;
  /** What a background request would be told; nothing is written. */
  peek(which: Which): Promise<Answer>;
}

/** A session, or what is none and stands in its place. */
type Held = Session | 'damaged' | null;

export function embeddedRecords<Native, Operation extends string>(
  options: EmbeddedOptions<Native, Operation>,
): EmbeddedRecords {
  const { policy, clock = systemClock, write } = options;
  const given = new WeakMap<object, { readonly native: Native; readonly id: string | null }>();
  const held = async (which: Which): Promise<Held> => {
    const reference = typeof which === 'object' ? given.get(which) : undefined;
    if (reference === undefined) return null;
    const session = await readFrom(options, reference.native);
    // a login in between has put another one in its place: that one was not meant
    return idOf(session) === reference.id ? session : null;
  };
  return {
    async presented({ native }) {
      const session = await readFrom(options, native as Native);
      if (session === null) return { kind: 'none' };
      const which = byId(idOf(session) ?? 'damaged');
      given.set(which, { native: native as Native, id: idOf(session) });
      return { kind: 'credential', which, from: 'cookie' };
    },
    write: async ({ native }, session) => write(native as Native, session),
    async decide(which, question) {
      const session = await held(which);
      const at = clock.now();
      if (session === null) return missingSession(question.event(at));
      const { native } = given.get(which as object) as { readonly native: Native };
      if (session !== 'damaged') return decideOn(options, native, session, question);
      if (question.type !== 'revoked') return unavailable('store_record_invalid', at);
      // nobody knows whose it was, but who leaves does not need it any more
      await write(native, null);
      return missingSession(question.event(at));
    },
    peek: async (which) => peekAt(policy as Policy, await held(which), clock.now()),
  };
}

async function readFrom<Native>({ read, ended }: EmbeddedOptions<Native>, native: Native): Promise<Held> {
  const session = sessionIn(await read(native));
  if (session === null || session === 'damaged' || session.ended !== null) return session;
  // as if the record had gone: it had, before a request that was on its way wrote it again
  return (await ended?.has(session.id)) === true ? null : session;
}

/** Asks the policy about a session in a record, and writes what has changed. */
async function decideOn<Native>(
  { policy, clock = systemClock, write, ended }: EmbeddedOptions<Native>,
  native: Native,
  session: Session,
  { type, event }: Question,
): Promise<Answer> {
  const decision = evaluate(policy as Policy, session, event(clock.now()));
  const isNew = session.ended === null || type === 'revoked';
  // first, so that a record that is written again is none
  if (decision.session.ended !== null && isNew) await ended?.add(session.id, deadlines(policy, session).absolute);
  if (type === 'revoked') await write(native, null);
  else if (decision.session !== session) await write(native, decision.session);
  return decision;
}

function peekAt(policy: Policy, session: Held, at: Instant): Answer {
  if (session === 'damaged') return unavailable('store_record_invalid', at);
  if (session === null) return missingSession({ type: 'access', at, activity: 'background' });
  const later = Math.max(at, session.recordedAt);
  // what is there, whatever the decision would have made of it
  return { ...evaluate(policy, session, { type: 'access', at: later, activity: 'background' }), session };
}

function idOf(held: Held): string | null {
  return held === null || held === 'damaged' ? null : held.id;
}

/** A record that does not parse is not the same as none: nobody is let in by it, and nobody is logged out. */
function sessionIn(value: unknown): Held {
  if (value === undefined || value === null) return null;
  try {
    return parseSession(value);
  } catch {
    return 'damaged';
  }
}
