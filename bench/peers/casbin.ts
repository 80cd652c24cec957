import type { Case } from '../population.js';
import { type Candidate, peer, plainFacts, type Verdict } from './candidate.js';

const MODEL = `
[request_definition]
r = s

[policy_definition]
p = verdict, rule, eft

[policy_effect]
e = priority(p.eft) || deny

[matchers]
m = eval(p.rule)
`;

const RULES = [
  ['deny', 'r.s.now >= r.s.absolute', 'deny'],
  ['deny', 'r.s.now >= r.s.idle', 'deny'],
  ['challenge', 'r.s.ip != r.s.bound', 'deny'],
  ['permit', 'r.s.now < r.s.absolute', 'allow'],
];

/** Rules as text in the policy; the explanation tells which of them decided. */
export async function casbin(): Promise<Candidate> {
  const { newEnforcer, newModelFromString } = await peer('casbin');
  const enforcer = await newEnforcer(newModelFromString(MODEL));
  await enforcer.addPolicies(RULES);
  const verdict = (one: Case): Verdict => {
    const [, explanation] = enforcer.enforceExSync(plainFacts(one));
    return explanation[0] as Verdict;
  };
  return {
    name: 'casbin, enforceExSync',
    decisions: 1_000,
    verdict,
    run(cases) {
      let permits = 0;
      for (const one of cases) if (verdict(one) === 'permit') permits += 1;
      return permits;
    },
  };
}
