import type { SessionEvent } from '../../src/core/event.js';
import type { PolicyDocument } from '../../src/policy/document.js';
import type { Login } from '../../src/start-session.js';
import type { VectorInput } from '../../src/testing/vectors.js';

/** An event, or a policy that holds from the next event on. */
export type Scene = SessionEvent | PolicyDocument;

/** A policy document of eight hours, unless it says otherwise. */
export function document(parts: Partial<PolicyDocument>): PolicyDocument {
  return { id: 'vector', absoluteTimeout: '8h', ...parts };
}

/** A vector's input: a name, a policy, a login at 0 and what happens then. */
export function input(
  name: string,
  policy: Partial<PolicyDocument>,
  scenes: readonly Scene[],
  login: Partial<Login> = {},
): VectorInput {
  const steps: { event: SessionEvent; policy?: PolicyDocument }[] = [];
  let next: PolicyDocument | null = null;
  for (const scene of scenes) {
    if ('id' in scene) next = scene;
    else {
      steps.push({ event: scene, ...(next !== null && { policy: next }) });
      next = null;
    }
  }
  return { name, policy: document(policy), login: { id: 's-1', subject: 'alice', at: 0, ...login }, steps };
}
