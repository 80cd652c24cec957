import { byId, type Engine } from '../../src/engine/index.js';
import type { Policy } from '../../src/index.js';
import type { Operation } from './entry.js';
import { handOver, monotonic } from './hand-over.js';
import type { Call, Manner, Outcome, Shared, WorkerSettings } from './messages.js';
import { SPARSE_EVERY } from './promises.js';
import { randomNumbers } from './random.js';

/** A session as this process knows it. */
interface Known {
  readonly session: string;
  readonly subject: string;
  readonly manner: Manner;
  /** The handles by name, the latest last. */
  readonly handles: Map<string, string>;
  generation: number;
  /** When this process heard that it is over; asked about for a while all the same. */
  overSince: number | null;
}

export interface Workload {
  /** One request. */
  step(): Promise<void>;
  /** How long to wait until the next, in milliseconds. */
  rest(): number;
  learn(shared: Shared): void;
  refreshed(session: string, generation: number): void;
}

/** How many sessions that are not over each process wants there to be. */
const POOL = 14;
const SUBJECTS = 5;
/** How many of them are seldom in use, or no more. */
const QUIET = 8;
const FORGOTTEN_AFTER = 3_000;
const MANNERS: readonly Manner[] = ['busy', 'busy', 'sparse', 'sparse', 'left'];
/** How often each is asked for, in a thousand requests. */
const MIX: readonly (readonly [Operation | 'use' | 'purge' | 'old', number])[] = [
  ['end', 8],
  ['endAll', 2],
  ['signal', 40],
  ['reauthenticate', 40],
  ['refresh', 60],
  ['use', 4],
  ['purge', 1],
  ['old', 60],
];

type Said = Awaited<ReturnType<Engine['access' | 'start' | 'refresh' | 'reauthenticate' | 'endAll']>>;

