import type { Finding, FindingStatus } from './finding.js';

/** Rows for a table in a terminal. */
export interface ComplianceTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What needs somebody's attention comes first. */
const ORDER: readonly FindingStatus[] = ['fail', 'warn', 'pass', 'not_checkable', 'no_figure'];

/**
 * Findings as rows of text, those that fail first. A figure from memory is marked `unverified`, in the column that says
 * how it was read.
 *
 * @example
 * const { head, rows } = complianceTable(checkCompliance(policy, ['pci-dss-4.0.1']));
 * head[0]; // => 'status'
 * rows[0]?.slice(0, 3); // => ['pass', 'pci-dss-4.0.1', '8.2.8']
 */
export function complianceTable(findings: readonly Finding[]): ComplianceTable {
  const sorted = [...findings].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  return {
    head: ['status', 'profile', 'control', 'force', 'required', 'stated', 'what to do', 'figure'],
    rows: sorted.map((finding) => [
      finding.status,
      finding.profile,
      finding.control,
      forceText(finding),
      finding.required,
      finding.stated,
      finding.fix ?? (finding.status === 'pass' ? '' : finding.message),
      readText(finding),
    ]),
  };
}

/** How much it binds, with the standard's own words where they are others. */
export function forceText({ force, words }: Finding): string {
  return words === force ? force : `${force} (${words})`;
}

/** How the figure was read. */
export function readText({ verified }: Finding): string {
  return verified === 'source' ? 'source' : verified === 'secondary' ? 'secondary page' : 'unverified';
}
