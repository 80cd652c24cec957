import { createEngine, type Engine, type EngineOptions } from 'curfew/engine';
import { type HttpRequest, type HttpSessions, httpSessions } from 'curfew/http';
import type { PolicyFields } from '../policy-form.js';
import { ADDRESSES, DEVICES, PRETEND_ADDRESS, PRETEND_DEVICE } from '../pretend.js';
import { accountOf, isCode } from './accounts.js';
import { type DecisionLog, decisionLog } from './decision-log.js';
import { explainingEngine, logRecord } from './explaining.js';
import { PRESETS, policyOf } from './policy.js';
import { type OpenStore, openStore } from './store.js';

/** Everything that the demo's requests are about. */
export interface World {
  readonly engine: Engine;
  readonly sessions: HttpSessions;
  readonly log: DecisionLog;
  readonly store: OpenStore;
  /** What each person has left to pay with. */
  readonly balances: Map<string, number>;
  fields: PolicyFields;
}

export interface WorldOptions extends Pick<EngineOptions, 'clock' | 'timers'> {
  /** Where the sessions are kept. Default: in memory. */
  readonly database?: string;
}

export async function makeWorld({ database = ':memory:', clock, timers }: WorldOptions): Promise<World> {
  const log = decisionLog();
  const store = await openStore(database);
  const fields = (PRESETS[0] as (typeof PRESETS)[0]).fields;
  const engine: Engine = explainingEngine(
    createEngine({
      policy: policyOf(fields),
      store: store.store,
      observer: (record) => logRecord(log, engine, record),
      ...(clock && { clock }),
      ...(timers && { timers }),
    }),
  );
  return { engine, sessions: sessionsOf(engine), log, store, balances: new Map(), fields };
}

function sessionsOf(engine: Engine): HttpSessions {
  return httpSessions({
    engine,
    // Safari takes no `Secure` cookie on http://localhost, and other projects on it have a `session` of their own
    cookie: { name: 'curfew_demo', secure: false },
    activity: { background: ['/bank/rate'] },
    context: pretended,
    warn: () => undefined,
  });
}

/** Demo only: where the page pretends to be. A real service asks the connection, and believes no such header. */
function pretended(request: HttpRequest): { ip: string; deviceId: string } {
  const chosen = (name: string, known: readonly { readonly value: string }[]): string => {
    const value = request.header(name);
    return (known.find((one) => one.value === value) ?? known[0])?.value ?? '';
  };
  return { ip: chosen(PRETEND_ADDRESS, ADDRESSES), deviceId: chosen(PRETEND_DEVICE, DEVICES) };
}

/** The proof that a password, and perhaps a code, amounts to; `null` if one that was given is wrong. */
export function levelOf(subject: string, isPasswordRight: boolean, code: unknown): 'aal1' | 'aal2' | null {
  const account = accountOf(subject);
  if (account === null || !isPasswordRight) return null;
  if (code === undefined || code === '') return 'aal1';
  return isCode(account, code) ? 'aal2' : null;
}
