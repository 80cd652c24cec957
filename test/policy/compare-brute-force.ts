import type { Decision } from '../../src/core/decision.js';
import type { SessionEvent } from '../../src/core/event.js';
import { networksOf } from '../../src/core/networks.js';
import type { AddressRange, Condition, Policy } from '../../src/core/policy.js';
import type { AssuranceLevel, Attributes, Context, RiskLevel, Session } from '../../src/core/session.js';
import { evaluate } from '../../src/evaluate.js';
import { definePolicy } from '../../src/policy/define.js';
import { type Login, startSession } from '../../src/start-session.js';
import { NEVER } from '../../src/time/instant.js';

/** What a grid of sessions and events has shown. */
export interface Seen {
  /** A decision that is milder after, and one that is stricter. */
  milder: string | null;
  stricter: string | null;
}

const START = 1_000_000_000;
const SEVERITY = { permit: 0, challenge: 1, deny: 2, indeterminate: 3 };
const OPERATION_CODES = ['assurance_too_low', 'authentication_too_old'];

/** Law 6, for one decision: not milder, not later, no reason missing. */
export function isMilder(before: Decision, after: Decision): boolean {
  // no verdict: there are no reasons to compare
  if (after.effect === 'indeterminate') return false;
  if (SEVERITY[after.effect] !== SEVERITY[before.effect]) {
    if (SEVERITY[after.effect] < SEVERITY[before.effect]) return true;
  } else if ('until' in before && 'until' in after && after.until > before.until) return true;
  const codes: string[] = after.reasons.map(({ code }) => code);
  return before.reasons.some(({ code }) => {
    // an unknown operation is asked for more than any known one
    const isOutdone = OPERATION_CODES.includes(code) && codes.includes('operation_unknown');
    return !codes.includes(code) && !isOutdone;
  });
}

/** Sessions, and the events that each of them is given. */
interface Grid {
  readonly sessions: readonly Session[];
  readonly events: readonly SessionEvent[];
}

/** Tries every session with every event of its grid, and says what it saw. */
export function bruteForce(before: Policy, after: Policy): Seen {
  const seen: Seen = { milder: null, stricter: null };
  for (const { sessions, events } of gridsOf(before, after)) {
    for (const session of sessions) {
      for (const event of events) {
        const one = evaluate(before, session, event);
        const other = evaluate(after, session, event);
        const show = () => JSON.stringify({ session, event, one: told(one), other: told(other) });
        if (seen.milder === null && isMilder(one, other)) seen.milder = show();
        if (seen.stricter === null && isMilder(other, one)) seen.stricter = show();
      }
      if (seen.milder !== null && seen.stricter !== null) return seen;
    }
  }
  return seen;
}

function told({ session: _, ...decision }: Decision): object {
  return decision;
}

/** What lived under a policy that limits nothing: nobody has shortened its facts. */
function gridsOf(before: Policy, after: Policy): readonly Grid[] {
  const both = [before, after];
  const names = [...new Set(both.flatMap((one) => Object.keys(one.operations)))];
  const lenient = definePolicy({
    id: 'lenient',
    absoluteTimeout: 'unlimited',
    onIdle: 'lock',
    operations: Object.fromEntries(names.map((name) => [name, { lease: '10d' }])),
  }) as Policy;
  const hasty = definePolicy({ id: 'hasty', idleTimeout: '30s', absoluteTimeout: 'unlimited', onIdle: 'lock' });
  const weak = PROOFS.map((assuranceLevel) => ({ ...LOGIN, assuranceLevel }));
  const plain = (events: readonly SessionEvent[]) => lived(lenient, LOGIN, events);
  const raised = signalsOf(both, true);
  return [
    {
      sessions: [
        ...weak.flatMap((login) => [lived(lenient, login, []), lived(hasty, login, [])]),
        ...historiesOf(names).map(plain),
      ],
      events: [...restingEvents(both, names, instantsOf(both)), ...lateEvents(both)],
    },
    { sessions: raisedHistories(both).map(plain), events: restingEvents(both, names, [0, 20, 60]) },
    { sessions: leasedHistories(both, names).map(plain), events: accessEvents(both) },
    ...placesOf(both).map((ip) => {
      const context = ip === null ? {} : { context: { ip } };
      const logins = loginsOf(both).map((login) => ({ ...login, ...context }));
      return {
        sessions: logins.flatMap((login) => raised.map((events) => lived(lenient, login, events))),
        events: accessEvents(both).map((event) => ({ ...event, ...context })),
      };
    }),
    { sessions: boundLogins(both).map((login) => lived(lenient, login, [])), events: movedEvents(both) },
  ];
}

const LOGIN: Login = { id: 's', subject: 'a', at: START, assuranceLevel: 'aal3' };

const HERE: Context = {
  ip: '192.0.2.1',
  deviceId: 'd1',
  userAgent: 'u1',
  country: 'DE',
  location: { latitude: 0, longitude: 0 },
};

