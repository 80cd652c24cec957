import type { Policy } from '../core/policy.js';
import { formatDuration } from '../time/duration.js';
import type { Finding } from './finding.js';
import { limitRows, operationRows, signalRows } from './limits-text.js';
import { markdownTable, plainText } from './markdown.js';
import { forceText, readText } from './table.js';

/**
 * The policy as a document for auditors, in Markdown: its limits and whom they apply to (NIST SP 800-63B-4 REAUTH-4,
 * OWASP ASVS 7.1.1), concurrent sessions (7.1.2), the signals in use (SESSM-1), every finding, the deviations with a
 * column for their justification, and the sources with how they were read.
 *
 * Without a date or a name: the same policy and findings give the same text, so that it can be kept beside the policy
 * and compared.
 *
 * @example
 * const text = policyDocument(policy, checkCompliance(policy, ['asvs-5.0-l2']));
 * text.split('\n')[0]; // => '# Session policy customer-web'
 */
export function policyDocument(policy: Policy, findings: readonly Finding[]): string {
  const sections = [
    `# Session policy ${plainText(policy.id)}`,
    `Fingerprint \`${policy.fingerprint}\`: two systems with the same fingerprint run the same policy.`,
    '## Limits',
    'The strictest of all that apply is in force.',
    markdownTable(['limit', 'value', 'applies to', 'set at'], limitRows(policy)),
    ...operations(policy),
    '## Concurrent sessions and tokens',
    concurrency(policy),
    tokens(policy),
    '## Signals in use',
    ...signals(policy),
    ...foreignRules(policy),
    ...(findings.length === 0 ? [] : [...judged(findings), ...deviations(findings), ...sources(findings)]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function operations(policy: Policy): readonly string[] {
  const rows = operationRows(policy);
  if (rows.length === 0) return [];
  return [
    '## Operations',
    'An operation that is not named here is denied.',
    markdownTable(['operation', 'authenticated', 'level', 'lease', 'set at'], rows),
  ];
}

function concurrency({ concurrency }: Policy): string {
  if (concurrency === null) return 'One subject may have any number of sessions at once.';
  const { maxSessions, onExceed } = concurrency;
  const then = onExceed === 'refuse' ? 'the newcomer is refused' : 'the oldest ends';
  return `One subject may have ${maxSessions} sessions at once; beyond that, ${then}.`;
}

function tokens({ tokens: { accessLifetime, refreshGrace } }: Policy): string {
  return (
    `An access token lives ${formatDuration(accessLifetime)} at most and never longer than its session. A refresh ` +
    `token that was replaced is answered with its successor for ${formatDuration(refreshGrace)}; used later, ` +
    'it ends the session.'
  );
}

function signals(policy: Policy): readonly string[] {
  const rows = signalRows(policy);
  const always =
    'Every session keeps its instants, its attributes and what requests state of their context (address, device id, ' +
    'user agent, country, location).';
  if (rows.length === 0) return [`None. ${always}`];
  return [always, markdownTable(['signal', 'from level', 'response', 'what is kept for it', 'set at'], rows)];
}

function foreignRules({ rules }: Policy): readonly string[] {
  if (rules.length === 0) return [];
  const rows = rules.map(({ id, version, settings }) => [
    `\`${id}\``,
    String(version),
    plainText(JSON.stringify(settings) ?? ''),
  ]);
  return ['## Rules of your own', 'They only tighten.', markdownTable(['rule', 'version', 'settings'], rows)];
}

function judged(findings: readonly Finding[]): readonly string[] {
  const rows = findings.map((finding) => [
    finding.profile,
    plainText(finding.control),
    finding.status,
    plainText(forceText(finding)),
    plainText(finding.required),
    plainText(finding.stated),
    plainText(finding.message),
  ]);
  return [
    '## Findings',
    markdownTable(['profile', 'control', 'status', 'force', 'required', 'stated', 'finding'], rows),
  ];
}

/** What a standard asks for and the policy does not do, whether or not somebody answers for it. */
function deviations(findings: readonly Finding[]): readonly string[] {
  const rows = findings
    .filter(({ status, exception }) => status === 'fail' || status === 'warn' || exception !== null)
    .map((finding) => [
      plainText(`${finding.profile} ${finding.control}`),
      plainText(forceText(finding)),
      plainText(finding.stated),
      plainText(finding.required),
      plainText(finding.exception ?? '') || '(to be written)',
    ]);
  if (rows.length === 0) return ['## Deviations', 'None.'];
  return ['## Deviations', markdownTable(['control', 'force', 'stated', 'required', 'justification'], rows)];
}

function sources(findings: readonly Finding[]): readonly string[] {
  const rows = new Map(
    findings.map((finding) => {
      const row = [finding.profile, plainText(finding.source), readText(finding)];
      return [row.join('\n'), row];
    }),
  );
  return [
    '## Sources',
    '`source`: the figure was read in the standard. `secondary page`: on a page about it. `unverified`: from memory, ' +
      'to be checked.',
    markdownTable(['profile', 'source', 'read'], [...rows.values()]),
  ];
}
