import type { Policy } from '../../core/policy.js';
import type { Duration } from '../../time/duration.js';
import { NEVER } from '../../time/instant.js';
import { accessAt, loginAt, reauthenticatedAt, staysUntil } from './attempts.js';
import type { Attempt, Difference, Pair } from './comparison.js';
import { ANYWHERE } from './places.js';
import { relationOf } from './relation.js';
import { mayLoosen, movedLimit, spoken, written } from './words.js';

/** One number of a policy that holds for all sessions alike. */
interface Figure {
  readonly path: string;
  readonly subject: string;
  of(policy: Policy): Duration;
  attempts(pair: Pair): readonly Attempt[];
}

const none = () => [];

/** Less of each is tighter. */
const FIGURES: readonly Figure[] = [
  {
    path: '/reauthentication/after',
    subject: 'The age at which an authentication has to be renewed',
    of: ({ reauthentication }) => reauthentication.after,
    attempts: (pair) => staysUntil(pair, loginAt(ANYWHERE), [accessAt(pair.before.reauthentication.after)], false),
  },
  {
    path: '/clockLeeway',
    subject: 'The leeway for a clock that is behind',
    of: ({ clockLeeway }) => clockLeeway,
    attempts: ({ before }) => [
      { login: loginAt(ANYWHERE), events: [accessAt(before.clockLeeway + 1), accessAt(0)] },
      { login: loginAt(ANYWHERE), events: [reauthenticatedAt(before.clockLeeway + 1), accessAt(0)] },
    ],
  },
  {
    path: '/tokens/refreshGrace',
    subject: 'The grace for a refresh token that was just replaced',
    of: ({ tokens }) => tokens.refreshGrace,
    attempts: refreshedLate,
  },
  {
    path: '/tokens/accessLifetime',
    subject: 'The life of an access token',
    of: ({ tokens }) => tokens.accessLifetime,
    attempts: none,
  },
  {
    path: '/staleFor',
    subject: 'The time for which sessions are permitted from memory while the store does not answer',
    of: ({ staleFor }) => staleFor,
    attempts: none,
  },
];

/** What differs in single numbers, and in what changes no answer. */
export function figureDifferences(pair: Pair): readonly Difference[] {
  return [...FIGURES.flatMap((figure) => figureDifference(pair, figure)), ...neutralDifferences(pair)];
}

function figureDifference(pair: Pair, { path, subject, of, attempts }: Figure): readonly Difference[] {
  const before = of(pair.before);
  const after = of(pair.after);
  const relation = relationOf(before, after);
  if (relation === 'equal') return [];
  return [
    {
      path,
      relation,
      before: before === NEVER ? null : written(before),
      after: after === NEVER ? null : written(after),
      sentence: before === 0 || after === 0 ? switched(subject, before, after) : movedLimit(subject, before, after),
      attempts: mayLoosen(relation) ? attempts(pair) : [],
    },
  ];
}

function switched(subject: string, before: Duration, after: Duration): string {
  return before === 0
    ? `${subject} is ${spoken(after)}; there was none.`
    : `${subject} is gone; it was ${spoken(before)}.`;
}

function refreshedLate(pair: Pair): readonly Attempt[] {
  const { refreshGrace } = pair.before.tokens;
  const [kept] = staysUntil(pair, loginAt(ANYWHERE), [accessAt(refreshGrace)]);
  if (kept === undefined) return [];
  const refreshed = (at: number) => ({ type: 'token_refreshed' as const, at, generation: 0 });
  return [{ login: kept.login, events: [refreshed(0), ...kept.events.slice(0, -1), refreshed(refreshGrace)] }];
}

/** What no answer depends on. */
function neutralDifferences({ before, after }: Pair): readonly Difference[] {
  const neutral = (path: string, one: string | null, other: string | null, sentence: string): Difference[] =>
    one === other ? [] : [{ path, relation: 'equal', before: one, after: other, sentence, attempts: [] }];
  const detection = (policy: Policy) => JSON.stringify(policy.detection);
  const record = ({ recordEvery }: Policy) => (recordEvery === null ? null : written(recordEvery));
  return [
    ...neutral('/id', before.id, after.id, `The policy is called ${after.id} instead of ${before.id}.`),
    ...neutral(
      '/warnBefore',
      written(before.warnBefore),
      written(after.warnBefore),
      `The warning comes ${spoken(after.warnBefore)} before the end; it was ${spoken(before.warnBefore)}.`,
    ),
    ...neutral(
      '/detection',
      detection(before),
      detection(after),
      'What is reported as an attack is something else. It changes no decision.',
    ),
    ...neutral(
      '/recordEvery',
      record(before),
      record(after),
      'Activity is recorded at another rate. A crash can end a session earlier by that, never later.',
    ),
  ];
}
