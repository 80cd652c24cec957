import { curfewError, type Problem } from '../core/errors.js';
import type { Policy } from '../core/policy.js';
import type { Attributes } from '../core/session.js';
import { nearest } from '../policy/nearest.js';
import { checkExtensions, checkRenewable, checkWarning } from './accessibility-checks.js';
import { checkConsistent } from './consistency-checks.js';
import type { Finding, FindingStatus } from './finding.js';
import { checkEnds, checkLimit, checkOnIdle, checkResets, checkSessions } from './limit-checks.js';
import type { Outcome } from './outcome.js';
import type { Profile, ProfileId, Requirement, Verified } from './profile.js';
import { PROFILES } from './profiles.js';

/** A deviation that somebody answers for. */
export interface ComplianceException {
  /** Id of the profile. */
  readonly profile: string;
  /** As a finding names it. */
  readonly control: string;
  /** Why, for auditors. */
  readonly reason: string;
}

/** How to judge: whom it is about, and what is excused. */
export interface ComplianceOptions {
  /** Whom the profiles are about: only sessions with these attributes are judged. Default: all. */
  readonly attributes?: Attributes;
  /**
   * Deviations on record. They go with the findings; where the standard itself takes a reason in place of the figure
   * (HIPAA, WCAG), the finding passes.
   */
  readonly exceptions?: readonly ComplianceException[];
}

/**
 * What published standards have to say about a policy, each finding with the control that it cites, what the policy
 * says, what would satisfy, and where the figure comes from.
 *
 * A limit is judged over every value that a session can come to: by a relaxation, by what a client may ask for, by a
 * lease. A standard without a figure neither passes nor fails.
 *
 * @param profiles ids of `PROFILES`, or profiles of your own
 * @throws an error with code `profile_unknown` for an id that is none, `exception_unknown` for an exception that no
 * finding is about, `policy_too_large` where there are too many ways to match the conditions.
 * @example
 * const web = definePolicy({ id: 'web', idleTimeout: '30m', absoluteTimeout: '8h' });
 * const [idle] = checkCompliance(web, ['pci-dss-4.0.1']);
 * idle.status; // => 'fail'
 * idle.fix; // => 'write "15m" or less at /idleTimeout'
 */
export function checkCompliance(
  policy: Policy,
  profiles: readonly (ProfileId | Profile)[],
  options: ComplianceOptions = {},
): readonly Finding[] {
  const { attributes = {}, exceptions = [] } = options;
  const findings = profiles.map(known).flatMap((profile) =>
    profile.requirements.map((requirement) => {
      const isIt = (one: ComplianceException) => one.profile === profile.id && one.control === requirement.control;
      const outcome = outcomeOf(policy, attributes, requirement);
      return findingOf(profile, requirement, outcome, exceptions.find(isIt)?.reason ?? null);
    }),
  );
  refuseUnknown(exceptions, findings);
  return findings;
}

function known(profile: ProfileId | Profile): Profile {
  if (typeof profile === 'object') return profile;
  if (Object.hasOwn(PROFILES, profile)) return PROFILES[profile];
  const ids = Object.keys(PROFILES);
  const letters = (id: string) => id.replace(/[^a-z0-9]/g, '');
  const near = nearest(String(profile), ids.map(letters));
  const hint = ids.find((id) => letters(id) === near);
  const advice = hint === undefined ? `known: ${ids.join(', ')}` : `did you mean \`${hint}\`?`;
  const message = `\`${profile}\` is not a profile; ${advice}`;
  throw curfewError('profile_unknown', 'there is no such profile:', [{ path: '', code: 'profile_unknown', message }]);
}

function outcomeOf(policy: Policy, audience: Attributes, rule: Requirement): Outcome {
  switch (rule.kind) {
    case 'limit':
      return checkLimit({ policy, audience, rule });
    case 'on_idle':
      return checkOnIdle({ policy, audience, rule });
    case 'ends':
      return checkEnds({ policy, audience, rule });
    case 'resets_both':
      return checkResets({ policy, audience, rule });
    case 'sessions':
      return checkSessions({ policy, audience, rule });
    case 'warning':
      return checkWarning({ policy, audience, rule });
    case 'extensions':
      return checkExtensions({ policy, audience, rule });
    case 'renewable':
      return checkRenewable({ policy, audience, rule });
    case 'consistent':
      return checkConsistent({ policy, audience, rule });
    case 'always':
      return plain('met', 'always', rule.because);
    case 'elsewhere':
      return plain('not_checkable', 'not in a policy', rule.where);
    case 'no_figure':
      return plain('no_figure', 'no numeric limit', `there is no numeric limit: ${rule.says}`);
  }
}

function plain(result: Outcome['result'], stated: string, message: string): Outcome {
  const required = result === 'no_figure' ? 'no figure' : 'see the control';
  return { result, path: null, stated, required, message, fix: null };
}

function findingOf(profile: Profile, requirement: Requirement, outcome: Outcome, reason: string | null): Finding {
  const { control, force, words, verified = profile.verified, note, isExceptionEnough = false } = requirement;
  const { result, path, stated, required, message } = outcome;
  const isExcepted = result === 'missed' && isExceptionEnough && reason !== null;
  const status = isExcepted ? 'pass' : statusOf(result, force);
  const parts = [message, note, isExcepted ? `on record: ${reason}` : undefined, CAUTION[verified]];
  return {
    profile: profile.id,
    control,
    aspect: aspectOf(requirement),
    status,
    force,
    words,
    path,
    stated,
    required,
    message: parts.filter((part) => part !== undefined).join('; '),
    fix: status === 'fail' || status === 'warn' ? outcome.fix : null,
    source: `${profile.standard} ${profile.version}, ${profile.section}`,
    verified,
    isVerified: verified !== 'memory',
    exception: result === 'missed' ? reason : null,
  };
}

function aspectOf(rule: Requirement): string | null {
  if (rule.kind === 'on_idle') return 'on-idle';
  if (rule.kind !== 'limit') return null;
  return `${rule.most === null ? 'any-' : ''}${rule.limit === 'idleTimeout' ? 'idle' : 'absolute'}`;
}

/** What a reader of the finding must know about how the figure was read. */
const CAUTION: Readonly<Record<Verified, string | undefined>> = {
  source: undefined,
  secondary: 'read on a page about the standard, not in it',
  memory: 'unverified, from memory: check the standard',
};

function statusOf(result: Outcome['result'], force: Requirement['force']): FindingStatus {
  if (result === 'no_figure' || result === 'not_checkable') return result;
  if (result === 'met' || force === 'MAY') return 'pass';
  return force === 'SHALL' ? 'fail' : 'warn';
}

function refuseUnknown(exceptions: readonly ComplianceException[], findings: readonly Finding[]): void {
  const problems = exceptions.flatMap(({ profile, control }, index): readonly Problem[] => {
    const ofProfile = findings.filter((one) => one.profile === profile);
    if (ofProfile.some((one) => one.control === control)) return [];
    const controls = [...new Set(ofProfile.map((one) => one.control))];
    const message =
      ofProfile.length === 0
        ? `\`${profile}\` is not among the profiles that are checked`
        : `\`${control}\` is no control of ${profile}: ${controls.join(', ')}`;
    return [{ path: `/exceptions/${index}`, code: 'exception_unknown', message }];
  });
  if (problems.length > 0) throw curfewError('exception_unknown', 'nothing is excepted by this:', problems);
}
