/// <reference lib="dom" />

import type { FieldName, FieldProblem, PolicyFields, Preset } from '../policy-form.js';
import type { Facts } from '../shared.js';
import { call } from './api.js';
import { byId, make, say } from './dom.js';
import { FIELDS, type Field } from './policy-fields.js';

/** The form that edits the policy in force. */
export interface PolicyView {
  /** Shows what is in force, unless somebody is in the middle of writing something else. */
  show(policy: Facts['policy'], presets: readonly Preset[]): void;
}

export function policyView(changed: () => void): PolicyView {
  const form = byId<HTMLFormElement>('policy');
  byId('policy-fields').append(...FIELDS.map(fieldOf));
  let isDirty = false;
  let inForce: PolicyFields | null = null;

  async function apply(fields: PolicyFields): Promise<void> {
    const { isOk, body } = await call<Facts['policy'] & { problems?: FieldProblem[] }>('PUT', '/demo/policy', {
      body: fields,
      activity: 'background',
    });
    mark(body.problems ?? []);
    const fault = body.problems === undefined ? (body.detail ?? '') : 'Not applied.';
    if (!isOk) return say(byId('policy-result'), fault, 'bad');
    isDirty = false;
    fill(fields);
    say(byId('policy-result'), `In force since ${new Date().toTimeString().slice(0, 8)}, for open sessions too.`);
    changed();
  }

  form.addEventListener('input', () => {
    isDirty = true;
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    apply(read()).catch(() => undefined);
  });
  return {
    show(policy, presets) {
      inForce = policy.fields;
      showPresets(presets, inForce, (fields) => {
        fill(fields);
        apply(fields).catch(() => undefined);
      });
      say(byId('fingerprint'), policy.fingerprint.slice(0, 12));
      say(byId('document'), JSON.stringify(policy.document, null, 2));
      if (!isDirty) fill(policy.fields);
    },
  };
}

function inputOf(name: FieldName): HTMLInputElement | HTMLSelectElement {
  return byId<HTMLInputElement | HTMLSelectElement>(`field-${name}`);
}

function read(): PolicyFields {
  return Object.fromEntries(FIELDS.map(({ name }) => [name, inputOf(name).value])) as unknown as PolicyFields;
}

function fill(fields: PolicyFields): void {
  for (const { name } of FIELDS) if (inputOf(name).value !== fields[name]) inputOf(name).value = fields[name];
}

function fieldOf({ name, label, hint, options }: Field): HTMLElement {
  const shared = { id: `field-${name}`, name, 'aria-describedby': `hint-${name} fault-${name}` };
  const input =
    options === undefined
      ? make('input', { ...shared, autocomplete: 'off', spellcheck: 'false', maxlength: '40' })
      : make('select', shared, ...options.map(([value, text]) => make('option', { value }, text)));
  return make(
    'div',
    { class: 'field' },
    make('label', { for: shared.id }, label),
    input,
    make('span', { class: 'hint', id: `hint-${name}` }, hint),
    make('span', { class: 'fault', id: `fault-${name}` }),
  );
}

/** Every problem beside its field, and the others below them all. The first field to blame gets the focus. */
function mark(problems: readonly FieldProblem[]): void {
  for (const { name } of FIELDS) {
    const own = problems.filter(({ field }) => field === name).map(({ message }) => message);
    inputOf(name).setAttribute('aria-invalid', String(own.length > 0));
    say(byId(`fault-${name}`), own.join('; '));
  }
  const others = problems.filter(({ field }) => field === null);
  const list = byId('policy-error');
  list.hidden = others.length === 0;
  list.replaceChildren(...others.map(({ path, message }) => make('li', {}, `${path}: ${message}`)));
  const first = problems.find(({ field }) => field !== null)?.field;
  if (first) inputOf(first).focus();
}

function showPresets(presets: readonly Preset[], inForce: PolicyFields, choose: (fields: PolicyFields) => void): void {
  const place = byId('presets');
  if (place.querySelector('button') === null) {
    for (const { name, hint, fields } of presets) {
      const button = make('button', { type: 'button', class: 'choice', title: hint }, name);
      button.addEventListener('click', () => choose(fields));
      place.append(button);
    }
  }
  const buttons = place.querySelectorAll('button');
  for (const [index, { fields }] of presets.entries()) {
    const isChosen = FIELDS.every(({ name }) => fields[name] === inForce[name]);
    buttons[index]?.setAttribute('aria-pressed', String(isChosen));
  }
}
