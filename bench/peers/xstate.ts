import type { Case } from '../population.js';
import { type Candidate, type Plain, peer, plainFacts, type Verdict } from './candidate.js';

interface Guarded {
  readonly context: Plain;
}

/** A machine whose state is restored for each request, as from a store. */
export async function xstate(): Promise<Candidate> {
  const { setup, transition } = await peer('xstate');
  const machine = setup({
    guards: {
      isAbsoluteOver: ({ context }: Guarded) => context.now >= context.absolute,
      isIdleOver: ({ context }: Guarded) => context.now >= context.idle,
      isMoved: ({ context }: Guarded) => context.ip !== context.bound,
    },
  }).createMachine({
    initial: 'permit',
    context: {},
    states: {
      permit: {
        on: {
          access: [
            { guard: 'isAbsoluteOver', target: 'deny' },
            { guard: 'isIdleOver', target: 'deny' },
            { guard: 'isMoved', target: 'challenge' },
            { target: 'permit' },
          ],
        },
      },
      challenge: {},
      deny: {},
    },
  });
  const verdict = (one: Case): Verdict => {
    const restored = machine.resolveState({ value: 'permit', context: plainFacts(one) });
    const [next] = transition(machine, restored, { type: 'access' });
    return next.value as Verdict;
  };
  return {
    name: 'XState, transition',
    decisions: 500,
    verdict,
    run(cases) {
      let permits = 0;
      for (const one of cases) if (verdict(one) === 'permit') permits += 1;
      return permits;
    },
  };
}