/** Logins that state where they are from, for what is compared with that. */
function boundLogins(both: readonly Policy[]): Login[] {
  if (both.every(({ risk }) => risk.length === 0)) return [];
  return addressesOf(both).map((ip) => ({ ...LOGIN, context: { ...HERE, ...(ip !== null && { ip }) } }));
}

/** Requests from elsewhere, each in one field; or that say nothing. */
function movedEvents(both: readonly Policy[]): SessionEvent[] {
  const rules = both.flatMap(({ risk }) => risk);
  if (rules.length === 0) return [];
  const moved: (Context | undefined)[] = [
    undefined,
    ...addressesOf(both).map((ip) => ({ ...HERE, ip: ip ?? '192.0.2.77' })),
    { ...HERE, ip: 'unknown' },
    { ...HERE, deviceId: 'd2' },
    { ...HERE, userAgent: 'u2' },
    { ...HERE, country: 'FR' },
  ];
  const speeds = new Set(rules.filter(({ signal }) => signal === 'impossible_travel').map((rule) => rule.fasterThan));
  const instants = [...speeds].map((speed) => START + Math.ceil((111 * 3_600_000) / speed));
  const far = { ...HERE, location: { latitude: 0, longitude: 1 } };
  const access = (at: number, context: Context | undefined): SessionEvent => ({
    type: 'access',
    at,
    activity: 'background',
    ...(context && { context }),
  });
  const proof = (context: Context | undefined): SessionEvent => ({
    type: 'reauthenticated',
    at: START + 50,
    assuranceLevel: 'aal3',
    ...(context && { context }),
  });
  return [
    ...moved.flatMap((context) => [access(START + 50, context), proof(context)]),
    ...instants.map((at) => access(at, far)),
  ];
}

function lived(policy: Policy, login: Login, events: readonly SessionEvent[]): Session {
  const session = events.reduce((one, event) => evaluate(policy, one, event).session, startSession(policy, login));
  return Object.freeze(session);
}

function loginsOf(both: readonly Policy[]): Login[] {
  const conditions = both.flatMap((one) => one.conditions);
  const asked = (['idleTimeout', 'absoluteTimeout'] as const).flatMap((name) =>
    [NEVER, ...clampedByOne(both, name)].map((length) => ({ requested: { [name]: length } })),
  );
  const requests = [{}, ...asked];
  return attributesOf(conditions).flatMap((attributes) =>
    requests.map((requested) => ({ ...LOGIN, attributes, ...requested })),
  );
}

/** What one policy clamps and the other may not: lengths that only one of them has. */
function clampedByOne(both: readonly Policy[], name: 'idleTimeout' | 'absoluteTimeout'): readonly number[] {
  const sets = both.map(({ limits, requestable, conditions }) => {
    const relaxed = conditions.filter(({ relax }) => relax).map((one) => one[name]);
    return new Set([limits[name], requestable[name], ...relaxed].filter((length) => length !== NEVER));
  });
  return sets.flatMap((set, index) => [...set].filter((length) => !sets[1 - index]?.has(length)));
}

/** Every combination of values that conditions name, one and two of a name. */
function attributesOf(conditions: readonly Condition[]): Attributes[] {
  const named = new Map<string, Set<string | number | boolean>>();
  for (const { when } of conditions) {
    for (const { name, values } of when.attributes ?? []) {
      const known = named.get(name) ?? new Set();
      for (const value of values) known.add(value);
      named.set(name, known);
    }
  }
  return [...named].reduce<Attributes[]>(
    (all, [name, values]) => {
      const texts = [...values].filter((value) => typeof value === 'string');
      const pairs = texts.flatMap((one, index) => texts.slice(index + 1).map((other) => [one, other]));
      return all.flatMap((one) => [
        one,
        ...[...values, ...pairs, ...(texts.length > 2 ? [texts] : [])].map((value) => ({ ...one, [name]: value })),
      ]);
    },
    [{}],
  );
}

/** One address at each edge of each range, and around it. */
export function addressesOf(both: readonly Policy[]): (string | null)[] {
  const used = both.some(
    ({ conditions, risk }) => conditions.some(({ when }) => when.networks !== null) || risk.length > 0,
  );
  if (!used) return [null];
  const ranges = both.flatMap(({ networks }) => networks.flatMap((network) => network.ranges));
  return [null, ...new Set(ranges.flatMap(edgesOf))];
}

/** One address for each set of networks that one can be in. */
function placesOf(both: readonly Policy[]): (string | null)[] {
  const places = new Map<string, string | null>();
  for (const ip of addressesOf(both)) places.set(both.map((policy) => networksOf(policy, ip).join()).join(';'), ip);
  return [null, ...places.values()];
}

