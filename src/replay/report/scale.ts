import { lengthText } from '../words.js';
import { type Html, html, short } from './markup.js';

/** Where a value lies on an axis, in per cent; outside it at its end. */
export type Scale = (value: number) => number;

/** An axis on which equal factors are equally far apart. */
export function logScale(from: number, to: number): Scale {
  const width = Math.log(to / from);
  return (value) => (width === 0 ? 50 : clamp((Math.log(Math.max(value, from) / from) / width) * 100));
}

/** An axis on which equal steps are equally far apart, from 0. */
export function linearScale(to: number): Scale {
  return (value) => (to === 0 ? 0 : clamp((value / to) * 100));
}

function clamp(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}

const STEPS = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

/** The next round number from a count on, whose half is one too. */
export function roundUp(count: number): number {
  if (count < 10) return Math.max(2, 2 * Math.ceil(count / 2));
  const power = 10 ** Math.floor(Math.log10(count));
  return Math.round((STEPS.find((step) => step * power >= count) as number) * power);
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lengths that stand at an axis; the second of each pair has room on a narrow screen too. */
const LENGTHS: readonly (readonly [number, boolean])[] = [
  [SECOND, true],
  [5 * SECOND, false],
  [15 * SECOND, false],
  [MINUTE, true],
  [2 * MINUTE, false],
  [5 * MINUTE, true],
  [15 * MINUTE, true],
  [30 * MINUTE, false],
  [HOUR, true],
  [2 * HOUR, false],
  [4 * HOUR, true],
  [8 * HOUR, false],
  [DAY, true],
  [3 * DAY, false],
  [7 * DAY, true],
  [30 * DAY, true],
  [90 * DAY, true],
  [365 * DAY, true],
];

/** The labels of a logarithmic axis of lengths of time. */
export function lengthTicks(from: number, to: number): readonly Tick[] {
  const scale = logScale(from, to);
  return LENGTHS.filter(([length]) => length >= from && length <= to).map(([length, isMajor]) => ({
    at: scale(length),
    text: lengthText(length),
    isMajor,
  }));
}

/** A label at an axis. */
export interface Tick {
  readonly at: number;
  readonly text: string;
  readonly isMajor: boolean;
}

/** The labels of a horizontal axis, with its name. */
export function xAxis(ticks: readonly Tick[], name: string): Html {
  const labels = ticks.map(({ at, text, isMajor }) => {
    return html`<span class="${isMajor ? 'major' : 'minor'}" style="left:${short(at)}%">${text}</span>`;
  });
  return html`<div class="x">${labels}</div><div class="axis-name">${name}</div>`;
}

/** The labels of a vertical axis: nothing, half and all. */
export function yAxis(most: number, textOf: (value: number) => string): Html {
  const labels = [0, 50, 100].map((at) => {
    return html`<span style="bottom:${at}%">${textOf((most * at) / 100)}</span>`;
  });
  return html`<div class="y">${labels}</div>`;
}
