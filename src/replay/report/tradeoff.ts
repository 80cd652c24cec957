import { type Duration, formatDuration } from '../../time/duration.js';
import { type CurvePoint, pointAt } from '../tune/curve.js';
import { MINUTE } from '../tune/minutes.js';
import { isBeyond, spanOf } from '../tune/span.js';
import { countText, lengthText, numberText, shareText, totalTimeText } from '../words.js';
import type { ReportInput } from './input.js';
import { type Html, html, NOTHING, section, short, tableBehind } from './markup.js';
import { xAxis, yAxis } from './scale.js';
import { type Axes, axesOf, lastOf, minutesOf, ticksOf } from './tradeoff-axes.js';

/** Limits whose points have a label; those that are false only where there is room. */
const LABELLED: ReadonlyMap<number, boolean> = new Map<number, boolean>([
  ...([5, 15, 60, 240] as const).map((minutes) => [minutes, true] as const),
  ...([1, 2, 10, 20, 30, 120, 480] as const).map((minutes) => [minutes, false] as const),
]);

/** Drop-offs against the time that sessions lie open: what each idle limit would have bought, and for what. */
export function tradeoffSection(input: ReportInput): Html {
  const { points, gaps } = input;
  const last = lastOf(input);
  const shown = points.filter(({ idleTimeout }) => idleTimeout <= last * MINUTE);
  if (shown.every(({ ended }) => ended === 0) || gaps.requests === 0) return NOTHING;
  const axes = axesOf(shown, last);
  const lead = html`Every idle limit that the policy could have had, alone in force; a dot is a whole minute.
To the right more time that sessions lie open with nobody there, further up more people who are cut off.
A good limit is low and on the left. The dots do not fall all the way: a limit just below a common pause cuts off
more people than one well below it, which logs the same people out, but so early that they are back too late to count.`;
  const body = html`${key(input)}${chart(input, shown, axes)}${slider(input, shown, axes)}
${reasonOf(input)}${missing(input, last)}${behind(input)}`;
  return section('tradeoff', 'People cut off, against time left open', lead, body);
}

function behind({ points, gaps }: ReportInput): Html {
  const rows = points
    .filter((point) => !isBeyond(point, gaps))
    .map((point) => [
      formatDuration(point.idleTimeout),
      ...[numberText(point.sessions), numberText(point.dropOffs), shareText(point.dropOffs, point.sessions)],
      ...[totalTimeText(point.unattended), totalTimeText(point.passive)],
    ]);
  const beyond = points.find((point) => isBeyond(point, gaps));
  const from = beyond === undefined ? '' : formatDuration(beyond.idleTimeout);
  if (from !== '') rows.push([`≥ ${from}`, ...new Array<string>(5).fill('-')]);
  const span = lengthText(spanOf(gaps));
  const note = from === '' ? NOTHING : html`<p class="note">From ${from} on the log is too short: ${span}.</p>`;
  const head = ['idle limit', 'sessions', 'drop-offs', 'of sessions', 'left open in all', 'of it only background'];
  return html`${note}${tableBehind('What each idle limit would have meant', head, rows)}`;
}

/** Which of the two large dots is whose. */
function key({ names, against }: ReportInput): Html {
  if (against === null) return NOTHING;
  return html`<ul class="key"><li class="mine">${names[0]}</li><li class="other">${names[1]}</li></ul>`;
}

function chart({ curve, policy, against }: ReportInput, shown: readonly CurvePoint[], axes: Axes): Html {
  const { x, y, highest, last } = axes;
  const every = Array.from({ length: last }, (_, index) => pointAt(curve, index + 1));
  // a line would join minutes that have nothing between them, and turn every common pause into a needle
  const steps = every
    .filter(({ unattended }) => unattended >= axes.least)
    .map(({ unattended, dropOffs }) => `M${short(x(unattended) * 10)} ${short(300 - y(dropOffs) * 3)}h0`)
    .join('');
  const path = { html: `<path class="minutes" d="${steps}"/>` };
  const dots = shown.map((point) => dot(point, kindOf(point, policy.limits.idleTimeout, against), axes));
  const range = `for idle limits from a minute to ${lengthText(last * MINUTE)}`;
  const label = `Drop-offs against unattended time ${range}. The figures are in the table below.`;
  return html`<div class="chart" role="img" aria-label="${label}">${yAxis(highest, numberText)}<div class="area tall">
<svg viewBox="0 0 1000 300" preserveAspectRatio="none" aria-hidden="true">${path}</svg>
${dots}<div class="dot moving" hidden></div></div>
${xAxis(ticksOf(axes), 'left open after the last activity, all sessions together')}</div>`;
}

