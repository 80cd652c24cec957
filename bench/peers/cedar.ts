import { setFlagsFromString } from 'node:v8';
import type { Case } from '../population.js';
import { type Candidate, peer, plainFacts, type Verdict } from './candidate.js';

const POLICIES = {
  permit: 'permit(principal, action, resource);',
  absolute: 'forbid(principal, action, resource) when { context.now >= context.absolute };',
  idle: 'forbid(principal, action, resource) when { context.now >= context.idle };',
  ip: 'forbid(principal, action, resource) when { context.ip != context.bound };',
};
const CALL = {
  principal: { type: 'User', id: 'alice' },
  action: { type: 'Action', id: 'access' },
  resource: { type: 'Application', id: 'app' },
};

// V8 in Node 20 aborts when it deoptimizes a function into which it had inlined a call of WebAssembly
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

/** Policies parsed once; the policies that forbid tell why. */
export async function cedar(): Promise<Candidate> {
  const { preparsePolicySet, statefulIsAuthorized } = await peer('@cedar-policy/cedar-wasm/nodejs');
  const parsed = preparsePolicySet('session', { staticPolicies: POLICIES });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors));
  const verdict = (one: Case): Verdict => {
    const answer = statefulIsAuthorized({
      ...CALL,
      context: plainFacts(one),
      preparsedPolicySetId: 'session',
      validateRequest: false,
      entities: [],
    });
    if (answer.type !== 'success') throw new Error(JSON.stringify(answer.errors));
    const { decision, diagnostics } = answer.response;
    if (decision === 'allow') return 'permit';
    return diagnostics.reason.every((id: string) => id === 'ip') ? 'challenge' : 'deny';
  };
  return {
    name: 'Cedar, statefulIsAuthorized',
    decisions: 300,
    verdict,
    run(cases) {
      let permits = 0;
      for (const one of cases) if (verdict(one) === 'permit') permits += 1;
      return permits;
    },
  };
}
