/// <reference lib="dom" />
import { formatDuration } from 'curfew';
import type { LogEntry } from '../shared.js';
import { byId, make } from './dom.js';

/** As many as the list holds; the drawing and the eye need no more. */
const SHOWN = 120;

/** The live log: what the server decides, the latest first. */
export interface LogView {
  add(entry: LogEntry): void;
}

export function logView(): LogView {
  const list = byId<HTMLOListElement>('log');
  const pause = byId<HTMLButtonElement>('log-pause');
  const polls = byId<HTMLInputElement>('log-polls');
  const waiting: LogEntry[] = [];
  let top: { entry: LogEntry; times: number } | null = null;

  const isPaused = () => pause.getAttribute('aria-pressed') === 'true';

  function render(entry: LogEntry): void {
    if (entry.activity === 'background' && entry.effect === 'permit' && !polls.checked) return;
    byId('log-empty').hidden = true;
    const times: number = top !== null && isSameAgain(top.entry, entry) ? top.times + 1 : 1;
    const line = lineOf(entry, times);
    if (times > 1) list.firstElementChild?.replaceWith(line);
    else list.prepend(line);
    while (list.children.length > SHOWN) list.lastElementChild?.remove();
    top = { entry, times };
  }

  pause.addEventListener('click', () => {
    const paused = !isPaused();
    pause.setAttribute('aria-pressed', String(paused));
    pause.textContent = paused ? 'Go on' : 'Pause';
    if (!paused) for (const entry of waiting.splice(0)) render(entry);
  });
  return {
    add(entry) {
      if (isPaused()) waiting.push(entry);
      else render(entry);
    },
  };
}

/** A poll that is told the same as the one before it is one line with a count. */
function isSameAgain(before: LogEntry, next: LogEntry): boolean {
  const isPoll = next.activity === 'background' && next.effect === 'permit';
  return isPoll && before.sessionId === next.sessionId && before.request === next.request && before.effect === 'permit';
}

function lineOf(entry: LogEntry, times: number): HTMLElement {
  const { at, effect, sentence, subject, sessionId } = entry;
  const session = sessionId === null ? '' : ` · ${sessionId.slice(0, 6)}`;
  const head = make(
    'div',
    { class: 'entry-head' },
    make('span', { class: 'chip', 'data-effect': entry.kind === 'fault' ? 'deny' : effect }, effect),
    make('time', { datetime: new Date(at).toISOString() }, new Date(at).toISOString().slice(11, 23)),
    ...(times > 1 ? [make('span', { class: 'times' }, `× ${times}`)] : []),
    make('span', { class: 'subject' }, `${subject ?? ''}${session}`),
  );
  const what = make('p', { class: 'what' }, titleOf(entry));
  const line = make('li', { class: 'entry' }, head, what, make('p', { class: 'sentence' }, sentence));
  if (entry.rules.length + entry.limits.length + entry.codes.length > 0) line.append(groundsOf(entry));
  return line;
}

function titleOf({ type, request, operation, activity, kind }: LogEntry): string {
  if (kind === 'policy') return 'Policy applied';
  const parts = [request ?? type, operation, activity, type === 'access' ? null : type];
  return parts.filter((part) => part !== null && part !== '').join(' · ');
}

/** Why, in full: each rule's word, each limit with its source, and whether anything was written. */
function groundsOf({ rules, limits, codes, written, from }: LogEntry): HTMLElement {
  const rows: [string, string][] = [
    ...(codes.length > 0 ? [['reasons', codes.join(', ')] as [string, string]] : []),
    ...rules.map(({ rule, said }): [string, string] => [rule, said]),
    ...limits.map(({ name, value, source }): [string, string] => [
      name,
      `${value === null ? 'none' : formatDuration(value)}, set by ${source}`,
    ]),
    ['written', written === 'nothing' ? 'nothing: nothing had changed' : written],
    ...(from === null || from === '' ? [] : [['from', from] as [string, string]]),
  ];
  const list = make('dl', {}, ...rows.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]));
  return make('details', {}, make('summary', {}, 'Rules and limits'), list);
}
