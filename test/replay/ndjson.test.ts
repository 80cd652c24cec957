import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLine } from './support.js';

const TIME = '2026-03-29T01:00:00Z';
const AT = Date.UTC(2026, 2, 29, 1);

function read(line: object, options = {}) {
  return readLine(JSON.stringify(line), options);
}

describe('a JSON line', () => {
  it('is an access, unless it says what else it is', () => {
    expect(read({ at: TIME, user: 'alice' })).toEqual({
      visitor: 'alice',
      event: { type: 'access', at: AT, activity: 'user' },
      attributes: null,
    });
    const revoked = { type: 'revoked', at: TIME, session: 's', code: 'logout' };
    expect(read(revoked)).toMatchObject({ visitor: 's', event: { type: 'revoked', at: AT, code: 'logout' } });
  });

  it.each(['at', 'time', 'timestamp', '@timestamp', 'ts'])('has its time in `%s`', (field) => {
    expect(read({ [field]: TIME, user: 'a' })).toMatchObject({ event: { at: AT } });
  });

  it('names its visitor by the first field that is there, or by the one that is asked for', () => {
    expect(read({ at: AT, ip: '192.0.2.1', host: 'h', user: 'u', subject: 's' })).toMatchObject({ visitor: 's' });
    expect(read({ at: AT, ip: '192.0.2.1' })).toMatchObject({ visitor: '192.0.2.1' });
    expect(read({ at: AT, user: 7 })).toMatchObject({ visitor: '7' });
    expect(read({ at: AT, user: 'u', request: { client: { id: 'c' } } }, { by: ['request.client.id'] })).toMatchObject({
      visitor: 'c',
    });
    expect(read({ at: AT, 'request.client': 'literal' }, { by: ['request.client'] })).toMatchObject({
      visitor: 'literal',
    });
    expect(read({ at: AT, host: 'a b', user_agent: 'c' }, { by: ['host', 'agent'] })).toMatchObject({
      visitor: 'a%20b c',
    });
    expect(read({ at: AT, user: 'u' }, { by: ['tenant'] })).toBe('visitor_missing');
    expect(read({ at: AT })).toBe('visitor_missing');
    expect(read({ at: AT, user: {} })).toBe('visitor_missing');
  });

  it('is background where it says so, or where its path is', () => {
    const background = /^\/poll$/;
    const activityOf = (line: object) =>
      (read({ at: AT, user: 'u', ...line }, { background }) as { event: object }).event;
    expect(activityOf({ activity: 'background' })).toMatchObject({ activity: 'background' });
    expect(activityOf({ path: '/poll' })).toMatchObject({ activity: 'background' });
    expect(activityOf({ url: '/poll?x=1' })).toMatchObject({ activity: 'background' });
    expect(activityOf({ url: 'https://www.example/poll' })).toMatchObject({ activity: 'background' });
    expect(activityOf({ request: { path: '/poll' } })).toMatchObject({ activity: 'background' });
    expect(activityOf({ path: '/poll', activity: 'user' })).toMatchObject({ activity: 'user' });
    expect(read({ at: AT, user: 'u', activity: 'human' })).toBe('event_invalid');
  });

  it('is not taken for activity when its type is misspelt', () => {
    expect(read({ at: AT, user: 'u', type: 'revokd', code: 'logout' })).toBe('event_invalid');
    expect(read({ at: AT, user: 'u', type: 'nginx', path: '/' })).toMatchObject({ event: { type: 'access' } });
    expect(read({ at: AT, user: 'u', type: 'revoked', code: 'Not A Code' })).toBe('event_invalid');
  });

  it('carries an operation only as an event', () => {
    expect(read({ at: AT, user: 'u', type: 'access', operation: 'pay' })).toMatchObject({
      event: { operation: 'pay' },
    });
    expect(read({ at: AT, user: 'u', operation: 'pay' })).not.toHaveProperty('event.operation');
  });

  it('gives attributes and context to the session', () => {
    const record = read(
      { at: AT, user: 'u', host: '192.0.2.1', agent: 'x', attributes: { role: 'admin' } },
      { withContext: true },
    );
    expect(record).toMatchObject({
      attributes: { role: 'admin' },
      event: { context: { ip: '192.0.2.1', userAgent: 'x' } },
    });
  });

  it.each(['{"at":1', '{]', '{"a":1}}', '{"at":"yesterday","user":"u"}'])('is malformed: %s', (line) => {
    expect(readLine(line)).toMatch(/^(json|time)_invalid$/);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.json(), (json) => void readLine(`{"at":1,"user":${json},"activity":${json},"type":${json}}`)),
    );
    fc.assert(fc.property(fc.string(), (text) => void readLine(`{${text}`)));
  });
});
