import { sharesName } from '../../core/networks.js';
import type { RiskRule } from '../../core/policy.js';
import type { ComparisonSignal } from '../../core/reason.js';
import { accessAt, loginAt } from './attempts.js';
import type { Attempt, Difference, Pair, Relation } from './comparison.js';
import { ANYWHERE } from './places.js';
import { farApart, type Region } from './regions.js';
import { joined, relationOf, relationOfAlarms } from './relation.js';
import { MOST_REGIONS, tooLarge } from './too-large.js';

const COMPARISONS: readonly string[] = [
  'ip_changed',
  'network_changed',
  'device_changed',
  'user_agent_changed',
  'country_changed',
  'impossible_travel',
] satisfies readonly ComparisonSignal[];

/** Whether Curfew raises a signal itself. */
export function isComparison(signal: string): boolean {
  return COMPARISONS.includes(signal);
}

/**
 * Whether the same requests raise a signal, as far as its own rules say. Those on one signal agree; where only one
 * policy has any, what raises it is no question of its own.
 */
export function raisingRelation(answers: {
  readonly before: readonly RiskRule[];
  readonly after: readonly RiskRule[];
}): Relation {
  const [before] = answers.before;
  const [after] = answers.after;
  if (before === undefined || after === undefined || !isComparison(before.signal)) return 'equal';
  const [one, other] = [before.missingIsChanged, after.missingIsChanged];
  const speed = before.signal === 'impossible_travel' ? relationOf(before.fasterThan, after.fasterThan) : 'equal';
  return joined([speed, relationOfAlarms(one && !other, other && !one)]);
}

type Move = readonly [string, string];

/** What differs in which moves `network_changed` overlooks: those within a named network. */
export function networkDifferences(pair: Pair, regions: readonly Region[]): readonly Difference[] {
  const asks = ({ risk }: Pair['before']) => risk.some(({ signal }) => signal === 'network_changed');
  if (!asks(pair.before) || !asks(pair.after)) return [];
  if (regions.length > MOST_REGIONS) throw tooLarge('/networks', 'regions', regions.length, MOST_REGIONS);
  const milder = firstMove(regions, 'before', 'after');
  const stricter = firstMove(regions, 'after', 'before');
  const relation = relationOfAlarms(milder !== null, stricter !== null);
  if (relation === 'equal') return [];
  const names = (side: keyof Pair) => pair[side].networks.map(({ name }) => name).join(', ') || null;
  const said = (move: Move | null, now: string) =>
    move === null ? [] : [`A move from ${move[0]} to ${move[1]} ${now} network_changed.`];
  return [
    {
      path: '/networks',
      relation,
      before: names('before'),
      after: names('after'),
      sentence: [...said(milder, 'no longer raises'), ...said(stricter, 'now raises')].join(' '),
      attempts: milder === null ? [] : [moving(milder)],
    },
  ];
}

/** A move that raises the signal on one side and, because the networks hold both ends, not on the other. */
function firstMove(regions: readonly Region[], raises: keyof Pair, overlooks: keyof Pair): Move | null {
  for (const one of regions) {
    for (const other of regions) {
      if (sharesName(one[raises], other[raises]) || !sharesName(one[overlooks], other[overlooks])) continue;
      const move = farApart(one, other);
      if (move !== null) return move;
    }
  }
  return null;
}

function moving([from, to]: Move): Attempt {
  return {
    login: { ...loginAt(ANYWHERE), context: { ip: from } },
    events: [{ ...accessAt(1), context: { ip: to } }],
  };
}
