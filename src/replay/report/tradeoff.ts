import { type Duration, formatDuration } from '../../time/duration.js';
import { type CurvePoint, pointAt } from '../tune/curve.js';
import type { GapCounts } from '../tune/gaps.js';
import { MINUTE } from '../tune/minutes.js';
import { countText, lengthText, numberText, shareText, totalTimeText } from '../words.js';
import type { ReportInput } from './input.js';
import { type Html, html, NOTHING, section, short, tableBehind } from './markup.js';
import { linearScale, logScale, roundUp, type Scale, type Tick, xAxis, yAxis } from './scale.js';

/** Longer limits than this are off the chart. */
const LONGEST_SHOWN = 480;
/** So many times as long as the longest limit on the chart is the log. */
const SPANS = 3;
const HOUR = 60 * MINUTE;
/** Limits whose points have a label; those that are false only where there is room. */
const LABELLED: ReadonlyMap<number, boolean> = new Map<number, boolean>([
  ...([5, 15, 60, 240] as const).map((minutes) => [minutes, true] as const),
  ...([1, 2, 10, 20, 30, 120, 480] as const).map((minutes) => [minutes, false] as const),
]);

interface Axes {
  readonly x: Scale;
  readonly y: Scale;
  readonly least: Duration;
  readonly most: Duration;
  readonly highest: number;
  /** The longest limit, in minutes. */
  readonly last: number;
}

/** Drop-offs against the time that sessions lie open: what each idle limit would have bought, and for what. */
export function tradeoffSection(input: ReportInput): Html {
  const { points, gaps } = input;
  const last = lastOf(gaps);
  const shown = points.filter(({ idleTimeout }) => idleTimeout <= last * MINUTE);
  if (shown.every(({ ended }) => ended === 0) || gaps.requests === 0) return NOTHING;
  const axes = axesOf(shown, last);
  const lead = html`Every idle limit that the policy could have had, alone in force.
To the right more time that sessions lie open with nobody there, further up more people who are cut off.
A good limit is low and on the left. The curve does not fall all the way: a limit just below a common pause cuts off
more people than one well below it, which logs the same people out, but so early that they are back too late to count.`;
  const rows = points.map((point) => [
    formatDuration(point.idleTimeout),
    ...[numberText(point.sessions), numberText(point.dropOffs), shareText(point.dropOffs, point.sessions)],
    ...[totalTimeText(point.unattended), totalTimeText(point.passive)],
  ]);
  const head = ['idle limit', 'sessions', 'drop-offs', 'of sessions', 'left open in all', 'of it only background'];
  const behind = tableBehind('What each idle limit would have meant', head, rows);
  const body = html`${chart(input, shown, axes)}${slider(input, shown, axes)}${behind}`;
  return section('tradeoff', 'People cut off, against time left open', lead, body);
}

/** The longest limit on the chart, in minutes: of a log that is hardly longer hardly a session would have ended. */
function lastOf({ firstAt, lastAt }: GapCounts): number {
  const span = firstAt === null || lastAt === null ? 0 : lastAt - firstAt;
  return Math.max(5, Math.min(LONGEST_SHOWN, Math.floor(span / (SPANS * MINUTE))));
}

function axesOf(shown: readonly CurvePoint[], last: number): Axes {
  const times = shown.map(({ unattended }) => unattended).filter((time) => time > 0);
  const [least, most] = [Math.min(...times), Math.max(...times)];
  const highest = roundUp(Math.max(...shown.map(({ dropOffs }) => dropOffs)));
  return { least, most, highest, last, x: logScale(least, most), y: linearScale(highest) };
}

