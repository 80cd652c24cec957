/// <reference lib="dom" />
import { draw } from './dom.js';
import { type Mark, placeOf, type Timeline, ticksOf } from './timeline.js';
import { clockText, spoken } from './words.js';

const HEIGHT = 150;
const TRACK = { top: 46, height: 44 };
const BOTTOM = TRACK.top + TRACK.height;
/** Room at both sides, so that nothing that is drawn at an end is cut off. */
const SIDE = 6;
/** About as wide as a label is. */
const LABEL = 84;

/** Draws the timeline as wide as its place is. */
export function drawTimeline(place: HTMLElement, timeline: Timeline | null): void {
  const width = Math.max(240, place.clientWidth);
  const svg = draw('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': summaryOf(timeline) });
  const x = (at: number) => (timeline === null ? 0 : SIDE + placeOf(timeline, at) * (width - 2 * SIDE));
  svg.append(bar('tl-track', SIDE, width - SIDE));
  if (timeline !== null) svg.append(...partsOf(timeline, x, width));
  else svg.append(draw('text', { x: width / 2, y: TRACK.top + 27, 'text-anchor': 'middle' }, 'Sign in to see it run'));
  place.replaceChildren(svg);
}

type Place = (at: number) => number;

function partsOf(timeline: Timeline, x: Place, width: number): SVGElement[] {
  const { now, band, from } = timeline;
  return [
    bar('tl-past', x(from), x(now)),
    ...(band === null
      ? []
      : [bar('tl-band', x(band.from), x(band.to)), bar('tl-warning', x(band.warnFrom), x(band.to))]),
    ...ticksOf(timeline, width / 76).flatMap((tick) =>
      axisTick(x(from + tick), tick, width, x(timeline.absolute ?? timeline.to)),
    ),
    ...timeline.marks.map((mark) => markShape(mark, x(mark.at))),
    ...deadlines(timeline, x, width),
    line('tl-now', x(now), TRACK.top - 6, BOTTOM + 6),
    draw('circle', { class: 'tl-nowdot', cx: x(now), cy: TRACK.top - 8, r: 4 }),
  ];
}

function deadlines(timeline: Timeline, x: Place, width: number): SVGElement[] {
  const { idle, absolute, ended, now } = timeline;
  const parts: SVGElement[] = [];
  if (absolute !== null) {
    parts.push(line('tl-absolute', x(absolute), TRACK.top - 14, BOTTOM + 30));
    parts.push(label('tl-label', x(absolute), BOTTOM + 44, 'absolute limit', width));
  }
  if (ended !== null) {
    parts.push(line('tl-end', x(ended.at), TRACK.top - 22, BOTTOM + 6));
    parts.push(label('tl-label tl-label-end', x(ended.at), 16, `ended: ${ended.code}`, width));
  } else if (idle !== null) {
    parts.push(line('tl-idle', x(idle), TRACK.top - 22, BOTTOM + 6));
    parts.push(label('tl-label tl-label-idle', x(idle), 16, `idle limit in ${clockText(idle - now)}`, width));
  }
  return parts;
}

function markShape({ kind }: Mark, at: number): SVGElement {
  const middle = TRACK.top + TRACK.height / 2;
  if (kind === 'user') return line('tl-user', at, TRACK.top + 5, BOTTOM - 5);
  if (kind === 'background') return line('tl-background', at, middle + 4, BOTTOM - 6);
  if (kind === 'policy') return line('tl-policy', at, TRACK.top - 4, BOTTOM + 4);
  if (kind === 'challenge') return path('tl-challenge', `M${at} ${middle - 8}l8 8-8 8-8-8z`);
  if (kind === 'risk') return path('tl-risk', `M${at} ${middle - 9}l9 16h-18z`);
  return draw('circle', { class: 'tl-proof', cx: at, cy: middle, r: 6 });
}

function axisTick(at: number, passed: number, width: number, last: number): SVGElement[] {
  const isAtEdge = at > last - 26;
  return [
    line('tl-policy', at, BOTTOM, BOTTOM + 6),
    ...(isAtEdge ? [] : [label('', at, BOTTOM + 22, clockText(passed), width)]),
  ];
}

function bar(name: string, from: number, to: number): SVGElement {
  const { top, height } = TRACK;
  return draw('rect', {
    class: name,
    x: from,
    y: top,
    width: Math.max(0, to - from),
    height,
    rx: name === 'tl-track' ? 8 : 0,
  });
}

function line(name: string, x: number, from: number, to: number): SVGElement {
  return draw('line', { class: name, x1: x, x2: x, y1: from, y2: to });
}

function path(name: string, d: string): SVGElement {
  return draw('path', { class: name, d });
}

/** A text at a place, turned inwards where it would be cut off. */
function label(name: string, x: number, y: number, text: string, width: number): SVGElement {
  const half = (LABEL * text.length) / 24;
  const anchor = x < half ? 'start' : x > width - half ? 'end' : 'middle';
  return draw('text', { class: name, x, y, 'text-anchor': anchor }, text);
}

/** What the drawing shows, in one sentence. */
export function summaryOf(timeline: Timeline | null): string {
  if (timeline === null) return 'Timeline of the session: nobody is signed in.';
  const { from, now, idle, absolute, ended } = timeline;
  const age = `Timeline of a session that is ${spoken(now - from)} old.`;
  if (ended !== null) return `${age} It has ended: ${ended.code}.`;
  const parts = [
    idle === null ? 'No idle limit.' : `The idle limit is ${spoken(idle - now)} away.`,
    absolute === null ? 'No absolute limit.' : `The absolute limit is ${spoken(absolute - now)} away.`,
  ];
  return [age, ...parts].join(' ');
}

/** The timeline as a list: the same facts for whoever does not see the drawing. */
export function wordsOf(timeline: Timeline | null): string[] {
  if (timeline === null) return ['Nobody is signed in.'];
  const { from, marks } = timeline;
  const polls = marks.filter(({ kind }) => kind === 'background').length;
  const told = marks.filter(({ kind }) => kind !== 'background').slice(-12);
  return [
    summaryOf(timeline),
    ...told.map(({ at, text }) => `${clockText(at - from)} after the sign-in: ${text}`),
    `${polls} background ${polls === 1 ? 'request' : 'requests'}, none of which moved the idle limit.`,
  ];
}
