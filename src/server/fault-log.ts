import type { FaultRecord } from '../engine/observer.js';
import type { Timers } from '../time/timer.js';
import type { LogRecord } from './log.js';

/** What the log of faults needs. */
export interface FaultLogParts {
  readonly log: (record: LogRecord) => void;
  /** Asks the store for something; whether it answers. */
  readonly isStoreThere: () => Promise<boolean>;
  /** Milliseconds that only run forwards. */
  readonly monotonic: () => number;
  readonly timers: Timers;
}

/** Lines of faults: the first of a kind at once, and of more of them one a minute. */
export interface FaultLog {
  met(record: FaultRecord): void;
  close(): void;
}

/** Faults of one kind, and what was told of them. */
interface Kind {
  toldAt: number;
  untold: number;
}

/** Times of the store's absence. */
interface Outage {
  readonly since: number;
  latest: number;
  faults: number;
}

const TELL_EVERY = 60_000;
const LOOK_EVERY = 5_000;
/** The channel for changes tells of itself every few seconds as long as it is down. */
const QUIET_FOR = 5_000;
const SECOND = 1_000;
const AWAY: ReadonlySet<string> = new Set(['store_unavailable', 'store_timeout']);

/** Makes it. While the store is away it looks whether it is back, also if nobody asks for anything. */
export function faultLog({ log, isStoreThere, monotonic, timers }: FaultLogParts): FaultLog {
  const kinds = new Map<string, Kind>();
  let outage: Outage | null = null;
  let isOpen = true;
  let cancel: () => void = () => undefined;

  const look = async () => {
    const isThere = await isStoreThere().catch(() => false);
    if (!isOpen || outage === null) return;
    const { since, latest, faults } = outage;
    if (!isThere || monotonic() - latest < QUIET_FOR) return lookLater();
    outage = null;
    kinds.clear();
    log({ level: 'info', event: 'store_restored', seconds: Math.round((latest - since) / SECOND), faults });
  };
  function lookLater(): void {
    cancel = timers.after(LOOK_EVERY, () => void look());
  }

  return {
    met({ code, during }) {
      const now = monotonic();
      tell(kinds, { code, during }, now, log);
      if (!AWAY.has(code) || !isOpen) return;
      if (outage === null) lookLater();
      outage ??= { since: now, latest: now, faults: 0 };
      outage.latest = now;
      outage.faults++;
    },
    close() {
      isOpen = false;
      cancel();
    },
  };
}

/** What was thrown stays out of it: a driver puts addresses and passwords there. */
function tell(
  kinds: Map<string, Kind>,
  { code, during }: Pick<FaultRecord, 'code' | 'during'>,
  now: number,
  log: FaultLogParts['log'],
): void {
  const name = `${code} ${during}`;
  const kind = kinds.get(name);
  if (kind !== undefined && now - kind.toldAt < TELL_EVERY) {
    kind.untold++;
    return;
  }
  const more = kind === undefined || kind.untold === 0 ? {} : { untold: kind.untold };
  kinds.set(name, { toldAt: now, untold: 0 });
  log({ level: 'error', event: 'fault', code, during, ...more });
}
