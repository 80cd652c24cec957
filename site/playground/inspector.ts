import type { AssuranceLevel } from '../../src/core/session.js';
import { offsetAt, wallClock } from './axis.js';
import { button, choice, field, make } from './dom.js';
import { stepOf } from './edit.js';
import { KINDS, type Kind, type Mark, type Scenario, WORDS } from './scenario.js';

/** What somebody wants of the mark that is selected. */
export interface InspectorEvents {
  change(id: number, change: Partial<Pick<Mark, 'at' | 'value'>>): void;
  kind(id: number, kind: Kind): void;
  remove(id: number): void;
}

export interface Inspector {
  readonly element: HTMLElement;
  show(scenario: Scenario, selected: number | null): void;
}

const LEVELS: readonly AssuranceLevel[] = ['aal1', 'aal2', 'aal3'];
const MINUTE = 60_000;

/** The fields of one mark: everything that the mouse can do, in words. */
export function makeInspector(events: InspectorEvents): Inspector {
  const element = make('form', { class: 'pg-inspector', 'aria-label': 'The selected event' });
  const kind = choice(KINDS.map((one) => [one, WORDS[one].name] as const));
  const minutes = make('input', { type: 'number', min: 0, inputmode: 'decimal' });
  const value = make('input', { type: 'text', maxlength: 64, spellcheck: 'false', autocomplete: 'off' });
  const level = choice(LEVELS.map((one) => [one, one] as const));
  const valueWords = make('span');
  const valueField = make('label', { class: 'pg-field' }, valueWords, value, level);
  const clock = make('output', { class: 'pg-clock' });
  let id = 0;
  let isLevel = false;
  element.addEventListener('submit', (event) => event.preventDefault());
  kind.addEventListener('change', () => events.kind(id, kind.value as Kind));
  minutes.addEventListener('change', () => events.change(id, { at: Math.round(minutes.valueAsNumber * MINUTE) || 0 }));
  value.addEventListener('input', () => events.change(id, { value: value.value }));
  level.addEventListener('change', () => events.change(id, { value: level.value }));
  const remove = button('Delete', () => events.remove(id), { class: 'pg-button pg-danger' });
  element.append(field('Event', kind), field('Minutes after login', minutes), valueField, clock, remove);
  return {
    element,
    show(scenario, selected) {
      const mark = scenario.marks.find((one) => one.id === selected);
      element.hidden = mark === undefined;
      if (mark === undefined) return;
      id = mark.id;
      isLevel = mark.kind === 'reauthentication';
      kind.value = mark.kind;
      minutes.max = String(scenario.span / MINUTE);
      minutes.step = String(stepOf(scenario.span) / MINUTE);
      if (document.activeElement !== minutes) minutes.value = String(Math.round((mark.at / MINUTE) * 100) / 100);
      valueField.hidden = WORDS[mark.kind].value === null;
      valueWords.textContent = WORDS[mark.kind].value ?? '';
      value.hidden = isLevel;
      level.hidden = !isLevel;
      level.value = mark.value;
      if (document.activeElement !== value) value.value = mark.value;
      clock.textContent = `${wallClock(scenario, mark.at)} ${zoneText(scenario, mark.at)}`;
    },
  };
}

function zoneText({ zone, start }: Scenario, at: number): string {
  const minutes = offsetAt(zone, start + at) / MINUTE;
  return minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '−' : '+'}${Math.abs(minutes) / 60}`;
}
