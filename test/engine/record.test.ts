import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredHandle } from '../../src/engine/handle.js';
import { readRecord, writeRecord } from '../../src/engine/record.js';
import { hashOf } from '../../src/engine/secrets.js';
import {
  type Attributes,
  deadlines,
  evaluateWithCandidate,
  NEVER,
  type Session,
  startSession,
} from '../../src/index.js';
import { aLogin, aPolicy, aSession, aTimeline } from '../../src/testing/index.js';
import { BEGIN, policyWith, runs } from './support.js';

const HASHES = ['one', 'two', 'three'].map(hashOf) as [string, string, string];
const CURRENT: StoredHandle = { hash: HASHES[0], validUntil: NEVER };
const someHandles = fc.constantFrom<readonly StoredHandle[]>(
  [CURRENT],
  [CURRENT, { hash: HASHES[1], validUntil: BEGIN + 10_000 }],
  [CURRENT, { hash: HASHES[1], validUntil: 0 }],
  [],
);

/** Sessions with a candidate's state beside them, which `aSession` has not. */
const aWatchedSession = fc.tuple(aPolicy(), aPolicy()).chain(([policy, candidate]) =>
  fc.tuple(aLogin(policy), aTimeline(policy)).map(([login, events]) => {
    const start = startSession(policy, login);
    return events.reduce((one, event) => evaluateWithCandidate(policy, candidate, one, event).session, start);
  }),
);
const anySession = fc.oneof(
  aPolicy().chain((policy) => aSession(policy)),
  aWatchedSession,
);

const written = (session: Session, handles: readonly StoredHandle[] = [CURRENT], revision = 7) => ({
  id: session.id,
  subject: session.subject,
  record: writeRecord(session, handles),
  revision,
  purgeAt: NEVER,
});

describe('a record', () => {
  it('reads back as the very session and handles that were written, whatever happened to them', () => {
    fc.assert(
      fc.property(anySession, someHandles, (session, handles) => {
        const held = readRecord(written(session, handles));
        expect(held).toMatchObject({ revision: 7 });
        expect([held.session, held.handles]).toEqual([session, handles]);
        const again = readRecord(written(held.session, held.handles));
        expect([again.session, again.handles]).toEqual([session, handles]);
      }),
      runs(2_000),
    );
  });

  it('keeps one context where bound and context are the same, so that comparing them is cheap', () => {
    const session = startSession(policyWith(), { id: 's', subject: 'alice', at: BEGIN, context: { ip: '192.0.2.1' } });
    const read = readRecord(written(session)).session;
    expect(read.context).toBe(read.bound);
    const elsewhere = { ...session, context: { ...session.context, ip: '192.0.2.2' } };
    expect(readRecord(written(elsewhere)).session).toEqual(elsewhere);
    const nowhere = { ...session, context: { ...session.context, ip: null } };
    expect(readRecord(written(nowhere)).session).toEqual(nowhere);
  });

  it('keeps hostile texts and attributes as they are, names of the prototype among them', () => {
    const attributes = JSON.parse('{"constructor":["x"],"toString":1,"a":true}') as Attributes;
    const context = { userAgent: '\u0000\ud800"\\\u2028</script>', deviceId: '__proto__' };
    const session = startSession(policyWith(), { id: 's', subject: 'alice', at: BEGIN, attributes, context });
    const read = readRecord(written(session)).session;
    expect(read).toEqual(session);
    expect(Object.keys(read.attributes).sort()).toEqual(['a', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(read.attributes)).toBe(Object.prototype);
  });

  it('of a later format is left alone', () => {
    const { record, ...rest } = written(startSession(policyWith(), { id: 's', subject: 'alice', at: BEGIN }));
    expect(() => readRecord({ ...rest, record: record.replace('"v":1', '"v":2') })).toThrow(/format/);
  });

  it('that was cut off anywhere is none', () => {
    const { record, ...rest } = written(startSession(policyWith(), { id: 's', subject: 'alice', at: BEGIN }));
    for (let length = 0; length < record.length; length++) {
      expect(() => readRecord({ ...rest, record: record.slice(0, length) })).toThrow();
    }
  });

  it('with one wrong character is refused or is a session: it never does anything else, and never tells its content', () => {
    const characters = [...'09-"\\,:{}[]zqxbe \u0000'];
    fc.assert(
      fc.property(anySession, fc.nat(), fc.constantFrom(...characters), (session, place, character) => {
        const { record, ...rest } = written(session);
        const index = place % record.length;
        const damaged = record.slice(0, index) + character + record.slice(index + 1);
        try {
          const held = readRecord({ ...rest, record: damaged });
          expect(() => deadlines(policyWith(), held.session)).not.toThrow();
          expect(writeRecord(held.session, held.handles).length).toBeGreaterThan(0);
        } catch (error) {
          // the message of JSON.parse quotes what it could not read
          expect(String(error)).not.toContain(HASHES[0].slice(0, 8));
          expect(String(error)).not.toContain(String(session.createdAt));
        }
      }),
      runs(3_000),
    );
  });

  it('of a session that has ended, with any one character wrong, is never a live one', () => {
    const policy = policyWith();
    const session = startSession(policy, { id: 's', subject: 'alice', at: BEGIN, context: { ip: '192.0.2.1' } });
    const ended = { ...session, ended: { code: 'logout', since: BEGIN + 5, at: BEGIN + 5 }, recordedAt: BEGIN + 5 };
    const { record, ...rest } = written(ended);
    const revived: string[] = [];
    for (let index = 0; index < record.length; index++) {
      for (const character of '"{}[],:0123456789abcdefghijklmnopqrstuvwxyz_-. ') {
        if (character === record[index]) continue;
        const damaged = record.slice(0, index) + character + record.slice(index + 1);
        try {
          const held = readRecord({ ...rest, record: damaged });
          if (held.session.ended === null) revived.push(`${record.slice(index - 5, index)}>${character}<`);
        } catch {
          // refused, as it should be
        }
      }
    }
    expect(revived).toEqual([]);
  });

  it('is small: a plain session takes at most 180 characters', () => {
    const policy = policyWith({ reauthentication: { after: '4h' } });
    const session = startSession(policy, { id: 's', subject: 'alice', at: BEGIN });
    const context = { ip: '203.0.113.7', deviceId: 'device-0123456789', userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' };
    const full = startSession(policy, { id: 's', subject: 'alice', at: BEGIN, context });
    const sizes = { plain: writeRecord(session, [CURRENT]).length, withContext: writeRecord(full, [CURRENT]).length };
    console.info('characters of a record', sizes);
    expect(sizes.plain).toBeLessThanOrEqual(180);
    expect(sizes.withContext).toBeLessThanOrEqual(280);
  });
});
