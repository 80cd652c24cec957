import { createHash } from 'node:crypto';
import { malformedWords, numberText } from '../words.js';
import { differenceSection } from './difference-section.js';
import { endingsSection } from './endings.js';
import { headline } from './headline.js';
import type { ReportInput } from './input.js';
import { lengthsSection } from './lengths.js';
import { escaped, type Html, html } from './markup.js';
import { passiveSection } from './passive-section.js';
import { pausesSection } from './pauses.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';
import { tradeoffSection } from './tradeoff.js';

/**
 * A report as one HTML file: it loads nothing, and whatever the log says is text in it.
 *
 * Nothing else may run in it or be loaded by it, whatever comes in a log: the page says so to the browser.
 *
 * @example
 * const watcher = createReportWatcher();
 * const { onSession, onRecord } = watcher;
 * const summary = await replay(policy, ['{"at":"2026-01-05T09:00:00Z","user":"alice"}'], { onSession, onRecord });
 * const found = { source: 'access.log', names: [policy.id, ''], policy, against: null, summary, comparison: null };
 * htmlReport(watcher.input(found)).startsWith('<!doctype html>'); // => true
 */
export function htmlReport(input: ReportInput): string {
  const { names, source } = input;
  const parts = [
    headline(input),
    differenceSection(input),
    pausesSection(input),
    tradeoffSection(input),
    endingsSection(input),
    lengthsSection(input),
    passiveSection(input),
    footer(input),
  ];
  const hash = createHash('sha256').update(SCRIPT).digest('base64');
  const guard = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${guard}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${escaped(`${names[0]} over ${source}`)}</title><style>${STYLE}</style></head>
<body><main>${parts.map((part) => part.html).join('\n')}</main><script>${SCRIPT}</script></body></html>
`;
}

function footer({ summary, policy }: ReportInput): Html {
  const { lines, malformed, late } = summary;
  const read = `${numberText(lines)} lines, ${malformedWords(malformed)}`;
  const after = late === 0 ? '' : `, ${numberText(late)} too late to be sorted`;
  return html`<footer><p>${read}${after}.
The curve and the pauses look at the idle limit alone; sessions, drop-offs and endings are those of the whole policy.
Made by <code>curfew replay</code>; fingerprint of the policy <code>${policy.fingerprint}</code>.
Names of visitors are those of the log: treat this file like the log.</p></footer>`;
}
