import { NEVER } from '../../time/instant.js';
import { countText, lengthText } from '../words.js';
import { barChart, binRows, distribution, type Mark } from './bars.js';
import type { ReportInput } from './input.js';
import { type Html, html, NOTHING, section, tableBehind } from './markup.js';

/** Off the chart. */
const WIDEST = 365 * 86_400_000;

/** How long sessions lived. */
export function lengthsSection({ policy, summary, lengths }: ReportInput): Html {
  const { p50, p95, count } = summary.length;
  const { absoluteTimeout } = policy.limits;
  if (count === 0) return NOTHING;
  const seen = lengths.map(([second]) => second * 1000);
  const from = Math.max(1000, (seen[0] as number) / 2);
  const to = Math.min(WIDEST, Math.max(1.2 * (seen.at(-1) as number), 4 * from));
  const shown = distribution(lengths, from, to, 1, () => 0);
  const mark: Mark = { length: absoluteTimeout, text: 'absolute limit', of: '', kind: 'own' };
  const half = `half of ${countText(count, 'session', 'sessions')} that ended took ${lengthText(p50)} or less`;
  const lead = html`From the start of a session to its end: ${half}, 95 % took ${lengthText(p95)} or less.
Those that are still open are left out.`;
  const label = 'Sessions by length. The figures are in the table below.';
  const marks = absoluteTimeout === NEVER ? [] : [mark];
  const body = html`${barChart(shown, ['plain'], marks, label, 'length of the session')}
${tableBehind('Sessions by length', ['length', 'sessions'], binRows(shown))}`;
  return section('lengths', 'How long sessions lived', lead, body);
}
