import type { ReasonCode } from '../core/reason.js';
import type { Attributes, Session } from '../core/session.js';
import { byId, type Engine } from '../engine/index.js';
import type { AttributesAction, EndAction, SignalAction } from './mapping.js';
import type { SecurityEvent } from './security-event.js';
import type { Target } from './targets.js';

/** What of an engine a receiver uses. */
export type SignalsEngine = Pick<Engine, 'list' | 'signal' | 'end' | 'endAll' | 'changeAttributes' | 'now'>;

/** What was done, and to how many sessions; `code` where it could not be done to all of them. */
export interface AppliedAction {
  readonly do: SignalAction['do'];
  readonly sessions: number;
  readonly code: ReasonCode | null;
}

/** How many sessions are acted on at a time. */
const AT_ONCE = 32;

/** Does one thing to the sessions that it is meant for. Each answer is waited for: by then it is stored. */
export async function applyAction(
  engine: SignalsEngine,
  action: SignalAction,
  event: SecurityEvent,
  targets: readonly Target[],
): Promise<AppliedAction> {
  if (action.do === 'end') return endedFor(engine, action, event, targets);
  const sessions = targets.flatMap((target) => meant(action, target));
  return { do: action.do, sessions: sessions.length, code: await actedOn(engine, action, event, sessions) };
}

/** Ends sessions, and with a whole person's their jobs: they outlive a session that timed out, but not the account. */
async function endedFor(
  engine: SignalsEngine,
  action: EndAction,
  event: SecurityEvent,
  targets: readonly Target[],
): Promise<AppliedAction> {
  let sessions = 0;
  let code: ReasonCode | null = null;
  for (const target of targets) {
    const isWhole = action.sessions === 'subject' || target.isWhole;
    if (isWhole && action.spareNewer !== true) {
      const answer = await engine.endAll(target.subject, { code: action.code, by: event.issuer });
      sessions += answer.ended.length;
      if (answer.effect === 'indeterminate') code ??= answer.reasons[0].code;
    } else {
      const some = isWhole ? [...target.sessions, ...target.grants] : meant(action, target);
      const chosen = some.filter((session) => !isSpared(action, event, session));
      sessions += chosen.length;
      code = (await actedOn(engine, action, event, chosen)) ?? code;
    }
  }
  return { do: action.do, sessions, code };
}

/** Why it could not be done to all of them; `null` when it is done. */
async function actedOn(
  engine: SignalsEngine,
  action: SignalAction,
  event: SecurityEvent,
  chosen: readonly Session[],
): Promise<ReasonCode | null> {
  let code: ReasonCode | null = null;
  for (let start = 0; start < chosen.length; start += AT_ONCE) {
    const some = chosen.slice(start, start + AT_ONCE);
    const codes = await Promise.all(some.map((session) => acted(engine, action, event, session)));
    code ??= codes.find((one) => one !== null) ?? null;
  }
  return code;
}

function meant({ sessions = 'matching' }: SignalAction, target: Target): readonly Session[] {
  if (sessions === 'subject') return target.sessions;
  if (sessions === 'matching') return target.matching;
  // where the event names no session in particular, none is spared
  const isNarrow = target.matching.length < target.sessions.length;
  return isNarrow ? target.sessions.filter((one) => !target.matching.includes(one)) : target.sessions;
}

function isSpared({ spareNewer = false }: EndAction, { at }: SecurityEvent, session: Session): boolean {
  return spareNewer && session.authenticatedAt > at;
}

/** Why it could not be told; `null` when it is done. A session that is gone meanwhile is none to act on. */
async function acted(
  engine: SignalsEngine,
  action: SignalAction,
  event: SecurityEvent,
  session: Session,
): Promise<ReasonCode | null> {
  const answer = await answerOf(engine, action, event, session);
  return answer?.effect === 'indeterminate' ? (answer.reasons[0]?.code ?? 'evaluation_failed') : null;
}

function answerOf(engine: SignalsEngine, action: SignalAction, event: SecurityEvent, session: Session) {
  const which = byId(session.id);
  if (action.do === 'end') return engine.end(which, { code: action.code, by: event.issuer });
  if (action.do === 'signal') {
    const { signal, level } = action;
    return engine.signal(which, { signal, at: event.at, ...(level !== undefined && { level }) });
  }
  const attributes = attributesWith(action, event, session);
  return attributes === null ? null : engine.changeAttributes(which, attributes);
}

/** What the login said, by which a logout and an organisation find the session, is no claim about the person. */
const OF_THE_LOGIN: ReadonlySet<string> = new Set(['iss', 'sid', 'organisation', 'grantOf']);

/** The attributes with the event's values; `null` where nothing changes, or what is there was stated later. */
function attributesWith({ from, names }: AttributesAction, event: SecurityEvent, session: Session): Attributes | null {
  if (session.attributesAt > event.at) return null;
  const attributes: Record<string, Attributes[string]> = { ...session.attributes };
  let isChanged = false;
  for (const [claim, value] of Object.entries((event.payload[from] ?? {}) as Readonly<Record<string, unknown>>)) {
    const name = (names !== undefined && Object.hasOwn(names, claim) ? names[claim] : undefined) ?? claim;
    if (!Object.hasOwn(attributes, name) || OF_THE_LOGIN.has(name)) continue;
    if (value === null) delete attributes[name];
    else if (isAttribute(value)) attributes[name] = value;
    else continue;
    isChanged = true;
  }
  return isChanged ? attributes : null;
}

function isAttribute(value: unknown): value is Attributes[string] {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string');
  // JSON can write numbers that are too large to be one
  return ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
}