/** Random requests for sessions that all processes share, each told before it is made and when it was answered. */
export function workload(engine: Engine, settings: WorkerSettings, policies: readonly Policy[]): Workload {
  const random = randomNumbers(settings.seed);
  const sessions = new Map<string, Known>();
  const names = new Map<string, string>();
  let idleTimeout = policies[0]?.limits.idleTimeout ?? 0;
  let number = 0;

  const pick = <Value>(list: readonly Value[]) => list[Math.floor(random() * list.length)] as Value;

  function learn({ session, subject, manner, name, handle }: Shared): void {
    const known = sessions.get(session);
    names.set(handle, name);
    if (known !== undefined) known.handles.set(name, handle);
    else
      sessions.set(session, {
        session,
        subject,
        manner,
        handles: new Map([[name, handle]]),
        generation: 0,
        overSince: null,
      });
  }

  /** Makes a call, and tells of it before and after. */
  async function told(
    what: Partial<Call> & Pick<Call, 'operation' | 'subject'>,
    ask: () => Promise<Said>,
    manner: Manner = 'busy',
  ) {
    number += 1;
    const mine = number;
    const none = { session: '', handle: null, activity: null, generation: null, code: null };
    const call = { process: settings.process, ...none, ...what, idleTimeout, invoked: monotonic(), wall: Date.now() };
    const sent = handOver({ type: 'call', number: mine, call });
    // what a process may be killed in the middle of must have been told
    if (call.operation !== 'access') await sent;
    const said = await ask();
    const outcome = outcomeOf(said, call, `${settings.process}.${mine}`);
    const session = outcome.session;
    const handle = 'handle' in said && typeof said.handle === 'string' ? said.handle : null;
    const name = outcome.newHandle;
    const shared = handle === null || name === null ? null : { session, subject: call.subject, manner, name, handle };
    if (shared !== null) learn(shared);
    void handOver({ type: 'outcome', number: mine, outcome, shared });
    return outcome;
  }

  function start(): Promise<Outcome> {
    const quiet = [...sessions.values()].filter(({ manner, overSince }) => manner !== 'busy' && overSince === null);
    const manner = quiet.length < QUIET ? pick(MANNERS) : 'busy';
    // nobody logs them out, so that it is their idle limit that they meet
    const subject = manner === 'busy' ? `subject ${Math.floor(random() * SUBJECTS)}` : 'a quiet one';
    return told({ operation: 'start', subject }, () => engine.start({ subject }), manner);
  }

  async function about(known: Known, isOld: boolean, what: Operation): Promise<void> {
    const all = [...known.handles];
    const [name, handle] = (isOld ? pick(all) : all.at(-1)) as [string, string];
    const { session, subject } = known;
    const base = { session, subject, handle: name };
    const outcome = await asked(base, known, handle, what);
    if (outcome.ended !== null || (outcome.reason === 'session_missing' && !isOld)) known.overSince ??= monotonic();
    if (known.overSince !== null && monotonic() - known.overSince > FORGOTTEN_AFTER) sessions.delete(session);
  }

  function asked(base: Pick<Call, 'session' | 'subject' | 'handle'>, known: Known, handle: string, what: Operation) {
    const { session } = known;
    if (what === 'end') {
      const isById = random() < 0.3;
      const call = { ...base, handle: isById ? null : base.handle, operation: 'end' as const, code: 'logout' };
      return told(call, () => engine.end(isById ? byId(session) : handle, { code: 'logout' }));
    }
    if (what === 'signal') {
      const report = { signal: 'odd', level: 'low' as const };
      return told({ ...base, operation: 'signal' }, () => engine.signal(handle, report));
    }
    if (what === 'reauthenticate') {
      const proof = { assuranceLevel: 'aal1' as const };
      return told({ ...base, operation: 'reauthenticate' }, () => engine.reauthenticate(handle, proof));
    }
    if (what === 'refresh') return refresh(base, known, handle);
    const activity = isActive(known) ? ('user' as const) : ('background' as const);
    return told({ ...base, operation: 'access', activity }, () => engine.access(handle, { activity }));
  }

  async function refresh(base: Pick<Call, 'session' | 'subject' | 'handle'>, known: Known, handle: string) {
    const { generation } = known;
    const call = { ...base, operation: 'refresh' as const, generation };
    const outcome = await told(call, () => engine.refresh(handle, generation));
    if (outcome.refreshed !== null) known.generation = Math.max(known.generation, generation + 1);
    return outcome;
  }

  /** Processes take turns with a sparse session, so that each goes by what another one was told. */
  function isActive({ manner, session }: Known): boolean {
    if (manner !== 'sparse') return manner === 'busy' && random() < 0.6;
    const time = monotonic() + session.charCodeAt(0) * 37;
    const turn = Math.floor(time / SPARSE_EVERY);
    return turn % settings.processes === settings.process % settings.processes && time % SPARSE_EVERY < 250;
  }

  async function step(): Promise<void> {
    const known = [...sessions.values()];
    const live = known.filter(({ overSince }) => overSince === null);
    if (live.length < POOL && (live.length < 3 || random() < 0.05)) return void (await start());
    const what = drawn(random() * 1_000);
    if (what === 'use') {
      const policy = pick(policies);
      engine.use({ policy });
      idleTimeout = policy.limits.idleTimeout;
    } else if (what === 'purge') await engine.purge();
    else if (what === 'endAll') {
      const subject = `subject ${Math.floor(random() * SUBJECTS)}`;
      const code = 'logout_everywhere';
      await told({ operation: 'endAll', subject, code }, () => engine.endAll(subject, { code }));
    } else await about(renewed(pick(known), what), what === 'old', what === 'old' ? 'access' : what);
  }

  /** A session that is no more in use, or rarely, is only looked at. */
  function renewed(known: Known, what: Operation | 'old'): Known {
    const isQuiet = known.manner !== 'busy' && ['end', 'signal', 'reauthenticate', 'refresh'].includes(what);
    return isQuiet ? (([...sessions.values()].find(({ manner }) => manner === 'busy') ?? known) as Known) : known;
  }

  return {
    step,
    rest: () => 2 + random() * 12,
    learn,
    refreshed(session, generation) {
      const known = sessions.get(session);
      if (known !== undefined) known.generation = Math.max(known.generation, generation);
    },
  };
}

function drawn(number: number): Operation | 'use' | 'purge' | 'old' {
  let sum = 0;
  for (const [what, weight] of MIX) {
    sum += weight;
    if (number < sum) return what;
  }
  return 'access';
}

function outcomeOf(said: Said, call: Call, name: string): Outcome {
  const session = 'session' in said ? said.session : null;
  const hasHandle = 'handle' in said && said.handle !== null;
  const ended = session?.ended ?? null;
  return {
    session: call.session === '' ? (session?.id ?? '') : call.session,
    returned: monotonic(),
    effect: said.effect,
    reason: ('reasons' in said ? said.reasons[0]?.code : null) ?? null,
    ended: ended === null ? null : { code: ended.code, at: ended.at },
    newHandle: hasHandle ? name : null,
    refreshed: ('refresh' in said ? said.refresh : null) ?? null,
  };
}
