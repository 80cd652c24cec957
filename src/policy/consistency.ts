import type { Problem } from '../core/errors.js';
import { formatDuration, parseDuration } from '../time/duration.js';
import type { ConditionDocument, DurationText, PolicyDocument, RiskDocument } from './document.js';
import { nearest } from './nearest.js';

/** An idle limit that some session can have, and where it is written. */
interface Reachable {
  readonly path: string;
  readonly limit: number;
}

const COMPARISONS = ['ip_changed', 'network_changed', 'device_changed', 'user_agent_changed', 'country_changed'];

/** What each field is fine by itself and the document as a whole is not. */
export function inconsistencies(document: PolicyDocument): Problem[] {
  return [
    ...timeouts(document),
    ...margins(document),
    ...locking(document),
    ...(document.conditions ?? []).flatMap((condition, index) => conditionProblems(document, condition, index)),
    ...(document.risk ?? []).flatMap(riskProblems),
    ...duplicates(document.conditions ?? [], '/conditions'),
    ...duplicates(document.risk ?? [], '/risk'),
  ];
}

function timeouts(document: PolicyDocument): Problem[] {
  const absolute = lengthOf(document.absoluteTimeout);
  return reachableIdles(document)
    .filter(({ limit }) => limit > absolute)
    .map(({ path, limit }) => ({
      path,
      code: 'idle_exceeds_absolute',
      message:
        `${formatDuration(limit)} of idleness can never be reached, because absoluteTimeout ends the session after ` +
        `${formatDuration(absolute)}: write at most that, or leave it out`,
    }));
}

/** What must lie below every idle limit: a warning may be as long as one (it is then shown all the time), a tolerance may not. */
function margins(document: PolicyDocument): Problem[] {
  const idles = reachableIdles(document);
  const absolute = { path: '/absoluteTimeout', limit: lengthOf(document.absoluteTimeout) };
  return [
    ...above(document.warnBefore, [...idles, absolute], '/warnBefore', 'warning_exceeds_limit', (a, b) => a > b),
    ...above(document.clockLeeway, idles, '/clockLeeway', 'leeway_not_below_idle', (a, b) => a >= b),
    ...above(document.recordEvery, idles, '/recordEvery', 'record_every_not_below_idle', (a, b) => a >= b),
  ];
}

function above(
  text: DurationText | undefined,
  limits: readonly Reachable[],
  path: string,
  code: string,
  isTooLong: (margin: number, limit: number) => boolean,
): Problem[] {
  const margin = text === undefined ? 0 : lengthOf(text);
  const least = limits.reduce<Reachable | null>((a, b) => (a === null || b.limit < a.limit ? b : a), null);
  if (margin === 0 || least === null || !isTooLong(margin, least.limit)) return [];
  const message =
    `${formatDuration(margin)} does not fit into ${formatDuration(least.limit)}, the limit at ${least.path}: ` +
    'write something shorter, or raise that limit';
  return [{ path, code, message }];
}

function locking({ onIdle, reauthentication }: PolicyDocument): Problem[] {
  if (onIdle !== 'lock' || reauthentication?.resets === undefined || reauthentication.resets.includes('idle')) return [];
  const message =
    'a locked session could never be unlocked: a reauthentication must reset idle, so write ' +
    `${JSON.stringify(['idle', ...reauthentication.resets])}, or "onIdle": "end"`;
  return [{ path: '/reauthentication/resets', code: 'lock_without_idle_reset', message }];
}

function conditionProblems(document: PolicyDocument, condition: ConditionDocument, index: number): Problem[] {
  const path = `/conditions/${index}`;
  const { when, relax, idleTimeout, absoluteTimeout } = condition;
  const problems: Problem[] = [];
  const add = (at: string, code: string, message: string) => problems.push({ path: `${path}${at}`, code, message });
  if (Object.keys(when).length === 0) {
    add('/when', 'condition_empty', 'names nothing to match: write attributes, network or attention, or set the limit in the policy itself');
  }
  if (idleTimeout === undefined && absoluteTimeout === undefined) {
    add('', 'limit_missing', 'sets no limit: write idleTimeout, absoluteTimeout or both');
  }
  if (relax === true && when.attention !== undefined) {
    add('/when/attention', 'relax_not_allowed', 'a client says this of itself, so it may not relax anything: use network or attributes');
  }
  if (relax === true && absoluteTimeout !== undefined) {
    add('/absoluteTimeout', 'relax_not_allowed', 'the absolute timeout cannot be relaxed: only idleTimeout can');
  }
  const known = Object.keys(document.networks ?? {});
  for (const name of [when.network ?? []].flat()) {
    if (known.includes(name)) continue;
    const hint = nearest(name, known);
    const advice = hint === null ? 'add it to networks' : `did you mean \`${hint}\`?`;
    const message = `\`${name}\` is not one of the policy's networks; ${advice}`;
    add('/when/network', 'network_unknown', message);
  }
  return problems;
}

function riskProblems({ signal, then, missing, fasterThan }: RiskDocument, index: number): Problem[] {
  const path = `/risk/${index}`;
  const problems: Problem[] = [];
  if (missing !== undefined && !COMPARISONS.includes(signal)) {
    const message = `only a comparison can miss a field (${COMPARISONS.join(', ')}): leave it out`;
    problems.push({ path: `${path}/missing`, code: 'missing_not_allowed', message });
  }
  if (fasterThan !== undefined && signal !== 'impossible_travel') {
    const message = 'only `impossible_travel` has a speed: leave it out';
    problems.push({ path: `${path}/fasterThan`, code: 'speed_not_allowed', message });
  }
  if (typeof then === 'object' && 'tighten' in then && Object.keys(then.tighten).length === 0) {
    const message = 'tightens nothing: write idleTimeout, absoluteTimeout or both';
    problems.push({ path: `${path}/then/tighten`, code: 'limit_missing', message });
  }
  return problems;
}

function duplicates(items: readonly { readonly id?: string }[], path: string): Problem[] {
  return items.flatMap(({ id }, index) =>
    id !== undefined && items.findIndex((one) => one.id === id) < index
      ? [{ path: `${path}/${index}/id`, code: 'id_duplicate', message: `\`${id}\` is used twice: each needs an id of its own` }]
      : [],
  );
}

function reachableIdles({ idleTimeout, conditions = [], risk = [] }: PolicyDocument): Reachable[] {
  const written: [string, DurationText | undefined][] = [
    ['/idleTimeout', idleTimeout],
    ...conditions.map((one, index): [string, DurationText | undefined] => [`/conditions/${index}/idleTimeout`, one.idleTimeout]),
    ...risk.map(({ then }, index): [string, DurationText | undefined] => [
      `/risk/${index}/then/tighten/idleTimeout`,
      typeof then === 'object' && 'tighten' in then ? then.tighten.idleTimeout : undefined,
    ]),
  ];
  return written.flatMap(([path, text]) =>
    text === undefined || text === 'unlimited' ? [] : [{ path, limit: lengthOf(text) }],
  );
}

function lengthOf(text: DurationText): number {
  return text === 'unlimited' ? Number.POSITIVE_INFINITY : (parseDuration(text) as number);
}
