import type { AttackPattern, Finding } from './finding.js';

/** A finding as a line of a log, as pino writes it. */
export interface FindingLine extends Finding {
  readonly level: 50;
  readonly time: number;
  readonly msg: string;
  /** Not one of OWASP's names: these say what happened once, and this says that it happens too often. */
  readonly event: 'session_attack_suspected';
  readonly severity: 'CRITICAL';
}

const MESSAGES: Readonly<Record<AttackPattern, string>> = {
  reuse: 'refresh tokens are reused more often than the policy expects',
  shared_device: 'one device has more subjects than the policy expects',
  use_after_end: 'an ended session is presented more often than the policy expects',
};

/**
 * A finding as a line of a log.
 *
 * @example
 * findingLine({ pattern: 'reuse', at: 0, count: 5, who: null }).severity; // => 'CRITICAL'
 */
export function findingLine(finding: Finding): FindingLine {
  const { at, pattern } = finding;
  const event = 'session_attack_suspected';
  return { level: 50, time: at, msg: MESSAGES[pattern], event, severity: 'CRITICAL', ...finding };
}
