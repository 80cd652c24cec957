import type { ReplaySummary } from '../summary.js';
import { countText, numberText, shareText } from '../words.js';
import type { ReportInput } from './input.js';
import { type Html, html, NOTHING, section, short, tableBehind } from './markup.js';

const WORDS: Readonly<Record<string, string>> = {
  idle_timeout: 'nobody did anything for too long',
  absolute_timeout: 'they had lasted as long as any may',
  logout: 'the person logged out',
  open: 'still open when the log ends',
};

interface Row {
  readonly code: string;
  readonly own: number;
  readonly other: number | null;
}

/** How each session ended. */
export function endingsSection({ summary, comparison, names }: ReportInput): Html {
  const against = comparison?.against ?? null;
  const rows = rowsOf(summary, against);
  const most = Math.max(1, ...rows.flatMap(({ own, other }) => [own, other ?? 0]));
  const bars = rows.map(({ code, own, other }) => {
    const second = other === null || against === null ? NOTHING : bar(other, most, 'other', against.sessions);
    return html`<li><p><code>${code}</code> <small>${WORDS[code] ?? ''}</small></p>
${bar(own, most, 'own', summary.sessions)}${second}</li>`;
  });
  const heads = against === null ? ['sessions'] : [...names];
  const key = html`<ul class="key"><li class="own">${names[0]}</li><li class="other">${names[1]}</li></ul>`;
  const cells = rows.map(({ code, own, other }) => {
    return [code, numberText(own), ...(other === null ? [] : [numberText(other)])];
  });
  const title = 'Sessions by how they ended';
  const body = html`${against === null ? NOTHING : key}<ul class="bars" aria-label="${title}">${bars}</ul>
${tableBehind(title, ['ended with', ...heads], cells)}`;
  return section('endings', 'How each ended', leadOf(summary), body);
}

function bar(count: number, most: number, kind: string, total: number): Html {
  const width = short((count / most) * 100);
  return html`<div class="bar"><span class="fill ${kind}" style="width:${width}%"></span>
<span class="figure">${numberText(count)} <small>${shareText(count, total)}</small></span></div>`;
}

function leadOf({ sessions, unattended }: ReplaySummary): Html {
  if (unattended === 0) return html`Of ${countText(sessions, 'session', 'sessions')}.`;
  const part = `${numberText(unattended)} (${shareText(unattended, sessions)})`;
  return html`Of ${countText(sessions, 'session', 'sessions')}, ${part} never saw a person: a program started them.`;
}

function rowsOf(own: ReplaySummary, against: ReplaySummary | null): Row[] {
  const codes = [...new Set([...Object.keys(own.ended), ...Object.keys(against?.ended ?? {})])];
  const ended = codes.map((code) => ({
    code,
    own: own.ended[code] ?? 0,
    other: against === null ? null : (against.ended[code] ?? 0),
  }));
  return [...ended, { code: 'open', own: own.open, other: against?.open ?? null }];
}
