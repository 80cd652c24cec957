import { shownText } from '../words.js';

/** HTML that is ready: whatever came from outside is escaped in it. */
export interface Html {
  readonly html: string;
}

/** Text for HTML, in content and in quoted attributes. */
export function escaped(text: string): string {
  return shownText(text, (sign) => sign === '\n').replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** HTML from a template: what is put in is escaped, unless it is HTML already; lists are joined. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (Html | string | number | readonly Html[])[]
): Html {
  const filled = parts.map((part, index) => part + (index < values.length ? textOf(values[index]) : ''));
  return { html: filled.join('') };
}

function textOf(value: Html | string | number | readonly Html[] | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return 'html' in value ? value.html : value.map((one) => one.html).join('');
}

/** Nothing at all. */
export const NOTHING: Html = { html: '' };

/** A number for an attribute, short. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** A table; the first column is what the row is about, the others are figures. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): Html {
  const cells = rows.map(([name = '', ...figures]) => {
    return html`<tr><th scope="row">${name}</th>${figures.map((figure) => html`<td>${figure}</td>`)}</tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${cells}</tbody></table></div>`;
}

/** A table that is there for whoever wants it, or cannot see the chart above it. */
export function tableBehind(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<details><summary>As a table</summary>${table(caption, head, rows)}</details>`;
}

/** A part of the page with a heading and a sentence or two on what is to be seen. */
export function section(id: string, title: string, lead: Html, body: Html): Html {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
<p class="lead">${lead}</p>${body}</section>`;
}
