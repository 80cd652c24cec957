import { type Axis, exactClock } from './axis.js';
import { make, setAll } from './dom.js';
import { type KeyAction, keyAction } from './edit.js';
import { atOf, type Frame, inRows, xOf } from './layout.js';
import { type Mark, nameOf, type Scenario, WORDS } from './scenario.js';

const ROW = 30;
const TARGET = 28;
const MOST_ROWS = 4;
/** A hand that clicks moves a little. */
const DRAG_FROM = 4;

/** What the rail tells the page. */
export interface RailEvents {
  add(at: number, isShifted: boolean): void;
  select(id: number): void;
  move(id: number, at: number): void;
  key(mark: Mark, action: KeyAction): void;
}

/** The row of events: one button each, which keeps the focus while it moves. */
export interface Rail {
  readonly element: HTMLElement;
  show(scenario: Scenario, frame: Frame, selected: number | null): void;
  focus(id: number): void;
}

interface Shown {
  scenario: Scenario;
  frame: Frame;
}

export function makeRail(stage: HTMLElement, events: RailEvents): Rail {
  const element = make('div', { class: 'pg-rail', role: 'group', 'aria-label': 'Events' });
  const buttons = new Map<number, HTMLButtonElement>();
  let shown: Shown | null = null;
  const dragging = dragged(element, () => shown, events);
  addOnClick(stage, element, () => shown, events);
  const buttonFor = (id: number) => {
    const made = make('button', { type: 'button', class: 'pg-mark' });
    made.addEventListener('pointerdown', (event) => dragging(event, id, made));
    made.addEventListener('focus', () => events.select(id));
    made.addEventListener('keydown', (event) => {
      const mark = shown?.scenario.marks.find((one) => one.id === id);
      const action = shown === null ? null : keyAction(event.key, event.shiftKey, shown.scenario.span);
      if (mark === undefined || action === null || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      events.key(mark, action);
    });
    buttons.set(id, made);
    return made;
  };
  return {
    element,
    focus: (id) => buttons.get(id)?.focus(),
    show(scenario, frame, selected) {
      shown = { scenario, frame };
      const spots = inRows(scenario.marks, ({ at }) => xOf(frame, at), TARGET, MOST_ROWS);
      dropOthers(buttons, scenario);
      for (const { item, x, row } of spots) {
        const made = buttons.get(item.id) ?? buttonFor(item.id);
        place(made, item, scenario, x, row, item.id === selected);
        if (made.parentElement === null) element.append(made);
      }
      element.style.height = `${(1 + Math.max(0, ...spots.map(({ row }) => row))) * ROW + 4}px`;
    },
  };
}

/** Takes the buttons away whose marks are gone. */
function dropOthers(buttons: Map<number, HTMLElement>, { marks }: Scenario): void {
  const ids = new Set(marks.map(({ id }) => id));
  for (const [id, old] of buttons) {
    if (ids.has(id)) continue;
    buttons.delete(id);
    old.remove();
  }
}

function place(made: HTMLElement, mark: Mark, axis: Axis, x: number, row: number, isSelected: boolean): void {
  const name = `${exactClock(axis, mark.at)}, ${nameOf(mark)}`;
  setAll(made, { 'data-kind': mark.kind, 'aria-label': name, title: name, 'aria-pressed': String(isSelected) });
  made.style.transform = `translate(${x - TARGET / 2}px, ${row * ROW}px)`;
  made.textContent = WORDS[mark.kind].sign;
}

function dragged(element: HTMLElement, shown: () => Shown | null, events: RailEvents) {
  return (down: PointerEvent, id: number, made: HTMLElement): void => {
    if (down.button !== 0) return;
    made.setPointerCapture(down.pointerId);
    let isDragged = false;
    const move = ({ clientX }: PointerEvent) => {
      isDragged ||= Math.abs(clientX - down.clientX) >= DRAG_FROM;
      const now = shown();
      if (!isDragged || now === null) return;
      events.move(id, atOf(now.frame, clientX - element.getBoundingClientRect().left));
    };
    const over = () => {
      made.removeEventListener('pointermove', move);
      made.removeEventListener('pointerup', over);
      made.removeEventListener('pointercancel', over);
    };
    made.addEventListener('pointermove', move);
    made.addEventListener('pointerup', over);
    made.addEventListener('pointercancel', over);
  };
}

function addOnClick(stage: HTMLElement, rail: HTMLElement, shown: () => Shown | null, events: RailEvents): void {
  stage.addEventListener('click', ({ target, clientX, shiftKey }) => {
    const now = shown();
    if (now === null || (target as Element).closest('button') !== null) return;
    events.add(atOf(now.frame, clientX - rail.getBoundingClientRect().left), shiftKey);
  });
}
