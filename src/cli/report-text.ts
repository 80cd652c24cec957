import type { MalformedReason } from '../replay/record.js';

export { countText, instantText, lengthText, numberText, shareText, shownText } from '../replay/words.js';

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const REASONS: Readonly<Record<MalformedReason, string>> = {
  line_blank: 'empty',
  line_too_long: 'longer than a megabyte',
  fields_missing: 'no host, user and time',
  time_invalid: 'no valid time',
  request_incomplete: 'no whole request with status and size',
  agent_incomplete: 'referer or user agent cut off',
  json_invalid: 'no whole JSON object',
  visitor_missing: 'no visitor',
  event_invalid: 'not an event',
  not_replayable: 'a record that tells of no request',
};

/** A bar of so many cells, in eighths of a cell; at least a sliver for what is not none. */
export function barText(part: number, whole: number, cells: number): string {
  if (part === 0 || whole === 0) return '';
  const eighths = Math.max(1, Math.round((part / whole) * cells * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] as string);
}

/** What is wrong with a malformed line. */
export function malformedText(reason: MalformedReason): string {
  return REASONS[reason];
}
