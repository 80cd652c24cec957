import type { Duration } from '../../time/duration.js';
import type { SecondCounts } from '../percentiles.js';
import { lengthText, numberText } from '../words.js';
import { type Html, html, NOTHING, short } from './markup.js';
import { lengthTicks, logScale, roundUp, xAxis, yAxis } from './scale.js';

const BINS = 44;

/** One bar: lengths from one instant to the other, and how many there are of each kind. */
export interface Bin {
  readonly from: Duration;
  readonly to: Duration;
  readonly counts: readonly number[];
}

/** A distribution over a logarithmic axis. */
export interface Distribution {
  readonly from: Duration;
  readonly to: Duration;
  readonly bins: readonly Bin[];
}

/** Sorts lengths into bins that are equally wide on a logarithmic axis; each length is of one kind. */
export function distribution(
  counts: SecondCounts,
  from: Duration,
  to: Duration,
  kinds: number,
  kindOf: (length: Duration) => number,
): Distribution {
  const factor = (to / from) ** (1 / BINS);
  const bins = Array.from({ length: BINS }, (_, index) => ({
    from: from * factor ** index,
    to: from * factor ** (index + 1),
    counts: new Array<number>(kinds).fill(0),
  }));
  for (const [second, count] of counts) {
    const length = second * 1000;
    if (length < from) continue;
    const index = Math.min(BINS - 1, Math.floor(Math.log(length / from) / Math.log(factor) + 1e-9));
    const bin = bins[index] as { counts: number[] };
    const kind = kindOf(length);
    bin.counts[kind] = (bin.counts[kind] as number) + count;
  }
  return { from, to, bins };
}

/** A line across a chart. */
export interface Mark {
  readonly length: Duration;
  /** What it is, before its length. */
  readonly text: string;
  /** Whose it is, where there is room to say so. */
  readonly of: string;
  readonly kind: 'own' | 'other';
}

/** Bars over a logarithmic axis of lengths; `classes` and `names` are those of the kinds, from the bottom up. */
export function barChart(
  { from, to, bins }: Distribution,
  classes: readonly string[],
  marks: readonly Mark[],
  label: string,
  axis: string,
): Html {
  const most = roundUp(Math.max(...bins.map(({ counts }) => sum(counts))));
  const width = 1000 / BINS;
  const rects = bins.flatMap((bin, index) => stacked(bin, index * width, width, most, classes));
  const scale = logScale(from, to);
  const lines = marks
    .filter(({ length }) => length >= from && length <= to)
    .map((mark) => markAt(scale(mark.length), mark));
  return html`<div class="chart" role="img" aria-label="${label}">${yAxis(most, numberText)}<div class="area">
<svg viewBox="0 0 1000 300" preserveAspectRatio="none" aria-hidden="true">${rects}</svg>${lines}</div>
${xAxis(lengthTicks(from, to), axis)}</div>`;
}

function stacked(
  { from, to, counts }: Bin,
  x: number,
  width: number,
  most: number,
  classes: readonly string[],
): Html[] {
  let below = 0;
  return counts.flatMap((count, kind) => {
    if (count === 0) return [];
    // a sliver is seen where there is anything at all
    const height = Math.max(2, (count / most) * 300);
    below += height;
    const place = `x="${short(x + width * 0.08)}" y="${short(300 - below)}" width="${short(width * 0.84)}"`;
    const title = `${lengthText(Math.round(from))} to ${lengthText(Math.round(to))}: ${numberText(count)}`;
    const rect = { html: `<rect class="${classes[kind]}" ${place} height="${short(height)}">` };
    return [html`${rect}<title>${title}</title></rect>`];
  });
}

/** A vertical line with its text, on whichever side has room. */
function markAt(percent: number, { length, text, of, kind }: Mark): Html {
  const side = percent > 60 ? 'left' : 'right';
  const name = `${text} ${lengthText(length)}`.trim();
  const whose = of === '' ? NOTHING : html`<span class="wide">, ${of}</span>`;
  return html`<div class="mark ${kind} ${side}" style="left:${short(percent)}%"><p>${name}${whose}</p></div>`;
}

/** The sum of counts. */
export function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** Rows for the table behind a distribution: only the bins that hold something. */
export function binRows({ bins }: Distribution): string[][] {
  return bins
    .filter(({ counts }) => sum(counts) > 0)
    .map(({ from, to, counts }) => [
      `${lengthText(Math.round(from / 1000) * 1000)} to ${lengthText(Math.round(to / 1000) * 1000)}`,
      ...counts.map(numberText),
    ]);
}
