import { plus } from './arithmetic.js';
import { type Contribution, finding, finds, fine } from './findings.js';
import type { Moment } from './moment.js';

/** What presenting a refresh token comes to; the last two are refused. */
export type RefreshOutcome = 'rotated' | 'replayed' | 'unknown' | 'reused';

/** Judges the generation that a client presents; `null` where it presents none. */
export function refreshOutcome({ policy, before, event, now }: Moment): RefreshOutcome | null {
  if (event.type !== 'token_refreshed') return null;
  const { generation, rotatedAt } = before.refresh;
  const inGrace = rotatedAt !== null && now < plus(rotatedAt, policy.tokens.refreshGrace);
  if (event.generation > generation) return 'unknown';
  if (event.generation === generation) return inGrace ? 'replayed' : 'rotated';
  return event.generation === generation - 1 && inGrace ? 'replayed' : 'reused';
}

/** The refresh rule. */
export function refreshRule(moment: Moment): Contribution {
  const outcome = refreshOutcome(moment);
  const since = moment.now;
  if (outcome === 'unknown') return finds('refresh', [finding('refresh', 'deny', 'refresh_unknown', { since })]);
  if (outcome === 'reused')
    return finds('refresh', [finding('refresh', 'deny', 'refresh_reused', { since, ends: true })]);
  return fine('refresh', 'refresh');
}
