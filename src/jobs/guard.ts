import { curfewError } from '../core/errors.js';
import type { Duration } from '../time/duration.js';
import type { Abort, JobReason, Pause } from './checks.js';
import type { Grant } from './grant.js';
import { inspect } from './inspect.js';
import type { Inspection } from './inspection.js';
import type { Parts } from './options.js';
import { type Alarm, alarm, oneAtATime } from './wake.js';

/** Looks after one job while it runs. */
export interface Guard {
  readonly signal: AbortSignal;
  /** Why it has to stop; `null` while it has not. */
  stop(): Pause | Abort | null;
  /** Whether a checkpoint has to ask: the last answer is old, or something changed since. */
  isDue(): boolean;
  /** Asks, and throws if the job has to stop. */
  ask(): Promise<void>;
  /** Throws if the job has to stop, by what is known. */
  check(): void;
  close(): void;
}

/** How often one that nobody can tell about is asked about again, in milliseconds. */
const AGAIN = 1_000;

/**
 * Looks after a job: by the push channel of both engines, and by a timer for the next deadline. Whoever is woken asks
 * again; what wakes is never taken for an answer.
 */
export function guarded(parts: Parts, grant: Grant, first: Inspection, every: Duration, outer?: AbortSignal): Guard {
  const { engine, sessions, timers, patience } = parts;
  const controller = new AbortController();
  const wake = alarm(timers);
  let giveUp: Alarm | null = null;
  let stop: Pause | Abort | null = null;
  let askedAt = engine.now();
  let isOpen = true;

  const looking = oneAtATime(async () => {
    if (isOpen) take(await inspect(parts, grant, 'background'), false);
  });
  const unwatch = [engine.watch(grant.id, looking.want), sessions.watch(first.sessionId ?? grant.id, looking.want)];
  const cancelled = () => controller.abort(outer?.reason);
  outer?.addEventListener('abort', cancelled);
  if (outer?.aborted === true) cancelled();

  function take({ check, isUnsure }: Inspection, isAtCheckpoint: boolean): void {
    if (!isOpen) return;
    if (check.verdict === 'continue') {
      giveUp?.off();
      giveUp = null;
      askedAt = engine.now();
      wake.set(check.until - askedAt, looking.want);
    } else if (!isUnsure || isAtCheckpoint || check.verdict === 'abort') {
      stop = check;
      close();
      controller.abort(stopError(check));
    } else {
      if (giveUp === null) {
        giveUp = alarm(timers);
        giveUp.set(patience, () => take({ check, isUnsure, sessionId: null }, true));
      }
      wake.set(Math.min(AGAIN, Math.max(0, check.until - engine.now())), looking.want);
    }
  }

  function close(): void {
    isOpen = false;
    wake.off();
    giveUp?.off();
    for (const one of unwatch) one();
    outer?.removeEventListener('abort', cancelled);
  }

  take(first, true);
  return {
    signal: controller.signal,
    stop: () => stop,
    // a clock that was set back tells nothing about how old an answer is
    isDue: () => looking.isWanted() || engine.now() - askedAt >= every || engine.now() < askedAt,
    async ask() {
      take(await inspect(parts, grant, 'user'), true);
      controller.signal.throwIfAborted();
    },
    check: () => controller.signal.throwIfAborted(),
    close,
  };
}

/** What a checkpoint throws, and the signal gives as its reason. */
function stopError({ verdict, reasons }: Pause | Abort): Error {
  const code = verdict === 'abort' ? 'job_aborted' : 'job_paused';
  const problems = reasons.map(({ code: why, of }: JobReason) => ({
    path: '',
    code: why,
    message: `${why} of the ${of}`,
  }));
  return curfewError(code, verdict === 'abort' ? 'the job has to end:' : 'the job has to wait:', problems);
}
