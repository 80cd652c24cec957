import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '../servers/until.js';
import type { Entry } from './entry.js';
import { monotonic } from './hand-over.js';
import type { Call, Order, Shared, Word, WorkerSettings } from './messages.js';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/** A worker, as the test sees it. */
export interface Worker {
  readonly process: number;
  /** How long it may permit what has ended elsewhere. */
  readonly revocationBound: number;
  /** SIGKILL, whatever it is doing. */
  kill(): Promise<void>;
  /** Sets its clock; resolves once that is done, with the instant. */
  setClock(offset: number): Promise<number>;
}

/** Processes that share sessions, and the history of what they were told. */
export interface Crew {
  add(settings: WorkerSettings): Promise<Worker>;
  /** How many answers of this effect a process had to what it asked since an instant. */
  count(effect: Entry['effect'], since: number, process: number): number;
  history(): readonly Entry[];
  readonly unhandled: readonly string[];
  /** Lets every worker finish and write; whether all of them wrote everything. */
  stop(): Promise<boolean>;
  /** Kills what is left. */
  dispose(): Promise<void>;
}

interface Member {
  readonly child: ChildProcess;
  readonly pending: Map<number, Call>;
}

export function assembleCrew(): Crew {
  const members = new Set<Member>();
  const entries: Entry[] = [];
  const unhandled: string[] = [];
  const shared: Shared[] = [];

  function hear(member: Member, word: Word): void {
    if (word.type === 'unhandled') unhandled.push(word.text);
    if (word.type === 'call') member.pending.set(word.number, word.call);
    if (word.type !== 'outcome') return;
    const call = member.pending.get(word.number);
    member.pending.delete(word.number);
    if (call === undefined) throw new Error('an outcome of no call');
    entries.push({ ...call, ...word.outcome });
    const others = [...members].filter((one) => one !== member);
    if (word.shared !== null) {
      shared.push(word.shared);
      for (const other of others) tell(other, { type: 'shared', shared: word.shared });
    }
    const { refreshed, session } = word.outcome;
    const generation = (call.generation ?? 0) + 1;
    if (refreshed === 'rotated') for (const other of others) tell(other, { type: 'refreshed', session, generation });
  }

  /** What it was in the middle of: nobody will ever hear of it. */
  function bury(member: Member): void {
    members.delete(member);
    const nothing = { effect: 'unknown', reason: null, ended: null, newHandle: null, refreshed: null } as const;
    for (const call of member.pending.values()) entries.push({ ...call, ...nothing, returned: monotonic() });
  }

  return {
    async add(settings) {
      const child = fork(WORKER, [JSON.stringify(settings)], { execArgv: ['--import', 'tsx'] });
      const member: Member = { child, pending: new Map() };
      members.add(member);
      const gone = once(child, 'exit').then(() => bury(member));
      child.on('message', (word: Word) => hear(member, word));
      const { revocationBound } = await wordOf(child, 'ready');
      // what it was told while it was starting it may not have heard
      for (const one of shared.slice(-40)) tell(member, { type: 'shared', shared: one });
      tell(member, { type: 'go' });
      return {
        process: settings.process,
        revocationBound,
        async kill() {
          child.kill('SIGKILL');
          await gone;
        },
        async setClock(offset) {
          const said = wordOf(child, 'clock');
          tell(member, { type: 'clock', offset });
          return (await said).at;
        },
      };
    },
    count: (effect, since, process) =>
      entries.filter((one) => one.effect === effect && one.invoked >= since && one.process === process).length,
    history: () => entries,
    unhandled,
    async stop() {
      const all = [...members];
      const words = all.map(({ child }) => wordOf(child, 'stopped'));
      for (const member of all) tell(member, { type: 'stop' });
      const said = await Promise.all(words);
      await until('every worker has gone', () => members.size === 0);
      return said.every(({ hasFlushed }) => hasFlushed);
    },
    async dispose() {
      for (const { child } of members) child.kill('SIGKILL');
      await until('every worker is gone', () => members.size === 0);
    },
  };
}

function tell({ child }: Member, order: Order): void {
  if (child.connected) child.send(order, () => undefined);
}

/** The next word of a kind; rejects if the worker ends without it. */
function wordOf<Type extends Word['type']>(child: ChildProcess, type: Type): Promise<Word & { readonly type: Type }> {
  return new Promise((resolve, reject) => {
    const end = () => reject(new Error(`the worker ended without \`${type}\``));
    const hear = (word: Word) => {
      if (word.type !== type) return;
      child.off('message', hear);
      child.off('exit', end);
      resolve(word as Word & { readonly type: Type });
    };
    child.on('message', hear);
    child.once('exit', end);
  });
}
