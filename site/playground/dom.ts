type Child = Node | string;
type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** Makes an element: attributes by name, then what is in it. Text is text, never markup. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  setAll(element, attributes);
  element.append(...children);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** As `make`, for drawings. */
export function draw(name: string, attributes: Attributes, ...children: readonly Child[]): SVGElement {
  const element = document.createElementNS(SVG, name);
  setAll(element, attributes);
  element.append(...children);
  return element;
}

/** Sets attributes: `true` without a value, `false` and `null` not at all. */
export function setAll(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** A button that does something. */
export function button(words: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = make('button', { type: 'button', ...attributes }, words);
  made.addEventListener('click', act);
  return made;
}

/** A labelled field. */
export function field(words: string, input: HTMLElement): HTMLLabelElement {
  return make('label', { class: 'pg-field' }, make('span', {}, words), input);
}

/** A choice among named values. */
export function choice(options: Iterable<readonly [value: string, words: string]>): HTMLSelectElement {
  return make('select', {}, ...Array.from(options, ([value, words]) => make('option', { value }, words)));
}

/** Says something, only if it is new: a screen reader is not told the same thing twice. */
export function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