/** The ends of a range, and the addresses next to it. */
function edgesOf({ groups, bits }: AddressRange): string[] {
  const first = groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
  const last = first + (1n << BigInt(128 - bits)) - 1n;
  return [first - 1n, first, last, last + 1n].filter((one) => one >= 0n && one < 1n << 128n).map(textOf);
}

function textOf(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => Number((address >> BigInt(112 - index * 16)) & 0xffffn));
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 6).join() === '0,0,0,0,0,65535') return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return groups.map((group) => group.toString(16)).join(':');
}

const LEVELS: readonly RiskLevel[] = ['low', 'medium', 'high'];
const PROOFS: readonly AssuranceLevel[] = ['aal1', 'aal2', 'aal3'];

function signalsOf(both: readonly Policy[], isTightening: boolean): SessionEvent[][] {
  const rules = both.flatMap(({ risk }) => risk).filter(({ response }) => !isTightening || response === 'tighten');
  const signals = [...new Set(rules.map(({ signal }) => signal))];
  return [
    [],
    ...signals.flatMap((signal) => LEVELS.map((level) => [{ type: 'signal' as const, at: START, signal, level }])),
  ];
}

const LADDER: readonly SessionEvent[] = [
  { type: 'reauthenticated', at: START + 10, assuranceLevel: 'aal3' },
  { type: 'reauthenticated', at: START + 20, assuranceLevel: 'aal2' },
  { type: 'reauthenticated', at: START + 30, assuranceLevel: 'aal1' },
];

function started(operations: readonly string[]): SessionEvent[][] {
  return operations.map((operation) => [{ type: 'access', at: START + 40, activity: 'user', operation }]);
}

/** Proofs of several ages, leases, a rotated token. */
function historiesOf(operations: readonly string[]): SessionEvent[][] {
  const refreshed: SessionEvent[] = [{ type: 'token_refreshed', at: START + 40, generation: 0 }];
  return [[...LADDER], LADDER.slice(1), LADDER.slice(2), ...started(operations), refreshed];
}

/** A signal before, between and after proofs of several levels. */
function raisedHistories(both: readonly Policy[]): SessionEvent[][] {
  const signals = signalsOf(both, false).flat();
  return signals.flatMap((signal) => [5, 15, 20, 25, 30, 35].map((at) => [...LADDER, { ...signal, at: START + at }]));
}

/** A signal while a lease holds. */
function leasedHistories(both: readonly Policy[], operations: readonly string[]): SessionEvent[][] {
  const signals = signalsOf(both, false).flat();
  return started(operations).flatMap((events) => signals.map((signal) => [...events, { ...signal, at: START + 41 }]));
}

function instantsOf(both: readonly Policy[]): number[] {
  const all = both.flatMap((policy) => [
    ...Object.values(policy.limits),
    ...Object.values(policy.requestable),
    policy.reauthentication.after,
    policy.tokens.refreshGrace,
    ...[...policy.conditions, ...policy.risk].flatMap((one) => [one.idleTimeout, one.absoluteTimeout]),
    ...Object.values(policy.operations).flatMap(({ authenticatedWithin, lease }) => [authenticatedWithin, lease]),
  ]);
  return [0, 1, 41, ...new Set(all)].filter((duration) => duration < NEVER);
}

const ATTENTIONS = ['visible', 'hidden', 'locked'] as const;

function accessEvents(both: readonly Policy[]): readonly SessionEvent[] {
  const isAsked = both.some(({ conditions }) => conditions.some(({ when }) => when.attention !== null));
  const attentions = isAsked ? ATTENTIONS : ATTENTIONS.slice(0, 1);
  return instantsOf(both).flatMap((duration) =>
    attentions.map((attention) => ({ type: 'access', at: START + duration, activity: 'user', attention }) as const),
  );
}

/** From a clock that is behind what a history has recorded, by as much as the leeways and a little more. */
function lateEvents(both: readonly Policy[]): readonly SessionEvent[] {
  const leeways = both.flatMap(({ clockLeeway }) => [clockLeeway, clockLeeway + 1]);
  return leeways.flatMap((leeway) =>
    [0, 30, 35, 40, 41].map((moment) => ({ type: 'access', at: START + moment - leeway, activity: 'user' }) as const),
  );
}

function restingEvents(
  both: readonly Policy[],
  operations: readonly string[],
  durations: readonly number[],
): readonly SessionEvent[] {
  const instants = durations.flatMap((duration) => [START + duration, START + duration + 40]);
  const others = instants.flatMap((at): SessionEvent[] => [
    ...operations.map((operation) => ({ type: 'access' as const, at, activity: 'user' as const, operation })),
    ...PROOFS.map((assuranceLevel) => ({ type: 'reauthenticated' as const, at, assuranceLevel })),
    ...[0, 1].map((generation) => ({ type: 'token_refreshed' as const, at, generation })),
  ]);
  return [...accessEvents(both), ...others];
}
