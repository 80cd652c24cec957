import type { Policy } from '../core/policy.js';
import type { Session } from '../core/session.js';
import { deadlines, hasLapsed } from '../deadlines.js';
import type { Loaded } from '../engine/ports.js';
import { readRecord } from '../engine/record.js';
import type { Instant } from '../time/instant.js';

/** What an audit makes of a stored session. */
export type AuditStanding =
  /** Goes on, and the policy is the one that decided last. */
  | 'live'
  /** Goes on under another policy: what decided last is not what is audited. */
  | 'other_policy'
  /** Was active after the policy would have ended it. */
  | 'outlived'
  /** Over by the policy; nobody came back to be told. */
  | 'lapsed'
  | 'ended'
  /** No session that can be read. */
  | 'damaged';

/** What was found in a store. */
export interface AuditReport {
  readonly policy: string;
  readonly fingerprint: string;
  readonly at: Instant;
  readonly sessions: number;
  readonly counts: Readonly<Record<AuditStanding, number>>;
  /** Records that should have been purged over an hour ago. */
  readonly unpurged: number;
  /** Ids of the first ones that somebody should look at. An id is no secret. */
  readonly examples: readonly {
    readonly id: string;
    readonly standing: AuditStanding;
    readonly policy: string | null;
  }[];
}

/** What somebody should look at. */
export const ALARMING: readonly AuditStanding[] = ['outlived', 'other_policy', 'damaged'];

const OVERDUE = 3_600_000;
const MOST_EXAMPLES = 10;

/** An audit that is under way. */
export interface Audit {
  add(loaded: Loaded): void;
  report(): AuditReport;
}

/** Judges stored sessions by a policy; nothing is written. */
export function createAudit(policy: Policy, at: Instant): Audit {
  const counts = { live: 0, other_policy: 0, outlived: 0, lapsed: 0, ended: 0, damaged: 0 };
  const examples: AuditReport['examples'][number][] = [];
  let sessions = 0;
  let unpurged = 0;
  return {
    add(loaded) {
      if (loaded === null) return;
      const session = sessionIn(loaded);
      const standing = session === null ? 'damaged' : standingOf(policy, session, at);
      sessions += 1;
      counts[standing] += 1;
      if ('purgeAt' in loaded && loaded.purgeAt + OVERDUE <= at) unpurged += 1;
      if (ALARMING.includes(standing) && examples.length < MOST_EXAMPLES) {
        examples.push({ id: loaded.id, standing, policy: session?.policy ?? null });
      }
    },
    report: () => ({ policy: policy.id, fingerprint: policy.fingerprint, at, sessions, counts, unpurged, examples }),
  };
}

function standingOf(policy: Policy, session: Session, at: Instant): AuditStanding {
  if (session.ended !== null) return 'ended';
  if (session.lastActivityAt >= deadlines(policy, session).absolute) return 'outlived';
  if (hasLapsed(policy, session, at)) return 'lapsed';
  return session.policy === policy.fingerprint ? 'live' : 'other_policy';
}

function sessionIn(loaded: Exclude<Loaded, null>): Session | null {
  if ('damage' in loaded) return null;
  try {
    return readRecord(loaded).session;
  } catch {
    return null;
  }
}
