import type { ReplaySummary } from '../../src/replay/summary.js';

/** What the naive replay is told of a policy: it does not ask the engine. */
export interface NaivePolicy {
  readonly idleTimeout: number;
  readonly absoluteTimeout: number;
  readonly clockLeeway: number;
}

/** The figures that both implementations must agree on. */
export type NaiveFigures = Omit<ReplaySummary, 'policy' | 'malformedLines' | 'reorder' | 'production'> & {
  readonly malformedLines: number[];
};

interface Line {
  readonly visitor: string;
  readonly at: number;
  readonly isBackground: boolean;
}

interface NaiveSession {
  readonly visitor: string;
  readonly start: number;
  lastUser: number;
  lastRequest: number;
  isAttended: boolean;
  end: number | null;
  reason: string | null;
}

const TIME = /\[(\d\d)\/(\w{3})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\]/.source;
const QUOTED = /"(?:[^"\\]|\\.)*"/.source;
const RECORD = new RegExp(`^(\\S+) \\S+ \\S+ ${TIME} (${QUOTED}) \\d{3} (?:\\d+|-)(?: ${QUOTED} ${QUOTED})?$`);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const FIVE_MINUTES = 300_000;

function parse(text: string, background: RegExp): Line | null {
  const match = RECORD.exec(text);
  if (match === null) return null;
  const [, visitor = '', day, month = '', year, hour, minute, second, sign, zoneHours, zoneMinutes, request = ''] =
    match;
  const utc = Date.UTC(Number(year), MONTHS.indexOf(month), Number(day), Number(hour), Number(minute), Number(second));
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  const at = sign === '-' ? utc + offset : utc - offset;
  return { visitor, at, isBackground: background.test(request.slice(1, -1).split(' ')[1] ?? '') };
}

/** The records in the order in which they are applied: everything that a new one makes due first, late ones at once. */
function arranged(records: readonly Line[], window: number): { line: Line; isLate: boolean }[] {
  let held: Line[] = [];
  let newest = -1;
  const out: { line: Line; isLate: boolean }[] = [];
  for (const line of records) {
    const isLate = line.at < newest - window;
    if (isLate || window === 0) {
      // a window of 0 leaves everything as it comes
      out.push({ line, isLate });
      newest = Math.max(newest, line.at);
      continue;
    }
    newest = Math.max(newest, line.at);
    const before = Math.floor((newest - window) / 1000) * 1000;
    const due = held.filter(({ at }) => at < before).sort((a, b) => a.at - b.at);
    held = held.filter(({ at }) => at >= before);
    out.push(...due.map((one) => ({ line: one, isLate: false })));
    held.push(line);
  }
  return [...out, ...held.sort((a, b) => a.at - b.at).map((line) => ({ line, isLate: false }))];
}

/**
 * A second, slow implementation: all lines in memory, every session kept, no engine. Only for policies with an idle and
 * an absolute timeout.
 */
export function naiveReplay(text: string, policy: NaivePolicy, background: RegExp, window: number): NaiveFigures {
  const texts = text.split('\n');
  if (texts.at(-1) === '') texts.pop();
  const lines = texts.map((line) => parse(line, background));
  const records = lines.filter((line) => line !== null);
  const sessions: NaiveSession[] = [];
  const gaps: number[] = [];
  let [latest, requestsAfterEnd, dropOffs, refused, late] = [-1, 0, 0, 0, 0];
  let returns: { visitor: string; by: number }[] = [];

  const deadline = ({ start, lastUser }: NaiveSession) => {
    const [idle, absolute] = [lastUser + policy.idleTimeout, start + policy.absoluteTimeout];
    return { at: Math.min(idle, absolute), reason: idle < absolute ? 'idle_timeout' : 'absolute_timeout' };
  };
  const start = ({ visitor, at }: Line) => {
    if (sessions.some((one) => one.visitor === visitor)) requestsAfterEnd++;
    const session = { visitor, start: at, lastUser: at, lastRequest: at, isAttended: false, end: null, reason: null };
    sessions.push(session);
    returns = returns.filter((one) => one.visitor !== visitor);
    return session;
  };
  const end = (session: NaiveSession) => {
    const { at, reason } = deadline(session);
    session.end = at;
    session.reason = reason;
    return at;
  };

  for (const { line, isLate } of arranged(records, window)) {
    const { visitor, at, isBackground } = line;
    if (isLate) late++;
    latest = Math.max(latest, at);
    let session = sessions.findLast((one) => one.visitor === visitor);
    if (session === undefined) session = start(line);
    else if (at < latest && deadline(session).at + FIVE_MINUTES <= latest) {
      end(session);
      session = start(line);
    } else if (at < session.lastUser - policy.clockLeeway) refused++;
    else if (Math.max(at, session.lastUser) >= deadline(session).at) {
      // a session that no person was in cuts off nobody; who was cut off before it still may be back in time
      const before = returns.filter((one) => one.visitor === visitor);
      const kept = session.isAttended ? [{ visitor, by: end(session) + FIVE_MINUTES }] : before;
      if (!session.isAttended) end(session);
      session = start(line);
      returns.push(...kept.filter(({ by }) => at < by));
    } else if (at >= session.lastRequest) gaps.push(at - session.lastRequest);
    session.lastRequest = Math.max(session.lastRequest, at);
    if (isBackground) continue;
    session.isAttended = true;
    session.lastUser = Math.max(session.lastUser, at);
    const back = returns.find((one) => one.visitor === visitor);
    returns = returns.filter((one) => one.visitor !== visitor);
    if (back !== undefined && at < back.by) dropOffs++;
  }
  for (const session of sessions) if (session.end === null && deadline(session).at <= latest) end(session);

  const over = sessions.filter((session) => session.end !== null);
  const count = (reason: string) => over.filter((session) => session.reason === reason).length;
  const counts = [
    ['idle_timeout', count('idle_timeout')],
    ['absolute_timeout', count('absolute_timeout')],
  ] as const;
  return {
    lines: lines.length,
    malformed: lines.length - records.length,
    malformedLines: lines.flatMap((line, index) => (line === null ? [index + 1] : [])).slice(0, 10),
    late,
    requests: records.length,
    background: records.filter(({ isBackground }) => isBackground).length,
    events: 0,
    eventsWithoutSession: 0,
    visitors: new Set(records.map(({ visitor }) => visitor)).size,
    sessions: sessions.length,
    unattended: sessions.filter(({ isAttended }) => !isAttended).length,
    ended: Object.fromEntries(counts.filter(([, number]) => number > 0)),
    open: sessions.length - over.length,
    locked: 0,
    challenged: {},
    challengedBackground: 0,
    refused: refused > 0 ? { clock_behind: refused } : {},
    requestsAfterEnd,
    dropOffs,
    unattendedTime: over.reduce((sum, session) => sum + (session.end as number) - session.lastUser, 0),
    length: spread(over.map((session) => (session.end as number) - session.start)),
    active: spread(over.map((session) => session.lastRequest - session.start)),
    gaps: spread(gaps),
    firstAt: records.length === 0 ? null : Math.min(...records.map(({ at }) => at)),
    lastAt: records.length === 0 ? null : latest,
  };
}

function spread(lengths: readonly number[]) {
  const sorted = lengths.map((length) => Math.floor(length / 1000) * 1000).sort((a, b) => a - b);
  const at = (percent: number) => sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? null;
  return { count: sorted.length, p50: at(50), p75: at(75), p90: at(90), p95: at(95), p99: at(99), max: at(100) };
}
