import { exactClock, offsetAt } from './axis.js';
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
  /** `named` are the names that the policies have for the value of such a mark. */
  show(scenario: Scenario, selected: number | null, named: (kind: Kind) => readonly string[]): void;
}

const MINUTE = 60_000;

/** The fields of one mark: everything that the mouse can do, in words. */
export function makeInspector(events: InspectorEvents): Inspector {
  const element = make('form', { class: 'pg-inspector', 'aria-label': 'The selected event' });
  const kind = choice(KINDS.map((one) => [one, WORDS[one].name] as const));
  const minutes = make('input', { type: 'number', min: 0, inputmode: 'decimal' });
  const value = valueField((text) => events.change(id, { value: text }));
  const clock = make('output', { class: 'pg-clock' });
  let id = 0;
  element.addEventListener('submit', (event) => event.preventDefault());
  kind.addEventListener('change', () => events.kind(id, kind.value as Kind));
  minutes.addEventListener('change', () => events.change(id, { at: Math.round(minutes.valueAsNumber * MINUTE) || 0 }));
  const remove = button('Delete', () => events.remove(id), { class: 'pg-button pg-danger' });
  element.append(field('Event', kind), field('Minutes after login', minutes), value.element, clock, remove);
  return {
    element,
    show(scenario, selected, named) {
      const mark = scenario.marks.find((one) => one.id === selected);
      element.hidden = mark === undefined;
      if (mark === undefined) return;
      id = mark.id;
      kind.value = mark.kind;
      minutes.max = String(scenario.span / MINUTE);
      minutes.step = String(stepOf(scenario.span) / MINUTE);
      if (document.activeElement !== minutes) minutes.value = String(Math.round((mark.at / MINUTE) * 100) / 100);
      value.show(mark, named(mark.kind));
      clock.textContent = `${exactClock(scenario, mark.at)} ${zoneText(scenario, mark.at)}`;
    },
  };
}

/** The field of what a mark is about: a text, with names to pick from, or one of a few values. */
function valueField(onChange: (text: string) => void) {
  const attributes = { type: 'text', maxlength: 64, spellcheck: 'false', autocomplete: 'off', list: 'pg-names' };
  const text = make('input', attributes);
  const listed = make('select');
  const names = make('datalist', { id: 'pg-names' });
  const words = make('span');
  const element = make('label', { class: 'pg-field' }, words, text, listed, names);
  text.addEventListener('input', () => onChange(text.value));
  listed.addEventListener('change', () => onChange(listed.value));
  return {
    element,
    show({ kind, value }: Mark, named: readonly string[]) {
      const { value: label, choices } = WORDS[kind];
      element.hidden = label === null;
      words.textContent = label ?? '';
      text.hidden = choices !== undefined;
      listed.hidden = choices === undefined;
      offer(listed, choices ?? []);
      offer(names, named);
      listed.value = value;
      if (document.activeElement !== text) text.value = value;
    },
  };
}

/** Puts options there, only if they are others: a list that is open stays open. */
function offer(place: HTMLElement, values: readonly string[]): void {
  const old = Array.from(place.children, (one) => one.textContent);
  if (old.join('\n') === values.join('\n')) return;
  place.replaceChildren(...values.map((value) => make('option', { value }, value)));
}

function zoneText({ zone, start }: Scenario, at: number): string {
  const minutes = offsetAt(zone, start + at) / MINUTE;
  return minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '−' : '+'}${Math.abs(minutes) / 60}`;
}
