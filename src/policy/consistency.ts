import type { Problem } from '../core/errors.js';
import type { Limits } from '../core/policy.js';
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
    ...(document.risk ?? []).flatMap(ambiguousComparison),
    ...duplicates(document.conditions ?? [], '/conditions'),
    ...duplicates(document.risk ?? [], '/risk'),
  ];
}

function timeouts(document: PolicyDocument): Problem[] {
  const requested = document.requestable?.absoluteTimeout;
  const absolute = Math.max(lengthOf(document.absoluteTimeout), requested === undefined ? 0 : lengthOf(requested));
  return [...reachable(document, 'idleTimeout'), ...requestableIdle(document)]
    .filter(({ limit }) => limit > absolute)
    .map(({ path, limit }) => ({
      path,
      code: 'idle_exceeds_absolute',
      message:
        `${formatDuration(limit)} of idleness can never be reached, because absoluteTimeout ends the session after ` +
        `${formatDuration(absolute)}: write at most that, or leave it out`,
    }));
}

/**
 * What must lie below every limit that can be reached: a warning may be as long as one (it is then shown all the time),
 * a tolerance may not.
 */
function margins(document: PolicyDocument): Problem[] {
  const idles = reachable(document, 'idleTimeout');
  const limits = [...idles, ...reachable(document, 'absoluteTimeout')];
  return [
    ...above(document.warnBefore, limits, '/warnBefore', 'warning_exceeds_limit', (a, b) => a > b),
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
  const told = limits.filter(({ limit }) => !Number.isNaN(limit));
  const least = told.reduce<Reachable | null>((a, b) => (a === null || b.limit < a.limit ? b : a), null);
  if (margin === 0 || least === null || !isTooLong(margin, least.limit)) return [];
  const message =
    `${formatDuration(margin)} does not fit into ${formatDuration(least.limit)}, the limit at ${least.path}: ` +
    'write something shorter, or raise that limit';
  return [{ path, code, message }];
}

function locking({ onIdle, reauthentication }: PolicyDocument): Problem[] {
  if (onIdle !== 'lock' || reauthentication?.resets === undefined || reauthentication.resets.includes('idle'))
    return [];
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
    add(
      '/when',
      'condition_empty',
      'names nothing to match: write attributes, network or attention, or set the limit in the policy itself',
    );
  }
  if (idleTimeout === undefined && absoluteTimeout === undefined) {
    add('', 'limit_missing', 'sets no limit: write idleTimeout, absoluteTimeout or both');
  }
  if (relax === true && when.attention !== undefined) {
    add(
      '/when/attention',
      'relax_not_allowed',
      'a client says this of itself, so it may not relax anything: use network or attributes',
    );
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

/** A comparison is raised once, for all rules on it: they must mean the same by it. */
function ambiguousComparison(rule: RiskDocument, index: number, all: readonly RiskDocument[]): Problem[] {
  const first = all.findIndex(({ signal }) => signal === rule.signal);
  const { missing, fasterThan } = all[first] as RiskDocument;
  if (missing === rule.missing && fasterThan === rule.fasterThan) return [];
  const advice = 'write the same `missing` and `fasterThan` in both';
  const message = `compares \`${rule.signal}\` otherwise than /risk/${first}: ${advice}`;
  return [{ path: `/risk/${index}`, code: 'comparison_ambiguous', message }];
}

function duplicates(items: readonly { readonly id?: string }[], path: string): Problem[] {
  return items.flatMap(({ id }, index) =>
    id !== undefined && items.findIndex((one) => one.id === id) < index
      ? [
          {
            path: `${path}/${index}/id`,
            code: 'id_duplicate',
            message: `\`${id}\` is used twice: each needs an id of its own`,
          },
        ]
      : [],
  );
}

/** Every value that a limit can take by itself, and where it is written. */
function reachable({ conditions = [], risk = [], ...base }: PolicyDocument, name: keyof Limits): Reachable[] {
  const written: [string, DurationText | undefined][] = [
    [`/${name}`, base[name]],
    ...conditions.map((one, index): [string, DurationText | undefined] => [`/conditions/${index}/${name}`, one[name]]),
    ...risk.map(({ then }, index): [string, DurationText | undefined] => [
      `/risk/${index}/then/tighten/${name}`,
      typeof then === 'object' && 'tighten' in then ? then.tighten[name] : undefined,
    ]),
  ];
  return written.flatMap(([path, text]) =>
    text === undefined || text === 'unlimited' ? [] : [{ path, limit: lengthOf(text) }],
  );
}

function requestableIdle({ requestable }: PolicyDocument): Reachable[] {
  const text = requestable?.idleTimeout;
  return text === undefined ? [] : [{ path: '/requestable/idleTimeout', limit: lengthOf(text) }];
}

/** The shortest idle limit that can be reached; infinite if there is none. */
export function shortestIdle(document: PolicyDocument): number {
  return Math.min(...reachable(document, 'idleTimeout').map(({ limit }) => limit));
}

/** NaN for what is no duration: that is a problem of its own, and longer or shorter than nothing. */
function lengthOf(text: DurationText): number {
  return text === 'unlimited' ? Number.POSITIVE_INFINITY : (parseDuration(text) ?? Number.NaN);
}
