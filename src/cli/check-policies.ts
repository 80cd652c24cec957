import { checkCompliance } from '../compliance/check.js';
import type { ProfileId } from '../compliance/profile.js';
import type { Policy } from '../core/policy.js';
import { withinCeiling } from '../policy/tighten/within-ceiling.js';
import type { CheckedPolicy, ExcusableExcess } from './check-text.js';
import { orUsage } from './command.js';
import { type Exceptions, isFor } from './exceptions-file.js';
import { type Failure, isFailure } from './failure.js';
import { type PolicyFile, readPolicyFile } from './policy-file.js';
import type { Paint } from './terminal.js';

/** A file that is no policy. */
export interface BrokenPolicy {
  readonly path: string;
  readonly failure: Failure;
}

/** What a check found: about the policies, and which files are none. */
export interface Checked {
  readonly policies: readonly CheckedPolicy[];
  readonly broken: readonly BrokenPolicy[];
}

/** What to hold policies against. */
export interface CheckPlan {
  readonly ceiling?: string;
  readonly profiles: readonly ProfileId[];
  readonly exceptions: Exceptions;
}

/** Checks every policy that can be read; one that cannot, the ceiling too, keeps nobody from checking the others. */
export async function checkPolicies(paths: readonly string[], plan: CheckPlan, paint: Paint): Promise<Checked> {
  const policies: CheckedPolicy[] = [];
  const broken: BrokenPolicy[] = [];
  const read = async (path: string): Promise<PolicyFile | null> => {
    try {
      return await readPolicyFile(path, paint);
    } catch (failure) {
      if (!isFailure(failure) || failure.problems.length === 0) throw failure;
      broken.push({ path, failure });
      return null;
    }
  };
  const ceiling = plan.ceiling === undefined ? null : ((await read(plan.ceiling))?.policy ?? null);
  for (const path of paths) {
    const found = await read(path);
    if (found !== null) policies.push(checkedPolicy(path, found, ceiling, plan));
  }
  return { policies, broken };
}

function checkedPolicy(
  path: string,
  { policy, file }: PolicyFile,
  ceiling: Policy | null,
  { profiles, exceptions }: CheckPlan,
): CheckedPolicy {
  const excesses = ceiling === null ? [] : excessesOf(ceiling, policy, exceptions);
  const ofProfiles = exceptions.ofProfiles.filter(isFor(policy.id));
  const findings = orUsage(() => checkCompliance(policy, profiles, { exceptions: ofProfiles }));
  return { path, policy, file, ceiling: ceiling?.id ?? null, excesses, findings };
}

function excessesOf(ceiling: Policy, policy: Policy, { ofCeilings }: Exceptions): readonly ExcusableExcess[] {
  const own = ofCeilings.filter((one) => one.ceiling === ceiling.id && isFor(policy.id)(one));
  return orUsage(() => withinCeiling(ceiling, policy)).map((excess) => {
    return { ...excess, exception: own.find(({ path }) => path === excess.path)?.reason ?? null };
  });
}
