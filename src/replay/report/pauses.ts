import type { Duration } from '../../time/duration.js';
import { NEVER } from '../../time/instant.js';
import type { SecondCounts } from '../percentiles.js';
import { LONGEST, MINUTE, RETURN_MINUTES } from '../tune/minutes.js';
import { countText, lengthText, numberText } from '../words.js';
import { barChart, binRows, distribution, type Mark } from './bars.js';
import type { ReportInput } from './input.js';
import { type Html, html, section, tableBehind } from './markup.js';

const DAY = LONGEST * MINUTE;
const RETURN = RETURN_MINUTES * MINUTE;
/** Kinds of pauses: the session goes on, the person is back just after the end, the session is long over. */
const KINDS = ['goes on', 'back within 5 minutes of the end', 'over'];

/** How long people pause, with the limit on it. */
export function pausesSection(input: ReportInput): Html {
  const counts = input.gaps.spread.counts();
  const { idleTimeout } = input.policy.limits;
  const shown = distribution(counts, MINUTE, DAY, KINDS.length, (length) => kindOf(length, idleTimeout));
  const short = totalOf(counts, (length) => length < MINUTE);
  const all = totalOf(counts, () => true);
  const left = `${numberText(short)} of ${countText(all, 'pause', 'pauses')} were shorter than a minute`;
  const lead = html`How long people paused between one thing they did and the next.
${wordsFor(counts, idleTimeout)} ${left}, and are left out.`;
  const chart = barChart(shown, ['kept', 'cut', 'over'], marksOf(input), labelOf(input), 'pause');
  const body = html`${KEY}${chart}
${tableBehind('Pauses of people by length', ['pause', ...KINDS], binRows(shown))}`;
  return section('pauses', 'Pauses, and the limit among them', lead, body);
}

const KEY = html`<ul class="key"><li class="kept">the session goes on</li>
<li class="cut">cut off: back within 5 minutes of the end</li><li class="over">over: another visit</li></ul>`;

function kindOf(length: Duration, limit: Duration): number {
  if (length < limit) return 0;
  return length < limit + RETURN ? 1 : 2;
}

function totalOf(counts: SecondCounts, isMeant: (length: Duration) => boolean): number {
  return counts.reduce((sum, [second, count]) => sum + (isMeant(second * 1000) ? count : 0), 0);
}

function wordsFor(counts: SecondCounts, limit: Duration): string {
  if (limit === NEVER) return 'The policy has no idle limit.';
  const cut = totalOf(counts, (length) => kindOf(length, limit) === 1);
  const longer = totalOf(counts, (length) => length >= limit);
  const name = lengthText(limit);
  return `${numberText(longer)} reached the limit of ${name}, ${numberText(cut)} of them by less than 5 minutes.`;
}

function marksOf({ policy, against, names }: ReportInput): readonly Mark[] {
  const { idleTimeout } = policy.limits;
  const own: Mark = { length: idleTimeout, text: 'limit', of: '', kind: 'own' };
  if (against === null || against.limits.idleTimeout === idleTimeout) return [own];
  return [own, { length: against.limits.idleTimeout, text: '', of: names[1], kind: 'other' }];
}

function labelOf({ policy }: ReportInput): string {
  const { idleTimeout } = policy.limits;
  const limit = idleTimeout === NEVER ? 'no idle limit' : `the idle limit of ${lengthText(idleTimeout)}`;
  return `Pauses of people from a minute to a day, with ${limit}. The figures are in the table below.`;
}
