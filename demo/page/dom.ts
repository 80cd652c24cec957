/// <reference lib="dom" />

/** An element of the page by its id. The page and this script come together: one that is missing is a mistake. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as Kind;
}

type Child = Node | string;

/** Makes an element: attributes by name, then what is in it. Text is text, never markup. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** As `make`, for drawings. */
export function draw(name: string, attributes: Readonly<Record<string, string | number>>, text = ''): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== '') element.textContent = text;
  return element;
}

/** Says something, only if it is new: a screen reader is not told the same thing twice. */
export function say(element: HTMLElement, text: string, tone: 'good' | 'bad' = 'good'): void {
  if (element.textContent !== text) element.textContent = text;
  element.dataset['tone'] = tone;
}

/** Shows a message and its place, or hides both. */
export function show(element: HTMLElement, text: string | null): void {
  element.hidden = text === null;
  if (text !== null) say(element, text);
}
