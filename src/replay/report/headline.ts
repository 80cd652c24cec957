import { NEVER } from '../../time/instant.js';
import type { ReplaySummary } from '../summary.js';
import { countText, instantText, lengthText, numberText, shareText, totalTimeText } from '../words.js';
import type { ReportInput } from './input.js';
import { type Html, html, NOTHING } from './markup.js';

/** What was replayed, over what, and what came out of it in a few figures and sentences. */
export function headline(input: ReportInput): Html {
  const { names, against, source, summary } = input;
  const [name, other] = names;
  const { firstAt, lastAt } = summary;
  const span =
    firstAt === null || lastAt === null
      ? NOTHING
      : html`<p class="span">${instantText(firstAt)} to ${instantText(lastAt)}, ${lengthText(lastAt - firstAt)}</p>`;
  const beside = against === null ? NOTHING : html` beside <b>${other}</b>`;
  return html`<header><p class="kicker">Replay</p><h1><b>${name}</b>${beside} over ${source}</h1>${span}
<p class="lead">${sentences(input)}</p>${cards(input)}</header>`;
}

function cards({ summary }: ReportInput): Html {
  const { sessions, visitors, requests, background, dropOffs, unattendedTime } = summary;
  const all: readonly (readonly [string, string, string])[] = [
    [
      'requests',
      numberText(requests),
      `${background === 0 ? 'none' : shareText(background, requests)} in the background`,
    ],
    ['visitors', numberText(visitors), 'as the log tells them apart'],
    ['sessions', numberText(sessions), visitors === 0 ? '' : `${(sessions / visitors).toFixed(1)} a visitor`],
    ['drop-offs', numberText(dropOffs), 'people who were back within 5 minutes of a timeout'],
    ['left open', totalTimeText(unattendedTime), 'after the last thing that somebody did'],
  ];
  return html`<dl class="cards">${all.map(([name, figure, note]) => {
    return html`<div><dt>${name}</dt><dd>${figure}</dd><dd class="note">${note}</dd></div>`;
  })}</dl>`;
}

function sentences({ policy, summary }: ReportInput): Html {
  const { idleTimeout } = policy.limits;
  const { ended, sessions, dropOffs } = summary;
  if (sessions === 0) return html`There is no session in this log.`;
  const idle = ended['idle_timeout'] ?? 0;
  const rule = idleTimeout === NEVER ? 'no idle limit' : `an idle limit of ${lengthText(idleTimeout)}`;
  const share = `${numberText(idle)} of ${countText(sessions, 'session', 'sessions')}`;
  const hurt =
    dropOffs === 0
      ? 'Nobody was back within 5 minutes of that: nobody noticed.'
      : `${countText(dropOffs, 'person was', 'people were')} back within 5 minutes: those noticed.`;
  return html`With ${rule}, ${share} ended idle (${shareText(idle, sessions)}). ${hurt} ${leftOpen(summary)}`;
}

function leftOpen({ sessions, open, unattendedTime }: ReplaySummary): string {
  if (sessions === open) return '';
  const mean = Math.round(unattendedTime / (sessions - open) / 1000) * 1000;
  return `On average a session stayed open for ${lengthText(mean)} after the last thing that somebody did in it.`;
}
