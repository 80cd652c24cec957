import type { Difference, DifferenceExample } from '../compare/difference.js';
import { countText, instantText, lengthText, numberText } from '../words.js';
import type { ReportInput } from './input.js';
import { type Html, html, NOTHING, section, table } from './markup.js';

/** Who would have been cut off, and who let through; nothing where one policy was replayed. */
export function differenceSection(input: ReportInput): Html {
  const { comparison, names } = input;
  if (comparison === null) return NOTHING;
  const { cutOff, letThrough } = comparison;
  const [name, other] = names;
  const lead = html`The same requests under both. After a policy has ended a session,
the visitor logs in again under that policy.`;
  const body = html`<div class="pair">${one('cut', `Cut off by ${name}`, `${other} lets these through`, cutOff)}
${one('let', `Let through by ${name}`, `${other} refuses these`, letThrough)}</div>
${examples(`First cut off by ${name}`, cutOff)}${examples(`First let through by ${name}`, letThrough)}`;
  return section('difference', 'Who would notice the change', lead, body);
}

function one(kind: string, title: string, note: string, difference: Difference): Html {
  const { requests, background, sessions, visitors, people, codes } = difference;
  const items = Object.entries(codes).map(([code, count]) => html`<li><code>${code}</code> ${numberText(count)}</li>`);
  const parts = [
    `${countText(requests, 'request', 'requests')}, ${numberText(background)} in the background`,
    `${countText(sessions, 'session', 'sessions')} of ${countText(visitors, 'visitor', 'visitors')}`,
  ];
  return html`<div class="side ${kind}"><h3>${title}</h3><p class="big">${countText(people, 'person', 'people')}</p>
<p>${note}: ${parts.join('; ')}.</p><ul class="codes">${items}</ul></div>`;
}

function examples(caption: string, { examples: shown }: Difference): Html {
  if (shown.length === 0) return NOTHING;
  const head = ['visitor', 'line', 'when', 'after a pause of', 'code'];
  return html`<details><summary>${caption}: examples</summary>${table(caption, head, shown.map(rowOf))}</details>`;
}

function rowOf({ visitor, line, at, activity, pause, code }: DifferenceExample): string[] {
  const who = activity === 'background' ? `${visitor} (background)` : visitor;
  return [who, String(line), instantText(at), lengthText(pause), code];
}