function kindOf({ idleTimeout }: CurvePoint, own: Duration, against: ReportInput['against']): 'own' | 'other' | '' {
  const minutes = idleTimeout / MINUTE;
  if (minutes === minutesOf(own)) return 'own';
  return minutes === minutesOf(against?.limits.idleTimeout) ? 'other' : '';
}

function dot({ idleTimeout, unattended, dropOffs }: CurvePoint, kind: string, { x, y }: Axes): Html {
  const isMajor = LABELLED.get(idleTimeout / MINUTE);
  if (isMajor === undefined && kind === '') return NOTHING;
  const place = `left:${short(x(unattended))}%;bottom:${short(y(dropOffs))}%`;
  const size = kind !== '' || isMajor === true ? 'major' : 'minor';
  return html`<div class="dot ${kind} ${size}" style="${place}"><span>${formatDuration(idleTimeout)}</span></div>`;
}

/** A slider over the same limits, for whoever has scripts: the figures of the one that is chosen, in words. */
function slider({ policy, against, names }: ReportInput, shown: readonly CurvePoint[], { x, y }: Axes): Html {
  const kinds = shown.map((point) => kindOf(point, policy.limits.idleTimeout, against));
  const data = shown.map((point, index) => ({
    limit: formatDuration(point.idleTimeout),
    left: short(x(point.unattended)),
    bottom: short(y(point.dropOffs)),
    text: `${wordsFor(point)}${whose(kinds[index] ?? '', names)}`,
  }));
  const own = shown.findIndex(({ idleTimeout }) => idleTimeout >= policy.limits.idleTimeout);
  const start = kinds.includes('own') ? kinds.indexOf('own') : own;
  const json = { html: JSON.stringify(data).replace(/</g, '\\u003c') };
  const ticks = kinds.flatMap((kind, index) => (kind === '' ? [] : [html`<option value="${index}"></option>`]));
  return html`<div class="try" hidden><label for="try">Try another limit</label>
<input id="try" type="range" min="0" max="${shown.length - 1}" value="${start < 0 ? shown.length - 1 : start}" step="1"
list="limits"><datalist id="limits">${ticks}</datalist>
<output for="try"></output><script type="application/json">${json}</script></div>`;
}

function whose(kind: 'own' | 'other' | '', [own, other]: ReportInput['names']): string {
  return kind === '' ? '' : `: the limit of ${kind === 'own' ? own : other}`;
}

function wordsFor({ sessions, dropOffs, unattended, unattendedMean }: CurvePoint): string {
  const share = dropOffs === 0 ? '' : ` (${shareText(dropOffs, sessions)})`;
  const people = `${dropOffs === 0 ? 'nobody' : numberText(dropOffs)} cut off${share}`;
  const open = `left open for ${lengthText(unattendedMean)} each and ${totalTimeText(unattended)} in all`;
  return `${countText(sessions, 'session', 'sessions')}, ${people}, ${open}`;
}

/** Why the figures of the policy's own limit are not those at the top of the page. */
function reasonOf({ points, policy, summary, gaps }: ReportInput): Html {
  const own = points.find((point) => kindOf(point, policy.limits.idleTimeout, null) === 'own');
  if (own === undefined || isBeyond(own, gaps)) return NOTHING;
  const here = [countText(own.sessions, 'session', 'sessions'), totalTimeText(own.unattended)];
  const above = [countText(summary.sessions, 'session', 'sessions'), totalTimeText(summary.unattendedTime)];
  if (here.join() === above.join()) return NOTHING;
  return html`<p class="note">${here.join(' and ')} here at ${formatDuration(own.idleTimeout)}, ${above.join(' and ')}
at the top: the figures at the top also count sessions that programs alone began (${numberText(summary.unattended)}),
and all that the policy has besides its idle limit.</p>`;
}

/** Limits of policies that are not on the chart. */
function missing({ policy, against, names, gaps }: ReportInput, last: number): Html {
  const limits = [policy.limits.idleTimeout, against?.limits.idleTimeout];
  return html`${limits.flatMap((limit, index) => {
    const minutes = minutesOf(limit);
    if (limit === undefined || minutes === null || minutes <= last) return [];
    const told = `${formatDuration(limit)}, the limit of ${names[index]}, is not on the chart`;
    return [html`<p class="note">${told}: the log is too short, ${lengthText(spanOf(gaps))}.</p>`];
  })}`;
}
