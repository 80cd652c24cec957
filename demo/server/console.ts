import type { AccountHint, Facts } from '../shared.js';
import { ACCOUNTS } from './accounts.js';
import { documentOf } from './policy.js';
import type { World } from './world.js';

export function policyFacts({ engine, fields }: World): Facts['policy'] {
  return { document: documentOf(fields), fingerprint: engine.policy().fingerprint, fields };
}

export function accountHints(): AccountHint[] {
  return ACCOUNTS.map(({ username, name, password, code, note }) => ({ username, name, password, code, note }));
}
