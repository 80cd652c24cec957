import { AsyncLocalStorage } from 'node:async_hooks';
import { type Explanation, explain, NEVER, type Session, type SessionEvent } from 'curfew';
import type { DecisionRecord, Engine, FaultRecord, Which } from 'curfew/engine';
import type { LimitFact, RuleLine } from '../shared.js';
import type { DecisionLog, Unnumbered } from './decision-log.js';

/** What is being asked, so that the observer can explain the decision that it is told of. */
interface Asked {
  readonly before: Session | null;
  readonly event: (at: number) => SessionEvent;
}

/** The request that is being served: `POST /bank/pay`, and where it claims to come from. */
export interface Served {
  readonly request: string;
  readonly from: string;
}

const serving = new AsyncLocalStorage<Served>();
const asking = new AsyncLocalStorage<Asked>();

/** Serves a request so that the decisions it leads to are logged as its own. */
export function serve<Value>(served: Served, act: () => Promise<Value>): Promise<Value> {
  return serving.run(served, act);
}

/**
 * The engine, whose questions are noted while they are asked. The observer's record says what was decided; `explain`
 * says why, and for that it needs the session as it was and the event.
 */
export function explainingEngine(engine: Engine): Engine {
  const noted = async <Value>(which: Which, event: Asked['event'], act: () => Promise<Value>) => {
    const { session } = await engine.peek(which);
    return asking.run({ before: session, event }, act);
  };
  return {
    ...engine,
    access: (which, access) =>
      noted(
        which,
        (at) => ({ type: 'access', at, ...access }),
        () => engine.access(which, access),
      ),
    ask: (answer, access) =>
      asking.run({ before: answer.session, event: (at) => ({ type: 'access', at, ...access }) }, () =>
        engine.ask(answer, access),
      ),
    reauthenticate: (which, proof) =>
      noted(
        which,
        (at) => ({ type: 'reauthenticated', at, ...proof }),
        () => engine.reauthenticate(which, proof),
      ),
    signal: (which, report) =>
      noted(
        which,
        (at) => ({ type: 'signal', ...report, at }),
        () => engine.signal(which, report),
      ),
  };
}

/** Writes what the engine's observer is told into the log. */
export function logRecord(log: DecisionLog, engine: Engine, record: DecisionRecord | FaultRecord): void {
  const served = serving.getStore() ?? null;
  const where = { request: served?.request ?? null, from: served?.from ?? null };
  log.add(record.kind === 'fault' ? { ...faultLine(record), ...where } : { ...decisionLine(engine, record), ...where });
}

type Line = Omit<Unnumbered, 'request' | 'from'>;

function decisionLine(engine: Engine, record: DecisionRecord): Line {
  const asked = asking.getStore();
  const isOurs = asked?.before != null && asked.before.id === record.sessionId;
  const event = isOurs ? asked.event(record.at) : null;
  const told = isOurs && event !== null && asked.before !== null ? explain(engine.policy(), asked.before, event) : null;
  // the clock may have passed a deadline between the decision and this line
  const explanation = told?.effect === record.effect ? told : null;
  const { at, type, operation, sessionId, subject, effect, reasons, written } = record;
  return {
    kind: 'decision',
    ...{ at, type, operation, sessionId, subject, effect, written },
    activity: event?.type === 'access' ? event.activity : null,
    codes: reasons.map(({ code }) => code),
    sentence: explanation === null ? plainSentence(record) : explanation.sentence,
    rules: explanation === null ? [] : ruleLines(explanation),
    limits: limitFacts(explanation?.limits ?? null),
    isOver: type === 'revoked' || explanation?.session.ended != null,
  };
}

/** For what has no session to explain it by. */
function plainSentence({ type, effect, reasons }: DecisionRecord): string {
  const codes = reasons.map(({ code }) => code).join(', ');
  if (type === 'start') return effect === 'permit' ? 'A session has started.' : `No session was started: ${codes}.`;
  if (type === 'revoked') return `The session was ended: ${codes}.`;
  if (codes === 'session_missing') return 'Denied: there is no such session.';
  return `${effect}${codes === '' ? '' : `: ${codes}`}.`;
}

function faultLine({ at, code, during }: FaultRecord): Line {
  return {
    kind: 'fault',
    at,
    type: 'fault',
    ...{ operation: null, activity: null, sessionId: null, subject: null, effect: 'indeterminate' },
    codes: [code],
    sentence: `Something failed during ${during}: ${code}. Nobody was let in.`,
    ...{ rules: [], limits: [], written: 'nothing', isOver: false },
  };
}

function ruleLines({ rules }: Explanation): RuleLine[] {
  return rules.map(({ rule, until, findings }) => {
    if (until === null) return { rule, said: findings.map(({ code, effect }) => `${code}: ${effect}`).join(', ') };
    return { rule, said: until === NEVER ? 'fine' : `fine until ${new Date(until).toISOString().slice(11, 23)} UTC` };
  });
}

/** Every limit that was gone by, with its source. */
export function limitFacts(limits: Explanation['limits']): LimitFact[] {
  if (limits === null) return [];
  return (['idleTimeout', 'absoluteTimeout'] as const).map((name) => {
    const { value, source } = limits[name];
    return { name, value: value === NEVER ? null : value, source };
  });
}
