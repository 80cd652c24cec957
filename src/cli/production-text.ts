import type { CandidateDifference } from '../replay/production.js';
import type { ReplaySummary } from '../replay/summary.js';
import { figures, listText } from './report-table.js';
import { countText, numberText } from './report-text.js';
import type { Paint } from './terminal.js';

/** What an engine's records say it answered; empty where the log is none. */
export function productionText({ production, policy, lines }: ReplaySummary, paint: Paint): string {
  if (production === null) return '';
  const { decisions, effects, policies, candidate } = production;
  const others = Object.keys(policies).filter((fingerprint) => fingerprint !== policy.fingerprint);
  const rows: [string, number, string][] = [['decisions', decisions, listText(effects)]];
  if (candidate !== null) {
    rows.push(['candidate asked', candidate.judged, '']);
    rows.push(['would cut off', candidate.cutOff.requests, noteOf(candidate.cutOff)]);
    rows.push(['would let through', candidate.letThrough.requests, noteOf(candidate.letThrough)]);
  }
  const count = countText(others.length, 'other policy', 'other policies');
  const decided = others.reduce((sum, fingerprint) => sum + (policies[fingerprint] ?? 0), 0);
  const drift = others.length === 0 ? '' : `\n  ${numberText(decided)} of them were decided by ${count} than this one`;
  return `  ${paint.bold('in production')}\n${figures(rows, lines, paint)}${drift}`;
}

function noteOf({ sessions, codes }: CandidateDifference): string {
  return sessions === 0 ? '' : `in ${countText(sessions, 'session', 'sessions')}: ${listText(codes)}`;
}
