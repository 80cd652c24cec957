import type { Duration } from '../time/duration.js';
import { formatDuration } from '../time/duration.js';
import type { DocumentFile, Place } from './document-file.js';

const CONTEXT = 3;
const VALUE = /(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,}\]]+)/y;

/** The text of a document with another idle limit, everything else as its author wrote it: JSON, JSONC or YAML. */
export function withIdleTimeout(text: string, file: DocumentFile, idleTimeout: Duration): string {
  const value = JSON.stringify(formatDuration(idleTimeout));
  const isThere = Object.hasOwn(file.document as object, 'idleTimeout');
  const start = offsetOf(text, file.placeOf(isThere ? '/idleTimeout' : '/id'));
  const end = endOfValue(text, start);
  if (isThere) return text.slice(0, start) + value + text.slice(end);
  const line = text.slice(text.lastIndexOf('\n', start) + 1, start);
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  // YAML may have braces, too
  const hasBraces = text[offsetOf(text, file.placeOf(''))] === '{';
  if (!hasBraces) {
    const next = end + (/^[^\r\n]*/.exec(text.slice(end))?.[0].length ?? 0);
    return `${text.slice(0, next)}\n${indent}idleTimeout: ${value}${text.slice(next)}`;
  }
  // in a document of one line the new key goes into that line
  const gap = line.trimStart().startsWith('{') ? ' ' : `\n${indent}`;
  return `${text.slice(0, end)},${gap}"idleTimeout": ${value}${text.slice(end)}`;
}

function offsetOf(text: string, { line, column }: Place): number {
  let start = 0;
  for (let passed = 1; passed < line; passed++) start = text.indexOf('\n', start) + 1;
  return start + column - 1;
}

function endOfValue(text: string, start: number): number {
  VALUE.lastIndex = start;
  return start + (VALUE.exec(text)?.[0].length ?? 0);
}

/**
 * The difference between two texts in the unified format, for `patch` and for people; empty if there is none.
 *
 * There is one hunk: from the first line that differs to the last.
 */
export function unifiedDiff(before: string, after: string, path: string): string {
  if (before === after) return '';
  const [old, now] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head++;
  let tail = 0;
  const most = Math.min(old.length, now.length) - head;
  while (tail < most && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const start = Math.max(0, head - CONTEXT);
  const kept = Math.min(tail, CONTEXT);
  const hunk = [
    ...old.slice(start, head).map((line) => ` ${line}`),
    ...old.slice(head, old.length - tail).map((line) => `-${line}`),
    ...now.slice(head, now.length - tail).map((line) => `+${line}`),
    ...old.slice(old.length - tail, old.length - tail + kept).map((line) => ` ${line}`),
  ];
  const range = (lines: readonly string[]) => `${start + 1},${lines.length - tail + kept - start}`;
  const name = path.replace(/^\//, '');
  const heading = [`--- a/${name}`, `+++ b/${name}`, `@@ -${range(old)} +${range(now)} @@`];
  return `${[...heading, ...hunk].join('\n')}\n`;
}

/** The lines of a text; the last says so if no line break ends it. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop() as string;
  return last === '' ? lines : [...lines, `${last}\n\\ No newline at end of file`];
}
