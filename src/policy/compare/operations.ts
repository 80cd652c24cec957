import { ASSURANCE_LEVELS } from '../../core/levels.js';
import { pointerStep } from '../../core/pointer.js';
import type { Operation } from '../../core/policy.js';
import type { AssuranceLevel } from '../../core/session.js';
import { NEVER } from '../../time/instant.js';
import { accessAt, loginAt, staysUntil } from './attempts.js';
import type { Attempt, Difference, Pair } from './comparison.js';
import { measured } from './limits.js';
import { ANYWHERE } from './places.js';
import { joined, relationOf } from './relation.js';
import { mayLoosen, spoken, written } from './words.js';

/** What differs in the operations. One that a policy does not name is denied: that is the most it can be asked for. */
export function operationDifferences(pair: Pair): readonly Difference[] {
  const names = new Set([...Object.keys(pair.before.operations), ...Object.keys(pair.after.operations)]);
  return [...names].sort().flatMap((name) => [...asking(pair, name), ...leasing(pair, name)]);
}

function operationOf(pair: Pair, side: keyof Pair, name: string): Operation | null {
  const { operations } = pair[side];
  return Object.hasOwn(operations, name) ? (operations[name] as Operation) : null;
}

function asking(pair: Pair, name: string): readonly Difference[] {
  const before = operationOf(pair, 'before', name);
  const after = operationOf(pair, 'after', name);
  const [one, other] = [before, after].map((operation) => (operation === null ? null : asked(operation)));
  if (one === other) return [];
  const relation = relationOfOperations(before, after);
  return [
    {
      path: `/operations/${pointerStep(name)}`,
      relation,
      before: one ?? null,
      after: other ?? null,
      sentence: sentenceFor(name, before, after),
      attempts: mayLoosen(relation) ? attemptsFor(pair, name, before) : [],
    },
  ];
}

/** A proof of `aal1` is what every authentication is: to name it asks for no more than to name none. */
function rankOf(level: AssuranceLevel | null): number {
  return level === null ? 0 : ASSURANCE_LEVELS.indexOf(level);
}

function relationOfOperations(before: Operation | null, after: Operation | null) {
  if (before === null) return 'looser';
  if (after === null) return 'tighter';
  return joined([
    relationOf(before.authenticatedWithin, after.authenticatedWithin),
    relationOf(rankOf(after.assuranceLevel), rankOf(before.assuranceLevel)),
  ]);
}

function asked({ authenticatedWithin, assuranceLevel }: Operation): string {
  const age = authenticatedWithin === NEVER ? [] : [`authenticated within ${written(authenticatedWithin)}`];
  return [...age, ...(assuranceLevel === null ? [] : [assuranceLevel])].join(', ') || 'no more than the session';
}

function sentenceFor(name: string, before: Operation | null, after: Operation | null): string {
  const said = (operation: Operation | null) =>
    operation === null ? 'nobody may' : `it asks for ${inWords(operation)}`;
  if (before === null)
    return `Operation ${name} is permitted now: ${said(after)}; it was denied, because nothing named it.`;
  if (after === null) return `Operation ${name} is denied now, because nothing names it; before, ${said(before)}.`;
  return `Operation ${name} asks for ${inWords(after)}; it was ${inWords(before)}.`;
}

function inWords({ authenticatedWithin, assuranceLevel }: Operation): string {
  const level = assuranceLevel === null ? '' : ` at ${assuranceLevel}`;
  if (authenticatedWithin !== NEVER) return `an authentication${level} within ${spoken(authenticatedWithin)}`;
  return assuranceLevel === null ? 'no more than the session' : `an authentication${level}`;
}

/** The operation at once, by a login of each strength; and once the authentication has got too old before. */
function attemptsFor(pair: Pair, name: string, before: Operation | null): readonly Attempt[] {
  const at = (instant: number) => ({ ...accessAt(instant), operation: name });
  const weak = ASSURANCE_LEVELS.map((assuranceLevel) => ({ ...loginAt(ANYWHERE), assuranceLevel }));
  const now = weak.map((login) => ({ login, events: [at(0)] }));
  const within = before?.authenticatedWithin ?? NEVER;
  return within === NEVER ? now : [...now, ...staysUntil(pair, loginAt(ANYWHERE), [at(within)], false)];
}

function leasing(pair: Pair, name: string): readonly Difference[] {
  const before = operationOf(pair, 'before', name)?.lease ?? 0;
  const after = operationOf(pair, 'after', name)?.lease ?? 0;
  if (before === after) return [];
  const said = (lease: number) => (lease === 0 ? 'not at all' : `for ${spoken(lease)}`);
  return [
    {
      path: `/operations/${pointerStep(name)}/lease`,
      relation: 'incomparable',
      before: before === 0 ? null : written(before),
      after: after === 0 ? null : written(after),
      sentence: `Operation ${name} holds the idle limit off ${said(after)}; it was ${said(before)}.`,
      attempts: after > before ? leaseAttempts(pair, name, before) : [],
    },
  ];
}

/** Once the operation is started, nothing until the session would have been idle before. */
function leaseAttempts(pair: Pair, name: string, lease: number): readonly Attempt[] {
  const idle = measured(pair, { limit: 'idleTimeout', kind: 'plain' }, ANYWHERE, null).before;
  if (idle === NEVER) return [];
  const started = { ...accessAt(0), operation: name };
  const events = [{ ...started, at: 1 }, accessAt(1 + Math.max(idle, lease))];
  return [{ login: loginAt(ANYWHERE), events }];
}