function chart({ curve, policy, against }: ReportInput, shown: readonly CurvePoint[], axes: Axes): Html {
  const { x, y, highest, last } = axes;
  const every = Array.from({ length: last }, (_, index) => pointAt(curve, index + 1));
  const line = every
    .filter(({ unattended }) => unattended >= axes.least)
    .map(({ unattended, dropOffs }) => `${short(x(unattended) * 10)},${short(300 - y(dropOffs) * 3)}`)
    .join(' ');
  const path = { html: `<polyline class="line" points="${line}"/>` };
  const dots = shown.map((point) => {
    const kind = kindOf(point, policy.limits.idleTimeout, against?.limits.idleTimeout ?? null);
    return dot(point, kind, axes);
  });
  const range = `for idle limits from a minute to ${lengthText(last * MINUTE)}`;
  const label = `Drop-offs against unattended time ${range}. The figures are in the table below.`;
  return html`<div class="chart" role="img" aria-label="${label}">${yAxis(highest, numberText)}<div class="area tall">
<svg viewBox="0 0 1000 300" preserveAspectRatio="none" aria-hidden="true">${path}</svg>
${dots}<div class="dot moving" hidden></div></div>
${xAxis(ticksOf(axes), 'left open after the last activity, all sessions together')}</div>`;
}

function kindOf({ idleTimeout }: CurvePoint, own: Duration, other: Duration | null): string {
  if (idleTimeout === own) return 'own';
  return idleTimeout === other ? 'other' : '';
}

function dot({ idleTimeout, unattended, dropOffs }: CurvePoint, kind: string, { x, y }: Axes): Html {
  const isMajor = LABELLED.get(idleTimeout / MINUTE);
  if (isMajor === undefined && kind === '') return NOTHING;
  const place = `left:${short(x(unattended))}%;bottom:${short(y(dropOffs))}%`;
  const size = kind !== '' || isMajor === true ? 'major' : 'minor';
  return html`<div class="dot ${kind} ${size}" style="${place}"><span>${formatDuration(idleTimeout)}</span></div>`;
}

/** 1, 2 and 5 times a power of ten, in hours, or in minutes where hours are too long. */
function ticksOf({ least, most, x }: Axes): readonly Tick[] {
  const unit = most >= 10 * HOUR ? HOUR : MINUTE;
  const name = unit === HOUR ? 'h' : 'min';
  const powers = Array.from({ length: 9 }, (_, power) => 10 ** power);
  return powers
    .flatMap((power) => [power, 2 * power, 5 * power].map((count) => ({ count, isMajor: count === power })))
    .filter(({ count }) => count * unit >= least && count * unit <= most)
    .map(({ count, isMajor }) => ({ at: x(count * unit), text: `${numberText(count)} ${name}`, isMajor }));
}

/** A slider over the same limits, for whoever has scripts: the figures of the one that is chosen, in words. */
function slider({ policy }: ReportInput, shown: readonly CurvePoint[], { x, y }: Axes): Html {
  const data = shown.map((point) => ({
    limit: formatDuration(point.idleTimeout),
    left: short(x(point.unattended)),
    bottom: short(y(point.dropOffs)),
    text: wordsFor(point),
  }));
  const own = shown.findIndex(({ idleTimeout }) => idleTimeout >= policy.limits.idleTimeout);
  const json = { html: JSON.stringify(data).replace(/</g, '\\u003c') };
  return html`<div class="try" hidden><label for="try">Try another limit</label>
<input id="try" type="range" min="0" max="${shown.length - 1}" value="${own < 0 ? shown.length - 1 : own}" step="1">
<output for="try"></output><script type="application/json">${json}</script></div>`;
}

function wordsFor({ sessions, dropOffs, unattended, unattendedMean }: CurvePoint): string {
  const share = dropOffs === 0 ? '' : ` (${shareText(dropOffs, sessions)})`;
  const people = `${dropOffs === 0 ? 'nobody' : numberText(dropOffs)} cut off${share}`;
  const open = `left open for ${lengthText(unattendedMean)} each and ${totalTimeText(unattended)} in all`;
  return `${countText(sessions, 'session', 'sessions')}, ${people}, ${open}`;
}
