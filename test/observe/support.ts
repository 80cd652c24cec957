import { byId, type DecisionRecord, type FaultRecord } from '../../src/engine/index.js';
import type { ObservedDecision, ObservedRecord } from '../../src/observe/index.js';
import { pseudonyms, toRecord } from '../../src/observe/index.js';
import {
  aWorld,
  BACKGROUND,
  login,
  MINUTE,
  policyWith,
  SECOND,
  type TestEngine,
  testStore,
  USER,
} from '../engine/support.js';

export const KEY = '0123456789abcdef0123456789abcdef';
export const pseudonym = pseudonyms({ key: KEY });

export const observed = (record: DecisionRecord | FaultRecord): ObservedRecord => toRecord(record, { pseudonym });

/** What nobody may ever find in what is written. */
export const SECRETS = {
  subject: 'alice.liddell@example.com',
  admin: 'root.admin@example.com',
  device: 'device-7f3c9a51',
  agent: 'SecretBrowser/7.1',
  address: '203.0.113.77',
  otherAddress: '2001:db8:7:1:a:b:c:d',
  token: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl',
  cookie: '__Host-session=c2VjcmV0LWNvb2tpZQ',
  plan: 'platinum-plan-secret',
} as const;

export const policy = policyWith({
  warnBefore: '2m',
  operations: { pay: { assuranceLevel: 'aal2' } },
  risk: [
    { signal: 'impossible_travel', then: 'observe' },
    { signal: 'breach', then: 'end' },
  ],
  tokens: { refreshGrace: 0 },
});

export const CONTEXT = { ip: SECRETS.address, deviceId: SECRETS.device, userAgent: SECRETS.agent, country: 'DE' };

export interface Run {
  readonly records: readonly (DecisionRecord | FaultRecord)[];
  /** Everything that was presented or given out, and what was planted. */
  readonly secrets: readonly string[];
}

/** A day of an engine: logins, requests, warnings, proofs, refreshes, attacks, ends, faults; every kind of record. */
export async function aDay(): Promise<Run> {
  const world = aWorld();
  const store = testStore();
  const engine = world.engine({ store, policy, candidate: policyWith({ idleTimeout: '1m' }) });
  const handles: string[] = [];
  const enter = async (subject: string = SECRETS.subject) => {
    const { handle, session } = await login(engine, { subject, context: CONTEXT, attributes: { plan: SECRETS.plan } });
    handles.push(handle);
    return { handle, id: session.id };
  };
  const first = await enter();
  await world.advance(SECOND);
  await requests(engine, first.handle);
  await world.advance(5 * SECOND);
  const proven = await engine.reauthenticate(first.handle, { assuranceLevel: 'aal2', context: CONTEXT });
  handles.push(proven.handle ?? '');
  await world.advance(14 * MINUTE);
  await engine.access(proven.handle ?? '', BACKGROUND);
  await engine.access(proven.handle ?? '', { ...USER, context: { ...CONTEXT, ip: SECRETS.otherAddress } });
  await world.advance(16 * MINUTE);
  await engine.access(proven.handle ?? '', USER);
  await engine.access(proven.handle ?? '', BACKGROUND);
  await refreshes(engine, await enter());
  await ends(engine, [await enter(), await enter(), await enter('bob')]);
  const last = await enter();
  const error = Object.assign(new Error(`no answer for ${SECRETS.subject}: ${SECRETS.token}`), {
    code: 'ECONNREFUSED',
  });
  store.intercept = () => Promise.reject(error);
  await world.advance(SECOND);
  await engine.access(last.handle, USER);
  await engine.list(SECRETS.subject);
  await engine.purge();
  const parts = handles
    .flatMap((handle) => [handle, handle.slice(0, 22), handle.slice(23)])
    .filter((one) => one !== '');
  return { records: engine.records, secrets: [...parts, ...Object.values(SECRETS)] };
}

async function requests(engine: TestEngine, handle: string): Promise<void> {
  const berlin = { latitude: 52.52, longitude: 13.4 };
  const tokyo = { latitude: 35.68, longitude: 139.69 };
  await engine.access(handle, { ...USER, operation: 'pay' });
  await engine.access(handle, { ...USER, operation: SECRETS.token.slice(0, 40) });
  await engine.access(SECRETS.cookie, USER);
  await engine.access(`${handle.slice(0, -4)}AAAA`, { ...USER, context: CONTEXT });
  await engine.finish(handle, 'pay');
  await engine.signal(handle, { signal: 'odd' });
  await engine.changeAttributes(byId(handle.slice(0, 22)), { plan: SECRETS.plan });
  await engine.access(handle, { ...USER, context: { ...CONTEXT, location: berlin } });
  await engine.access(handle, { ...USER, context: { ...CONTEXT, location: tokyo } });
}

async function refreshes(engine: TestEngine, { handle }: { readonly handle: string }): Promise<void> {
  await Promise.all([engine.refresh(handle, 0, CONTEXT), engine.refresh(handle, 0, CONTEXT)]);
  await engine.refresh(handle, 7, CONTEXT);
  await engine.refresh(handle, 1, CONTEXT);
  await engine.refresh(handle, 0, CONTEXT);
  await engine.refresh(handle, 2, CONTEXT);
}

async function ends(engine: TestEngine, [a, b, c]: readonly { handle: string; id: string }[]): Promise<void> {
  if (a === undefined || b === undefined || c === undefined) return;
  await engine.end(a.handle, { by: SECRETS.subject });
  await engine.end(byId(b.id), { code: 'account_disabled', by: SECRETS.admin });
  await engine.signal(byId(c.id), { signal: 'breach' });
  await engine.access(a.handle, { ...USER, context: CONTEXT });
}

/** A decision with some parts of one's own, for what no engine would do. */
export function aDecision(part: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    kind: 'decision',
    at: 1_700_000_000_000,
    type: 'access',
    operation: null,
    activity: 'user',
    context: null,
    by: null,
    sessionId: 's-1',
    subject: 'alice',
    effect: 'permit',
    reasons: [],
    endedNow: false,
    until: 1_700_000_900_000,
    warned: false,
    idleFor: 1_000,
    age: 60_000,
    policy: policy.fingerprint,
    wouldBe: null,
    from: 'store',
    written: 'later',
    conflicts: 0,
    ...part,
  };
}

/** The records of a day that are decisions. */
export const decisionsOf = (records: readonly (DecisionRecord | FaultRecord)[]): readonly ObservedDecision[] =>
  records.map(observed).filter((one): one is ObservedDecision => one.kind === 'decision');
