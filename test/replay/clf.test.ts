import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../../src/replay/record.js';
import { aRecord, readLine } from './support.js';

const AT = Date.UTC(1995, 6, 1, 4, 0, 1);
const START = 'h.example - - [01/Jul/1995:00:00:01 -0400]';

function accessOf(line: string, options = {}) {
  const record = readLine(line, options);
  if (typeof record === 'string') throw new Error(record);
  return record;
}

describe('a line of an access log', () => {
  it('reads Common Log Format', () => {
    const line = '199.72.81.55 - - [01/Jul/1995:00:00:01 -0400] "GET /history/apollo/ HTTP/1.0" 200 6245';
    const expected: LogRecord = {
      visitor: '199.72.81.55',
      event: { type: 'access', at: AT, activity: 'user' },
      attributes: null,
    };
    expect(readLine(line)).toEqual(expected);
  });

  it('gives back what was written', () => {
    fc.assert(
      fc.property(aRecord, ({ at, host, user, agent, line }) => {
        const { visitor, event } = accessOf(line);
        expect({ visitor, at: event.at }).toEqual({ visitor: host, at });
        expect(accessOf(line, { by: ['host', 'agent'] }).visitor).toBe(`${host} ${agent || '-'}`);
        expect(accessOf(line, { by: ['user'] }).visitor).toBe(user === '-' ? host : user);
      }),
    );
  });

  it('marks background paths, with or without their query', () => {
    const activity = (request: string, background: RegExp) => {
      const { event } = accessOf(`${START} "${request}" 200 1`, { background });
      return event.type === 'access' ? event.activity : null;
    };
    expect(activity('GET /poll HTTP/1.1', /^\/poll$/)).toBe('background');
    expect(activity('GET /poll?since=5 HTTP/1.1', /^\/poll$/)).toBe('background');
    expect(activity('GET /page?mode=poll HTTP/1.1', /mode=poll/)).toBe('background');
    expect(activity('GET /polls HTTP/1.1', /^\/poll$/)).toBe('user');
    expect(activity('GET /poll', /^\/poll$/)).toBe('background');
    expect(activity('-', /^\/poll$/)).toBe('user');
  });

  it.each([
    ['a quote in the request', `${START} "GET /a"b HTTP/1.0" 200 1`],
    ['a quote at the end of the target', `${START} "GET /history.html" HTTP/1.0" 304 -`],
    ['what looks like the end, in the request', `${START} "GET /" 200 5 HTTP/1.0" 404 7`],
    ['an escaped quote', `${START} "GET /a\\" 200 5 HTTP/1.0" 200 1 "-" "x \\"y\\" 200 5"`],
    ['no request', `${START} "-" 408 -`],
    ['an empty request', `${START} "" 400 0`],
    [
      'bytes that are no text',
      Buffer.concat([Buffer.from(`${START} "`), Buffer.from([0, 255, 128]), Buffer.from('" 400 0')]),
    ],
    ['fields after the agent', `${START} "GET / HTTP/1.0" 200 1 "-" "a" 0.01 "x y"`],
    ['an empty referer and agent', `${START} "GET / HTTP/1.0" 200 1 "" ""`],
  ])('takes %s', (_, line) => {
    expect(readLine(line)).toMatchObject({ visitor: 'h.example', event: { at: AT } });
  });

  it.each([
    ['line_blank', ''],
    ['line_blank', '   '],
    ['fields_missing', 'h.example'],
    ['fields_missing', 'h.example - -'],
    ['fields_missing', ' - - [01/Jul/1995:00:00:01 -0400] "GET / HTTP/1.0" 200 1'],
    ['fields_missing', START],
    ['time_invalid', 'h - - [31/Feb/1995:00:00:01 -0400] "GET / HTTP/1.0" 200 1'],
    ['time_invalid', 'h - - [01/jul/1995:00:00:01 -0400] "GET / HTTP/1.0" 200 1'],
    ['time_invalid', 'h - - [01/Jul/1995 00:00:01 -0400] "GET / HTTP/1.0" 200 1'],
    ['time_invalid', 'h - - [1/Jul/1995:00:00:01 -0400] "GET / HTTP/1.0" 200 1 '],
    ['request_incomplete', `${START} GET / HTTP/1.0 200 1`],
    ['request_incomplete', `${START} "GET / HTTP/1.0`],
    ['request_incomplete', `${START} "GET / HTTP/1.0"`],
    ['request_incomplete', `${START} "GET / HTTP/1.0" 200`],
    ['request_incomplete', `${START} "GET / HTTP/1.0" 200 `],
    ['request_incomplete', `${START} "GET / HTTP/1.0" 200  "-" "a"`],
    ['request_incomplete', `${START} "GET / HTTP/1.0" 20 1`],
    ['request_incomplete', `${START} "GET / HTTP/1.0" 200 1x`],
    ['request_incomplete', `${START} "GET / HTTP/1.0\\" 200 1`],
    ['agent_incomplete', `${START} "GET / HTTP/1.0" 200 1 `],
    ['agent_incomplete', `${START} "GET / HTTP/1.0" 200 1 "http://a/`],
    ['agent_incomplete', `${START} "GET / HTTP/1.0" 200 1 "http://a/"`],
    ['agent_incomplete', `${START} "GET / HTTP/1.0" 200 1 "http://a/" "Mozilla/5.0 (compatible; +http://b/bot.html`],
    ['agent_incomplete', `${START} "GET / HTTP/1.0" 200 1 "http://a/" "Mozilla/5.0\\"`],
    ['agent_incomplete', `${START} "GET / HTTP/1.0" 200 1 "-" "a" "x`],
    ['agent_incomplete', `${START} "GET / HTTP/1.0" 200 1 "-" "a"x`],
  ])('is malformed (%s): %s', (reason, line) => {
    expect(readLine(line)).toBe(reason);
  });

  it('reads nothing beyond its end', () => {
    fc.assert(
      fc.property(aRecord, fc.double({ min: 0, max: 1, noNaN: true }), ({ line }, part) => {
        const cut = Math.floor(line.length * part);
        const inPlace = Buffer.from(line, 'latin1');
        expect(readLine(Buffer.from(line.slice(0, cut), 'latin1'))).toEqual(readLine(inPlace.subarray(0, cut)));
      }),
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readLine(bytes, { withContext: true })));
    fc.assert(
      fc.property(aRecord, fc.nat(), fc.nat({ max: 255 }), ({ line }, place, byte) => {
        const bytes = Buffer.from(line);
        bytes[place % bytes.length] = byte;
        readLine(bytes, { by: ['host', 'agent', 'user'], background: /x/, withContext: true });
      }),
    );
  });

  it('takes time in proportion to its length, whatever is in it', () => {
    const hostile = [
      `${START} "${'" 200 5 "'.repeat(100_000)}`,
      `${START} "${'\\'.repeat(900_000)}`,
      `${START} "${'" 200 '.repeat(150_000)}`,
    ];
    const started = process.cpuUsage();
    for (const line of hostile) readLine(line);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
  });

  it('states an address and an agent only where the log has them', () => {
    const contextOf = (line: string) => (accessOf(line, { withContext: true }).event as { context?: unknown }).context;
    const rest = '- - [01/Jul/1995:00:00:01 -0400] "GET / HTTP/1.0" 200 1';
    expect(contextOf(`192.0.2.1 ${rest} "-" "Fire\\"fox"`)).toEqual({ ip: '192.0.2.1', userAgent: 'Fire\\"fox' });
    expect(contextOf(`2001:db8::1 ${rest}`)).toEqual({ ip: '2001:db8::1' });
    expect(contextOf(`www.example ${rest} "-" "-"`)).toEqual({});
  });
});
