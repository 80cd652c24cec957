import { type Axis, exactClock, shiftsOf, ticksOf } from './axis.js';
import { draw } from './dom.js';
import { anchorOf, type Frame, fallPath, xOf } from './layout.js';
import type { Lane, Step } from './run.js';
import { laneSummary } from './words.js';

const HEIGHT = 148;
const TOP = 26;
const BOTTOM = 112;
const DECISIONS = 132;
/** About as much as the label of a tick needs. */
const LABEL = 84;
const NARROW = 560;

/** Draws what a policy makes of the scenario. */
export function laneView(frame: Frame, axis: Axis, letter: 'A' | 'B', lane: Lane, selected: number | null): SVGElement {
  const { width } = frame;
  const hatch = `pg-hatch-${letter}`;
  return draw(
    'svg',
    {
      viewBox: `0 0 ${width} ${HEIGHT}`,
      class: 'pg-lane-svg',
      role: 'img',
      'aria-label': laneSummary(axis, letter, lane),
    },
    hatching(hatch),
    ...lane.bands.map(({ from, to, state }) => band(frame, from, to, state, hatch)),
    draw('path', { class: 'pg-idle-area', d: fallPath(frame, lane.idle, TOP, BOTTOM, true) }),
    draw('path', { class: 'pg-absolute-line', d: fallPath(frame, lane.absolute, TOP, BOTTOM, false) }),
    draw('path', { class: 'pg-idle-line', d: fallPath(frame, lane.idle, TOP, BOTTOM, false) }),
    draw('line', { class: 'pg-base', x1: frame.side, x2: width - frame.side, y1: BOTTOM, y2: BOTTOM }),
    ...lane.steps.map((step) => stem(frame, step, selected)),
    ...deadlineOf(frame, axis, lane),
    ...lane.steps.map((step) => decisionShape(frame, step, selected)),
  );
}

function band(frame: Frame, from: number, to: number, state: string, hatch: string): SVGElement {
  const x = xOf(frame, from);
  const [y, width, height] = [TOP, xOf(frame, to) - x, BOTTOM - TOP];
  const rect = draw('rect', { class: `pg-band pg-band-${state}`, x, y, width, height });
  if (state !== 'over') return rect;
  return draw('g', {}, rect, draw('rect', { x, y, width, height, fill: `url(#${hatch})` }));
}

function hatching(id: string): SVGElement {
  const size = { width: 8, height: 8, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' };
  const line = draw('line', { class: 'pg-hatch', x1: 0, x2: 0, y1: 0, y2: 8 });
  return draw('defs', {}, draw('pattern', { id, ...size }, line));
}

function stem(frame: Frame, { mark }: Step, selected: number | null): SVGElement {
  const x = xOf(frame, mark.at);
  const name = mark.id === selected ? 'pg-stem pg-stem-selected' : 'pg-stem';
  return draw('line', { class: name, x1: x, x2: x, y1: mark.id === selected ? 0 : TOP, y2: DECISIONS - 8 });
}

/** Each effect has a shape of its own, for whoever does not see the colours. */
function decisionShape(frame: Frame, { mark, decision }: Step, selected: number | null): SVGElement {
  const x = xOf(frame, mark.at);
  const size = (frame.width < NARROW ? 4 : 6) + (mark.id === selected ? 2 : 0);
  const name = `pg-dot pg-dot-${decision.effect}`;
  if (decision.effect === 'permit') return draw('circle', { class: name, cx: x, cy: DECISIONS, r: size });
  const [a, b] = [size + 1.5, size - 0.5];
  const diamond = `M${x} ${DECISIONS - a}l${a} ${a} ${-a} ${a} ${-a} ${-a}z`;
  const cross = `M${x - b} ${DECISIONS - b}l${2 * b} ${2 * b}M${x + b} ${DECISIONS - b}l${-2 * b} ${2 * b}`;
  return draw('path', { class: name, d: decision.effect === 'challenge' ? diamond : cross });
}

function deadlineOf(frame: Frame, axis: Axis, { ended, deadline }: Lane): SVGElement[] {
  const shown = ended ?? deadline;
  if (shown === null || shown.at > frame.span) return [];
  const x = xOf(frame, shown.at);
  const text = `${exactClock(axis, shown.at)} ${shown.code}`;
  const name = ended === null ? 'pg-deadline' : 'pg-deadline pg-deadline-ended';
  const anchor = anchorOf(x, frame.width, text.length);
  return [
    draw('line', { class: name, x1: x, x2: x, y1: TOP - 6, y2: BOTTOM }),
    draw('text', { class: name, x, y: TOP - 11, 'text-anchor': anchor }, text),
  ];
}

/** Draws the wall clock, and where it jumps. */
export function axisView(frame: Frame, axis: Axis): SVGElement {
  const ticks = ticksOf(axis, (frame.width - 2 * frame.side) / LABEL);
  const shifts = shiftsOf(axis);
  const height = shifts.length > 0 ? 48 : 28;
  return draw(
    'svg',
    { viewBox: `0 0 ${frame.width} ${height}`, class: 'pg-axis', role: 'img', 'aria-label': `Time in ${axis.zone}` },
    ...ticks.flatMap(({ at, label }) => {
      const x = xOf(frame, at);
      return [
        draw('line', { x1: x, x2: x, y1: 0, y2: 6 }),
        draw('text', { x, y: 21, 'text-anchor': anchorOf(x, frame.width, label.length) }, label),
      ];
    }),
    ...shifts.map(({ at, label }) => {
      const x = xOf(frame, at);
      const text = draw('text', { x, y: 42, 'text-anchor': anchorOf(x, frame.width, label.length) }, `▲ ${label}`);
      return draw('g', { class: 'pg-shift' }, draw('line', { x1: x, x2: x, y1: 0, y2: 8 }), text);
    }),
  );
}
