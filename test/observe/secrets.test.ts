import { trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import type { DecisionRecord, FaultRecord } from '../../src/engine/index.js';
import {
  detecting,
  findingLine,
  healthFigures,
  logLine,
  logTo,
  meterFigures,
  observers,
  observing,
  ocsfTo,
  prometheusText,
  spanEvents,
} from '../../src/observe/index.js';
import { runs } from '../engine/support.js';
import { aDay, aDecision, KEY, policy, SECRETS } from './support.js';
import { metering, tracing } from './telemetry.js';

const { tracer, spans } = tracing();
const meters = metering();
afterAll(() => meters.close());

const ALWAYS = { atLeast: 1, within: 60_000 };

/** Every way out at once: what each of them wrote, by its name. */
async function written(records: readonly (DecisionRecord | FaultRecord)[]): Promise<Record<string, string>> {
  const out: Record<string, string[]> = { json: [], line: [], pino: [], ocsf: [], findings: [] };
  const health = healthFigures(policy);
  const logger = pino({ level: 'trace' }, { write: (line: string) => out['pino']?.push(line) });
  const thresholds = { reuse: ALWAYS, sharedDevice: ALWAYS, useAfterEnd: ALWAYS };
  const found = detecting(thresholds, (finding) => {
    health.found(finding);
    out['findings']?.push(JSON.stringify(findingLine(finding)));
  });
  const observer = observers(
    health.observer,
    observing(
      { key: KEY },
      (record) => out['json']?.push(JSON.stringify(record)),
      (record) => out['line']?.push(JSON.stringify(logLine(record))),
      logTo(logger),
      spanEvents(trace),
      ocsfTo((event) => out['ocsf']?.push(JSON.stringify(event)), { service: 'bank' }),
      found,
    ),
  );
  const stop = meterFigures(meters.meter, health);
  const before = spans().length;
  tracer.startActiveSpan('request', (span) => {
    for (const record of records) observer(record);
    span.end();
  });
  const metrics = JSON.stringify(await meters.collect());
  stop();
  const exported = spans()
    .slice(before)
    .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
  return {
    ...Object.fromEntries(Object.entries(out).map(([name, lines]) => [name, lines.join('\n')])),
    spans: JSON.stringify(exported),
    metrics,
    prometheus: prometheusText(health.figures()),
    latest: JSON.stringify(health.latestFault()),
  };
}

const WAYS = ['json', 'line', 'pino', 'ocsf', 'findings', 'spans', 'metrics', 'prometheus', 'latest'];

describe('what is written', () => {
  it('holds nothing of a whole day that could be presented, or that names a person, a device or an address', async () => {
    const { records, secrets } = await aDay();
    const outputs = await written(records);
    expect(Object.keys(outputs).sort()).toEqual([...WAYS].sort());
    for (const way of WAYS) {
      expect(outputs[way]?.length, `${way} wrote something`).toBeGreaterThan(20);
      for (const secret of secrets) expect(outputs[way], `${way} holds ${secret}`).not.toContain(secret);
    }
    // the check can fail: the engine's own records do name people
    expect(JSON.stringify(records)).toContain(SECRETS.subject);
  });

  it('holds none of it wherever in a record it lies', async () => {
    const secret = fc.constantFrom(...Object.values(SECRETS), 'AbCdEfGhIjKlMnOpQrStUv.0123456789abcdefghij');
    const error = fc.oneof(
      secret.map((text) => new Error(text, { cause: new TypeError(text) })),
      secret.map((text) => ({ name: text, code: text, message: text, stack: text, errno: text })),
      secret,
    );
    const fault = fc.record({ at: fc.nat(), code: secret, during: fc.constant('flush' as const), error });
    const reason = fc.record({
      code: fc.oneof(secret, fc.constantFrom('idle_timeout', 'refresh_reused', 'impossible_travel')),
      effect: fc.constantFrom('permit', 'challenge', 'deny'),
      rule: fc.oneof(secret, fc.constantFrom('ended', 'refresh', 'idle')),
      since: fc.nat(),
    });
    const reasons = fc.array(reason, { maxLength: 3 });
    const decision = fc.record({
      at: fc.nat(),
      type: fc.constantFrom('start', 'access', 'token_refreshed', 'reauthenticated', 'revoked', 'signal'),
      activity: fc.oneof(secret, fc.constantFrom('user', 'background', null)),
      context: fc.record({ ip: secret, deviceId: secret, userAgent: secret, country: secret }),
      by: secret,
      sessionId: secret,
      subject: secret,
      effect: fc.constantFrom('permit', 'challenge', 'deny', 'indeterminate', 'superseded'),
      reasons,
      endedNow: fc.boolean(),
      warned: fc.boolean(),
      wouldBe: fc.option(fc.record({ effect: fc.constant('deny'), reasons, endsNow: fc.boolean() })),
    });
    const records = fc.array(
      fc.oneof(
        decision.map((part) => aDecision(part as Partial<DecisionRecord>)),
        fault.map((part) => ({ kind: 'fault', ...part }) as FaultRecord),
      ),
      { minLength: 1, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(records, async (planted) => {
        for (const [way, text] of Object.entries(await written(planted))) {
          for (const one of [...Object.values(SECRETS), 'AbCdEfGhIjKlMnOpQrStUv']) expect(text, way).not.toContain(one);
        }
      }),
      runs(300),
    );
  });
});
