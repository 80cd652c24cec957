import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { logLine, logTo, observers, observing, securityEvent } from '../../src/observe/index.js';
import { aDay, aDecision, decisionsOf, KEY, observed } from './support.js';

const day = await aDay();
const reason = (code: string, rule = 'idle', since = 0) => ({ code, effect: 'deny', rule, since }) as const;
const eventOf = (part: Parameters<typeof aDecision>[0]) => securityEvent(observed(aDecision(part)));

describe('a line of a log', () => {
  it('says in OWASP’s words what happened in a day', () => {
    const told = day.records.map((record) => securityEvent(observed(record)).event);
    expect(new Set(told)).toEqual(
      new Set([
        ...['session_created', 'session_renewed', 'session_expired', 'session_use_after_expire'],
        ...['authn_token_reuse', 'authn_impossible_travel', 'authn_login_success', 'authz_change', 'authz_fail'],
        ...['session_challenged', 'session_unknown', 'session_undecided', 'session_superseded', 'session_signalled'],
        ...['session_permitted', 'session_fault'],
      ]),
    );
  });

  it.each([
    [{ type: 'start' as const }, 'session_created', 'INFO'],
    [
      { type: 'start' as const, effect: 'deny' as const, reasons: [reason('concurrency_limit')] },
      'authn_login_fail',
      'WARN',
    ],
    [{ warned: true }, 'session_renewed', 'INFO'],
    [{ warned: true, activity: 'background' as const }, 'session_permitted', 'DEBUG'],
    [{ effect: 'deny' as const, endedNow: true, reasons: [reason('idle_timeout')] }, 'session_expired', 'INFO'],
    [{ effect: 'deny' as const, endedNow: true, reasons: [reason('token_revoked')] }, 'authn_token_revoked', 'INFO'],
    [{ effect: 'deny' as const, reasons: [reason('idle_timeout', 'ended')] }, 'session_use_after_expire', 'CRITICAL'],
    [
      { type: 'reauthenticated' as const, effect: 'deny' as const, reasons: [reason('breach')] },
      'authn_login_fail',
      'WARN',
    ],
    [{ effect: 'deny' as const, reasons: [reason('office_hours')] }, 'session_refused', 'WARN'],
    [
      {
        type: 'token_refreshed' as const,
        effect: 'deny' as const,
        endedNow: true,
        reasons: [reason('refresh_reused')],
      },
      'authn_token_reuse',
      'CRITICAL',
    ],
  ])('%j is %s', (part, event, severity) => {
    expect(eventOf(part)).toMatchObject({ event, severity });
  });

  it('does not call it a use after the end when an administrator ends what has ended', () => {
    const reasons = [reason('logout', 'ended')];
    expect(eventOf({ type: 'revoked', effect: 'deny', reasons }).event).toBe('session_ended_before');
  });

  it('tells of impossible travel once, and not at every request until the next proof', () => {
    const at = 1_700_000_000_000;
    const travelled = (since: number) =>
      eventOf({ at, reasons: [{ ...reason('impossible_travel', 'risk', since), effect: 'permit' }] });
    expect(travelled(at - 3).event).toBe('authn_impossible_travel');
    expect(travelled(at - 60_000).event).toBe('session_permitted');
  });

  it('is what pino writes', () => {
    const lines: string[] = [];
    const options = { level: 'trace', base: null, timestamp: () => ',"time":0' };
    const logger = pino(options, { write: (line: string) => void lines.push(line) });
    const own: object[] = [];
    const observer = observing({ key: KEY }, logTo(logger), (record) => own.push({ ...logLine(record), time: 0 }));
    for (const record of day.records) observer(record);
    expect(lines).toHaveLength(day.records.length);
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual(JSON.parse(JSON.stringify(own)));
    expect(new Set(lines.map((line) => (JSON.parse(line) as { level: number }).level))).toEqual(
      new Set([20, 30, 40, 50]),
    );
  });

  it('says the same of an instant as the record', () => {
    const record = observed(aDecision());
    expect(logLine(record)).toMatchObject({ time: record.at, at: record.at, v: 1, kind: 'decision' });
    expect(decisionsOf(day.records).length).toBeGreaterThan(30);
  });
});

describe('observers', () => {
  it('tell each, whatever another makes of it', async () => {
    const seen: string[] = [];
    const rejected: unknown[] = [];
    const note = (error: unknown) => rejected.push(error);
    process.on('unhandledRejection', note);
    const throwing = () => {
      throw new Error('the disk is full');
    };
    const rejecting = async () => throwing();
    const observer = observers(
      throwing,
      rejecting,
      () => seen.push('plain'),
      observing({ key: KEY }, throwing, rejecting, () => seen.push('sink')),
    );
    observer(aDecision());
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(seen).toEqual(['plain', 'sink']);
    expect(rejected).toEqual([]);
  });
});
