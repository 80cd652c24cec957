import { makeCursor } from './cursor-view.js';
import { button, make } from './dom.js';
import type { KeyAction } from './edit.js';
import { type Inspector, type InspectorEvents, makeInspector } from './inspector.js';
import { axisView, laneView } from './lane-view.js';
import type { Frame } from './layout.js';
import { makeRail, type Rail } from './rail-view.js';
import { KINDS, type Kind, type Mark, WORDS } from './scenario.js';
import { type Side, STALE, type State } from './state.js';
import { fateOf } from './words.js';

export interface TimelineEvents extends InspectorEvents {
  tool(kind: Kind): void;
  /** A mark of this kind, or of the tool that is picked, at a place, or behind the last mark. */
  add(at: number | null, kind: Kind | null): void;
  select(id: number): void;
  move(id: number, at: number): void;
  key(mark: Mark, action: KeyAction): void;
  clear(): void;
  /** Takes the last change of the timeline back. */
  undo(): void;
}

/** The timeline: events above, a lane for each policy, the wall clock below. */
export interface TimelineCard {
  readonly element: HTMLElement;
  show(state: State, sides: readonly Side[]): void;
  focus(id: number): void;
}

const SIDE_ROOM = 18;
const LEGEND: readonly (readonly [string, string])[] = [
  ['idle', 'time left of the idle limit'],
  ['absolute', 'of the absolute limit'],
  ['warning', 'warning'],
  ['challenge', 'asks for a proof'],
  ['over', 'over'],
];

export function makeTimelineCard(events: TimelineEvents): TimelineCard {
  const tools = toolBar(events);
  const lanes = make('div', { class: 'pg-lanes' });
  const axis = make('div');
  const stage = make('div', { class: 'pg-stage' });
  const rail: Rail = makeRail(stage, {
    ...events,
    add: (at, isShifted) => events.add(at, isShifted ? 'background' : null),
  });
  const cursor = makeCursor(stage);
  stage.append(rail.element, lanes, axis, cursor.element);
  const inspector: Inspector = makeInspector(events);
  const element = make(
    'section',
    { class: 'pg-card pg-timeline', 'aria-label': 'Timeline' },
    tools.element,
    stage,
    legend(),
    inspector.element,
  );
  return {
    element,
    focus: rail.focus,
    show(state, sides) {
      const { scenario, selected } = state;
      const frame: Frame = { width: Math.max(240, stage.clientWidth), side: SIDE_ROOM, span: scenario.span };
      tools.show(state);
      rail.show(scenario, frame, selected);
      lanes.replaceChildren(...sides.map((side) => laneOf(state, side, frame)));
      axis.replaceChildren(axisView(frame, scenario));
      inspector.show(scenario, selected, (kind) => namesFor(kind, sides));
      cursor.show(scenario, sides, frame);
    },
  };
}

/** What the policies call the operations and the signals that they know. */
function namesFor(kind: Kind, sides: readonly Side[]): string[] {
  const policies = sides.flatMap(({ policy }) => (policy === null ? [] : [policy]));
  if (kind === 'signal') return [...new Set(policies.flatMap(({ risk }) => risk.map(({ signal }) => signal)))];
  const isOperation = kind === 'operation' || kind === 'finished';
  return isOperation ? [...new Set(policies.flatMap(({ operations }) => Object.keys(operations)))] : [];
}

function laneOf({ scenario, selected }: State, { letter, policy, lane, isStale }: Side, frame: Frame): HTMLElement {
  const badge = make('span', { class: `pg-letter pg-letter-${letter}` }, letter);
  if (lane === null || policy === null) return make('div', { class: 'pg-lane' }, badge, ' not a policy yet');
  const head = make('div', { class: 'pg-lane-head' }, badge, make('strong', {}, policy.id), fateOf(scenario, lane));
  if (isStale) head.append(make('span', { class: 'pg-stale-note' }, STALE));
  return make(
    'div',
    { class: isStale ? 'pg-lane pg-stale' : 'pg-lane' },
    head,
    laneView(frame, scenario, letter, lane, selected),
  );
}

function toolBar(events: TimelineEvents) {
  const buttons = KINDS.map((kind) => {
    const sign = make('span', { class: 'pg-sign', 'data-kind': kind, 'aria-hidden': 'true' }, WORDS[kind].sign);
    const made = button('', () => events.tool(kind), { class: 'pg-tool' });
    made.append(sign, WORDS[kind].name);
    return { kind, made };
  });
  const group = make('div', { class: 'pg-tools', role: 'group', 'aria-label': 'What a click adds' });
  group.append(...buttons.map(({ made }) => made));
  const add = button('Add', () => events.add(null, null), { class: 'pg-button pg-primary' });
  const clear = button('Clear', () => events.clear(), { class: 'pg-button pg-quiet' });
  const undo = button('Undo', () => events.undo(), { class: 'pg-button pg-quiet', title: 'Ctrl+Z' });
  const help = make(
    'p',
    { class: 'pg-help' },
    'Click the timeline to add, drag to move. Shift-click adds a background poll. On an event: arrow keys move it, ' +
      'Shift moves it further, Delete removes it. Ctrl+Z takes the last change back.',
  );
  const element = make('div', { class: 'pg-toolbar' }, group, make('div', { class: 'pg-do' }, add, clear, undo), help);
  const show = ({ tool, past }: State) => {
    // one that is switched off would lose the focus to nobody
    undo.setAttribute('aria-disabled', String(past.length === 0));
    for (const { kind, made } of buttons) made.setAttribute('aria-pressed', String(kind === tool));
  };
  return { element, show };
}

function legend(): HTMLElement {
  const items = LEGEND.map(([name, words]) => make('li', {}, make('i', { class: `pg-key pg-key-${name}` }), words));
  const effects = (['permit', 'challenge', 'deny'] as const).map((effect) =>
    make('li', {}, make('i', { class: `pg-key pg-key-dot-${effect}` }), effect),
  );
  return make('ul', { class: 'pg-legend', 'aria-label': 'Legend' }, ...items, ...effects);
}
