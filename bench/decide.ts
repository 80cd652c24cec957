import { deepStrictEqual, strictEqual } from 'node:assert';
import { decideFull } from './hand-written/full.js';
import { decideSmall } from './hand-written/small.js';
import { type Measured, measure } from './measure.js';
import type { Candidate } from './peers/candidate.js';
import { casbin } from './peers/casbin.js';
import { cedar } from './peers/cedar.js';
import { jsonRulesEngine } from './peers/json-rules-engine.js';
import { xstate } from './peers/xstate.js';
import { FULL, SMALL } from './policies.js';
import { type Case, type Engine, type Kind, population } from './population.js';

type Decide = (session: Case['session'], event: Case['event']) => ReturnType<Engine['evaluate']>;

/** One table of the report. */
export interface Table {
  readonly title: string;
  /** The first is the hand-written one, which the others are compared with. */
  readonly rows: readonly Measured[];
}

const FAST = 50_000;

/** Checks that all candidates decide alike, then measures them. */
export async function decisionTables(engine: Engine, rounds: number): Promise<Table[]> {
  const peers = await installedPeers();
  const small = engine.definePolicy(SMALL);
  const full = engine.definePolicy(FULL);
  const smallPair: [Decide, Decide] = [
    (session, event) => decideSmall(small.fingerprint, session, event),
    (session, event) => engine.evaluate(small, session, event),
  ];
  const fullPair: [Decide, Decide] = [
    (session, event) => decideFull(full.fingerprint, session, event),
    (session, event) => engine.evaluate(full, session, event as never),
  ];
  const ofSmall = (only?: Kind) => population(engine, small, false, only);
  const ofFull = (only?: Kind) => population(engine, full, true, only);
  return [
    await table('idle + absolute + ip_changed: mixed', smallPair, peers, ofSmall(), rounds),
    await table('idle + absolute + ip_changed: permits of user activity', smallPair, peers, ofSmall('user'), rounds),
    await table(
      'idle + absolute + ip_changed: permits that change nothing',
      smallPair,
      [],
      ofSmall('background'),
      rounds,
    ),
    await table('every section: mixed', fullPair, [], ofFull(), rounds),
    await table('every section: permits of user activity', fullPair, [], permitted(fullPair, ofFull('user')), rounds),
    await table(
      'every section: permits that change nothing',
      fullPair,
      [],
      permitted(fullPair, ofFull('background')),
      rounds,
    ),
  ];
}

async function table(
  title: string,
  [hand, evaluate]: [Decide, Decide],
  peers: readonly Candidate[],
  cases: readonly Case[],
  rounds: number,
): Promise<Table> {
  for (const { session, event } of cases) {
    const expected = hand(session, event);
    const decision = evaluate(session, event);
    deepStrictEqual(decision, expected);
    strictEqual(decision.session === session, expected.session === session);
  }
  const candidates = [candidateOf('hand-written', hand), candidateOf('Curfew, evaluate', evaluate), ...peers];
  for (const candidate of candidates) {
    for (const one of cases)
      strictEqual(await candidate.verdict(one), hand(one.session, one.event).effect, candidate.name);
  }
  return { title, rows: await measure(candidates, cases, rounds) };
}

function candidateOf(name: string, decide: Decide): Candidate {
  return {
    name,
    decisions: FAST,
    verdict: ({ session, event }) => decide(session, event).effect as 'permit',
    run(cases) {
      let permits = 0;
      for (const { session, event } of cases) if (decide(session, event).effect === 'permit') permits += 1;
      return permits;
    },
  };
}

function permitted([hand]: [Decide, Decide], cases: readonly Case[]): readonly Case[] {
  return cases.filter(({ session, event }) => hand(session, event).effect === 'permit');
}

/** The other engines; none, where they are not installed. */
async function installedPeers(): Promise<readonly Candidate[]> {
  try {
    return await Promise.all([casbin(), xstate(), jsonRulesEngine(), cedar()]);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    console.error('Without the other engines: `npm ci --prefix bench` installs them.\n');
    return [];
  }
}
