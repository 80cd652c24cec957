import type { Case } from '../population.js';
import { type Candidate, peer, plainFacts, type Verdict } from './candidate.js';

/** One rule a limit; a decision is the strictest of the events that come out. */
export async function jsonRulesEngine(): Promise<Candidate> {
  const { Engine } = await peer('json-rules-engine');
  const engine = new Engine();
  const add = (type: Verdict, fact: string, operator: string, other: string) =>
    engine.addRule({ conditions: { all: [{ fact, operator, value: { fact: other } }] }, event: { type } });
  add('deny', 'now', 'greaterThanInclusive', 'absolute');
  add('deny', 'now', 'greaterThanInclusive', 'idle');
  add('challenge', 'ip', 'notEqual', 'bound');
  const verdict = async (one: Case): Promise<Verdict> => {
    const { events } = await engine.run(plainFacts(one));
    if (events.length === 0) return 'permit';
    return events.some(({ type }: { type: Verdict }) => type === 'deny') ? 'deny' : 'challenge';
  };
  return {
    name: 'json-rules-engine, run',
    decisions: 300,
    verdict,
    async run(cases) {
      let permits = 0;
      for (const one of cases) if ((await verdict(one)) === 'permit') permits += 1;
      return permits;
    },
  };
}
