import type { Policy } from '../../core/policy.js';
import type { Json, Rule } from '../../core/rule.js';
import { NEVER } from '../../time/instant.js';
import { accessAt, loginAt, reauthenticatedAt, staysUntil } from './attempts.js';
import type { Attempt, Difference, Pair } from './comparison.js';
import { measured } from './limits.js';
import { ANYWHERE } from './places.js';
import { relationOf } from './relation.js';
import { listed } from './words.js';

/** What differs in how clocks run out and start again, in concurrency, and in custom rules. */
export function behaviourDifferences(pair: Pair): readonly Difference[] {
  return [
    ...onIdle(pair),
    ...resets(pair),
    ...concurrency(pair),
    ...applications(pair),
    ...ownRules(pair),
    ...networkNames(pair),
  ];
}

function onIdle(pair: Pair): readonly Difference[] {
  const { before, after } = pair;
  if (before.onIdle === after.onIdle) return [];
  const isLock = after.onIdle === 'lock';
  const { before: idle } = measured(pair, { limit: 'idleTimeout', kind: 'plain' }, ANYWHERE, null);
  return [
    {
      path: '/onIdle',
      relation: isLock ? 'looser' : 'tighter',
      before: before.onIdle,
      after: after.onIdle,
      sentence: isLock
        ? 'An idle session is locked until the person authenticates again; it was ended.'
        : 'An idle session is ended; it was locked until the person authenticated again.',
      attempts: isLock && idle !== NEVER ? [{ login: loginAt(ANYWHERE), events: [reauthenticatedAt(idle)] }] : [],
    },
  ];
}

function resets(pair: Pair): readonly Difference[] {
  const [before, after] = [resetsOf(pair.before), resetsOf(pair.after)];
  if (before.join() === after.join()) return [];
  const said = (clocks: readonly string[]) => (clocks.length === 0 ? 'no clock' : `the ${listed(clocks)} clock`);
  return [
    {
      path: '/reauthentication/resets',
      relation: 'incomparable',
      before: JSON.stringify(before),
      after: JSON.stringify(after),
      sentence: `A new authentication starts ${said(after)} again; it was ${said(before)}.`,
      attempts: resetAttempts(pair),
    },
  ];
}

function resetsOf({ reauthentication: { resetsIdle, resetsAbsolute } }: Policy): readonly string[] {
  return [...(resetsIdle ? ['idle'] : []), ...(resetsAbsolute ? ['absolute'] : [])];
}

/** An authentication a moment before the end, and a request at it. */
function resetAttempts(pair: Pair): readonly Attempt[] {
  const idle = measured(pair, { limit: 'idleTimeout', kind: 'plain' }, ANYWHERE, null).before;
  const absolute = measured(pair, { limit: 'absoluteTimeout', kind: 'plain' }, ANYWHERE, null).before;
  const ends = [
    ...(idle === NEVER ? [] : [{ login: loginAt(ANYWHERE), events: renewedAt(idle) }]),
    ...(absolute === NEVER ? [] : staysUntil(pair, loginAt(ANYWHERE), renewedAt(absolute))),
  ];
  return ends;
}

function renewedAt(end: number) {
  return [reauthenticatedAt(end - 1), accessAt(end)];
}

function concurrency({ before, after }: Pair): readonly Difference[] {
  const [one, other] = [before.concurrency, after.concurrency];
  if (one?.maxSessions === other?.maxSessions && one?.onExceed === other?.onExceed) return [];
  const most = (limit: typeof one) => limit?.maxSessions ?? NEVER;
  const isOtherLoser = one !== null && other !== null && one.onExceed !== other.onExceed;
  const said = (limit: typeof one) => {
    if (limit === null) return 'any number of sessions';
    const loser = limit.onExceed === 'endOldest' ? 'a further one ends the oldest' : 'a further one is refused';
    return `${limit.maxSessions} session${limit.maxSessions === 1 ? '' : 's'}, ${loser}`;
  };
  return [
    {
      path: '/concurrency',
      relation: isOtherLoser ? 'incomparable' : relationOf(most(one), most(other)),
      before: one === null ? null : JSON.stringify(one),
      after: other === null ? null : JSON.stringify(other),
      sentence: `A subject may have ${said(other)}; it was ${said(one)}.`,
      attempts: [],
    },
  ];
}

/** Whose activity counts is no part of one decision: more of them is looser. */
function applications({ before, after }: Pair): readonly Difference[] {
  const [one, other] = [before.activityFrom, after.activityFrom];
  const isMore = other.some((id) => !one.includes(id));
  const isLess = one.some((id) => !other.includes(id));
  if (!isMore && !isLess) return [];
  const said = (ids: readonly string[]) => (ids.length === 0 ? 'no other application' : listed(ids));
  return [
    {
      path: '/singleSignOn/activityFrom',
      relation: isMore && isLess ? 'incomparable' : isMore ? 'looser' : 'tighter',
      before: one.length === 0 ? null : JSON.stringify(one),
      after: other.length === 0 ? null : JSON.stringify(other),
      sentence: `Activity in ${said(other)} keeps the session alive; it was ${said(one)}.`,
      attempts: [],
    },
  ];
}

function ownRules({ before, after }: Pair): readonly Difference[] {
  const [one, other] = [declared(before.rules), declared(after.rules)];
  if (one === other) return [];
  const names = (rules: readonly Rule[]) => (rules.length === 0 ? null : rules.map(({ id }) => id).join(', '));
  return [
    {
      path: '/rules',
      relation: 'incomparable',
      before: names(before.rules),
      after: names(after.rules),
      sentence: [
        `The custom rules are ${names(after.rules) ?? 'none'}; they were ${names(before.rules) ?? 'none'}.`,
        'What a rule decides cannot be told from outside, unless version and settings are the same.',
      ].join(' '),
      attempts: [],
    },
  ];
}

/** Custom rules are what they declare, as for the fingerprint. */
function declared(rules: readonly Rule[]): string {
  const all = rules.map(({ id, version, settings, ends = false, limit = id }) => {
    return canonical({ id, version, settings, ends, limit });
  });
  return all.sort().join();
}

function canonical(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value as { readonly [key: string]: Json }).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join()}}`;
}

/** A custom rule sees by which names a network is called; the built-in ones see only what is asked of them. */
function networkNames({ before, after }: Pair): readonly Difference[] {
  if (before.rules.length === 0 || after.rules.length === 0) return [];
  const [one, other] = [before, after].map(({ networks }) => JSON.stringify(networks)) as [string, string];
  if (one === other) return [];
  const names = ({ networks }: Policy) => networks.map(({ name }) => name).join(', ');
  return [
    {
      path: '/networks',
      relation: 'incomparable',
      before: names(before),
      after: names(after),
      sentence: 'The networks are not the same, and the custom rules see them.',
      attempts: [],
    },
  ];
}
