import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import type { Policy } from '../core/policy.js';
import { comparePolicies } from '../policy/compare/compare-policies.js';
import type { Gateway } from '../server/index.js';
import { systemTimers } from '../time/timer.js';
import { isFailure } from './failure.js';
import { readPolicy } from './policy-file.js';
import type { ServeLog } from './serve-log.js';
import { paintFor } from './terminal.js';

/** Editors write a file in several steps, and what mounts files swaps a link: the last event of a burst counts. */
const SETTLED = 150;
const MOST_TOLD = 20;

/** The policy's file, as long as it is watched. */
export interface PolicyWatch {
  /** Reads the file again, though nothing is known to have changed. */
  reload(): Promise<void>;
  close(): void;
}

/** Reads a policy for the log: what is wrong with it is told without colours. */
export function readPlainPolicy(path: string): Promise<Policy> {
  return readPolicy(path, paintFor({ isTTY: false } as NodeJS.WriteStream, process.env));
}

/**
 * Puts the policy in force whenever its file changes. A file that cannot be used changes nothing, and is told; one that
 * lets somebody in who was not let in before is told, too.
 */
export function watchPolicy(path: string, gateway: Gateway, log: ServeLog): PolicyWatch {
  let cancel: (() => void) | null = null;
  let running: Promise<void> = Promise.resolve();
  let seen = '';
  const look = async (isAsked: boolean) => {
    // whatever else lies in the folder changes, too: a log, a database
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text === seen && !isAsked) return;
    seen = text;
    await reloadOnce(path, gateway, log, isAsked);
  };
  const reload = (isAsked: boolean) => {
    // one after the other: the file as it is last is the one that stays
    running = running.then(() => look(isAsked));
    return running;
  };
  const watcher = watchFolder(path, log, () => {
    cancel?.();
    cancel = systemTimers.after(SETTLED, () => void reload(false));
  });
  // it may have changed while the store was being opened, before anybody watched
  void reload(false);
  return {
    reload: () => reload(true),
    close() {
      cancel?.();
      watcher?.close();
    },
  };
}

/** The folder, because a file that is replaced takes its watch along. */
function watchFolder(path: string, log: ServeLog, changed: () => void) {
  const unwatched = () => log({ level: 'warn', event: 'policy_unwatched', hint: 'send SIGHUP after a change' });
  try {
    const watcher = watch(dirname(path), { persistent: false }, changed);
    watcher.on('error', unwatched);
    return watcher;
  } catch {
    unwatched();
    return null;
  }
}

async function reloadOnce(path: string, gateway: Gateway, log: ServeLog, isAsked: boolean): Promise<void> {
  const before = gateway.engine.policy();
  try {
    const after = await readPlainPolicy(path);
    const outcome = gateway.use(after);
    if (outcome === 'applied') log(changeOf(before, after));
    else if (isAsked) log({ level: 'info', event: 'policy_unchanged', policy: before.fingerprint });
  } catch (error) {
    gateway.refusedPolicy();
    // what nobody foresaw may say anything: its name will do
    const isForeseen = isFailure(error) || typeof (error as { code?: unknown }).code === 'string';
    const problem = isForeseen ? (error as Error).message : (error as Error).name;
    log({ level: 'error', event: 'policy_refused', policy: before.fingerprint, problem });
  }
}

function changeOf(before: Policy, after: Policy) {
  const { relation, changes } = compared(before, after);
  const isStrict = relation === 'tighter' || relation === 'equal';
  return {
    level: isStrict ? 'info' : 'warn',
    event: 'policy_applied',
    before: before.fingerprint,
    policy: after.fingerprint,
    relation,
    changes: changes.slice(0, MOST_TOLD).map(({ sentence }) => sentence),
  } as const;
}

/** Policies that are too large to be compared are applied all the same, and told as what nobody could tell. */
function compared(before: Policy, after: Policy) {
  try {
    return comparePolicies(before, after);
  } catch {
    return { relation: 'incomparable' as const, changes: [] };
  }
}
