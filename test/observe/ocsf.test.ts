import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { type OcsfAuthentication, ocsfTo, toOcsf } from '../../src/observe/index.js';
import { aDay, aDecision, CONTEXT, observed } from './support.js';

const text = { type: 'string', minLength: 1 };
const time = { type: 'integer', minimum: 0, maximum: 8_640_000_000_000_000 };
const object = (properties: object, required: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

/** What OCSF 1.8 says of class 3002, as far as this package writes it; a field that it does not have is an error. */
const AUTHENTICATION = object(
  {
    activity_id: { enum: [0, 1, 2, 3, 4, 5, 6, 7, 99] },
    activity_name: text,
    category_uid: { const: 3 },
    class_uid: { const: 3002 },
    type_uid: { enum: [300200, 300201, 300202, 300203, 300204, 300205, 300206, 300207, 300299] },
    time,
    severity_id: { enum: [0, 1, 2, 3, 4, 5, 6, 99] },
    status_id: { enum: [0, 1, 2, 99] },
    status_code: text,
    status_detail: text,
    message: text,
    metadata: object(
      {
        version: { const: '1.8.0' },
        product: object({ name: text, vendor_name: text }, ['name']),
        event_code: text,
        profiles: { type: 'array', items: { const: 'host' } },
      },
      ['version', 'product'],
    ),
    service: object({ name: text, version: text }, []),
    user: object({ uid: text }, ['uid']),
    session: object({ uid: text, created_time: time, expiration_time: time, expiration_reason: text }, []),
    device: object({ uid: text, type_id: { enum: [0, 1, 2, 3, 4, 5, 6, 7, 99] } }, ['type_id']),
    src_endpoint: object({ ip: text }, []),
    is_remote: { type: 'boolean' },
  },
  [
    ...['activity_id', 'category_uid', 'class_uid', 'type_uid', 'time', 'severity_id', 'metadata', 'user'],
    // at least one of `service` and `dst_endpoint`
    'service',
  ],
);

const day = await aDay();
const eventOf = (part: Parameters<typeof aDecision>[0]) => toOcsf(observed(aDecision(part)), { service: 'bank' });
const denied = (code: string, rule = 'idle') => [{ code, effect: 'deny', rule, since: 77 }] as const;

describe('OCSF events', () => {
  it('are of class 3002 as its schema has it, whatever the record', () => {
    const isEvent = new Ajv({ allErrors: true }).compile(AUTHENTICATION);
    const events: OcsfAuthentication[] = [];
    const sink = ocsfTo((event) => events.push(event), { service: 'bank', version: '1.2.3' });
    for (const record of day.records) sink(observed(record));
    expect(events.length).toBeGreaterThan(20);
    for (const event of events) {
      expect(isEvent(event), JSON.stringify([event, isEvent.errors])).toBe(true);
      expect(event.type_uid).toBe(3002 * 100 + event.activity_id);
      expect(event.metadata.profiles !== undefined, 'a device is of the profile `host`').toBe(
        event.device !== undefined,
      );
    }
    expect(new Set(events.map(({ activity_id }) => activity_id))).toEqual(new Set([1, 2, 5, 99]));
  });

  it('tell a login, with the network and the device', () => {
    expect(eventOf({ type: 'start', context: CONTEXT, age: null })).toMatchObject({
      type_uid: 300201,
      status_id: 1,
      severity_id: 1,
      src_endpoint: { ip: '203.0.113.0' },
      device: { uid: expect.stringMatching(/^[\w-]{22}$/) },
      session: { expiration_time: 1_700_000_900_000 },
    });
    expect(eventOf({ type: 'start', effect: 'deny', reasons: denied('concurrency_limit') })).toMatchObject({
      type_uid: 300201,
      status_id: 2,
      status_detail: 'CONCURRENCY_LIMIT',
      severity_id: 3,
    });
  });

  it.each([
    ['logout', 'LOGOFF_USER_INITIATED'],
    ['logout_everywhere', 'LOGOFF_USER_INITIATED'],
    ['idle_timeout', 'LOGOFF_OTHER'],
    ['account_disabled', 'LOGOFF_OTHER'],
  ])('tell an end by %s as %s', (code, detail) => {
    expect(eventOf({ effect: 'deny', endedNow: true, until: null, reasons: denied(code) })).toMatchObject({
      type_uid: 300202,
      status_id: 1,
      status_detail: detail,
      session: { created_time: 1_700_000_000_000 - 60_000, expiration_time: 77, expiration_reason: code },
    });
  });

  it('tell a use after the end as critical and failed, and a plain permit not at all', () => {
    expect(eventOf({ effect: 'deny', reasons: denied('logout', 'ended') })).toMatchObject({
      type_uid: 300299,
      severity_id: 5,
      status_id: 2,
      metadata: { event_code: 'session_use_after_expire' },
    });
    expect(eventOf({})).toBeNull();
    expect(eventOf({ type: 'revoked', effect: 'deny', reasons: denied('logout', 'ended') })).toBeNull();
    expect(eventOf({ effect: 'indeterminate' })).toBeNull();
  });
});
