import type { Finding } from './finding.js';
import { forceText, readText } from './table.js';

/** Where a JSON pointer lies in a file, both counted from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Which file the findings are about. */
export interface SarifOptions {
  /** Path of the policy document, relative to the repository's root, or a URI. */
  readonly uri: string;
  /** Where a JSON pointer is in that file; `null` where it is not. Without it, findings point at the file. */
  readonly locate?: (path: string) => TextPosition | null;
  /** Version of the tool, for the report. */
  readonly version?: string;
}

/** A SARIF 2.1.0 log, as far as Curfew writes one. Made for `JSON.stringify`. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly SarifRun[];
}

/** The one run of a log. */
export interface SarifRun {
  readonly tool: { readonly driver: object };
  readonly columnKind: 'utf16CodeUnits';
  readonly results: readonly SarifResult[];
  readonly properties: object;
}

/** One finding that failed or warns. */
export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: 'error' | 'warning';
  readonly message: { readonly text: string };
  readonly locations: readonly object[];
  readonly partialFingerprints: object;
  readonly suppressions?: readonly object[];
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * Findings as SARIF 2.1.0, so that a code host annotates the pull request at the line of the policy document.
 *
 * Results are what fails (`error`) and what warns (`warning`); a code host would show a pass as an alert, so that those
 * are only counted, in the run's `properties`. A deviation on record is a suppressed result.
 *
 * @example
 * const log = toSarif(checkCompliance(policy, ['owasp-smcs-high']), { uri: 'policy.json' });
 * log.runs[0]?.results[0]?.level; // => 'warning'
 */
export function toSarif(findings: readonly Finding[], options: SarifOptions): SarifLog {
  const told = findings.filter(({ status }) => status === 'fail' || status === 'warn');
  const rules = [...new Map(told.map((finding) => [idOf(finding), ruleOf(finding)])).values()];
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const { version } = options;
  const driver = { name: 'curfew', ...(version !== undefined && { version }), rules };
  const results = told.map((finding) => resultOf(finding, indexes.get(idOf(finding)) ?? 0, options));
  const run: SarifRun = { tool: { driver }, columnKind: 'utf16CodeUnits', results, properties: countsOf(findings) };
  return { $schema: SCHEMA, version: '2.1.0', runs: [run] };
}

/** One rule, one text: a control that asks for two limits is two rules. */
function idOf({ profile, control, aspect }: Finding): string {
  return [profile, control, ...(aspect === null ? [] : [aspect])].join('/');
}

function ruleOf(finding: Finding) {
  const { source, status, required, verified, isVerified } = finding;
  return {
    id: idOf(finding),
    // hosts ask for all three texts
    shortDescription: { text: `${source}: ${required}` },
    fullDescription: { text: `${source} asks for ${required}.` },
    help: { text: `${source}: docs/compliance.md of curfew says how it is read.` },
    defaultConfiguration: { level: levelOf(status) },
    properties: { force: forceText(finding), verified, isVerified, tags: ['session', 'compliance', finding.profile] },
  };
}

function resultOf(finding: Finding, ruleIndex: number, { uri, locate }: SarifOptions): SarifResult {
  const { fix, exception, status, path } = finding;
  const advice = fix === null ? '' : ` To satisfy it: ${fix}.`;
  const text = `${finding.source} (${forceText(finding)}; figure: ${readText(finding)}): ${finding.message}.${advice}`;
  const region = regionOf(path ?? '', locate);
  const physicalLocation = { artifactLocation: { uri: uriOf(uri) }, ...(region !== null && { region }) };
  const logicalLocations = path === null ? [] : [{ fullyQualifiedName: path, kind: 'property' }];
  return {
    ruleId: idOf(finding),
    ruleIndex,
    level: levelOf(status),
    message: { text },
    locations: [{ physicalLocation, logicalLocations }],
    partialFingerprints: { 'curfewFinding/v1': `${idOf(finding)} ${path ?? ''} ${finding.required}` },
    ...(exception !== null && { suppressions: [{ kind: 'external', status: 'accepted', justification: exception }] }),
  };
}

function levelOf(status: Finding['status']): 'error' | 'warning' {
  return status === 'fail' ? 'error' : 'warning';
}

/** What is missing is told at the nearest place around it that is there. */
function regionOf(path: string, locate: SarifOptions['locate']): object | null {
  const position = locate?.(path) ?? null;
  if (position !== null) return { startLine: position.line, startColumn: position.column };
  return path === '' ? null : regionOf(path.slice(0, path.lastIndexOf('/')), locate);
}

/** A path of any system as a URI reference; what is one already stays as it is. */
function uriOf(path: string): string {
  if (/^[a-z][a-z0-9+.-]+:/i.test(path)) return path;
  return path.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}

function countsOf(findings: readonly Finding[]): Readonly<Record<string, number>> {
  const statuses = ['pass', 'fail', 'warn', 'no_figure', 'not_checkable'] as const;
  return Object.fromEntries(statuses.map((one) => [one, findings.filter(({ status }) => status === one).length]));
}
