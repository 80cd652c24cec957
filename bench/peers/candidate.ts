import type { Case } from '../population.js';

/** What a candidate answers of a case, in one word. */
export type Verdict = 'permit' | 'challenge' | 'deny';

/** Something that decides. */
export interface Candidate {
  readonly name: string;
  /** How many decisions it takes to measure it: the slow ones would take all day otherwise. */
  readonly decisions: number;
  /** Takes one decision after the other, as requests would, and answers how many permitted. */
  run(cases: readonly Case[]): number | Promise<number>;
  /** For the check before the measurement. */
  verdict(one: Case): Verdict | Promise<Verdict>;
}

/** The facts that any engine needs of a case: the deadlines are what a session store would keep. */
export interface Plain {
  readonly now: number;
  readonly idle: number;
  readonly absolute: number;
  readonly ip: string;
  readonly bound: string;
}

export function plainFacts({ session, event }: Case): Plain {
  return {
    now: event.at,
    idle: session.lastActivityAt + 15 * 60_000,
    absolute: session.createdAt + 8 * 3_600_000,
    ip: event.context?.ip ?? '',
    bound: session.bound.ip ?? '',
  };
}

/** A package that is installed for the benchmark only; the compiler need not find it. */
export async function peer(name: string) {
  return await import(name);
}
