import { trace } from '@opentelemetry/api';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  healthFigures,
  METRICS,
  meterFigures,
  observing,
  prometheusText,
  spanEvents,
} from '../../src/observe/index.js';
import { aWorld, login, MINUTE, SECOND, testStore, USER } from '../engine/support.js';
import { aDay, aDecision, KEY, policy, pseudonym, SECRETS } from './support.js';
import { metering, tracing } from './telemetry.js';

const { tracer, spans } = tracing();
const meters = metering();
afterAll(() => meters.close());

describe('spans', () => {
  let finished = 0;
  beforeEach(() => {
    finished = spans().length;
  });

  const inSpan = async (name: string, act: () => Promise<unknown>) => {
    await tracer.startActiveSpan(name, async (span) => {
      await act();
      span.end();
    });
  };

  it('are told of their own request, also where the loads of many travel together', async () => {
    const world = aWorld();
    const engine = world.engine({ store: testStore(), policy, observer: observing({ key: KEY }, spanEvents(trace)) });
    const people = ['a', 'b', 'c', SECRETS.subject];
    const handles: string[] = [];
    for (const subject of people) handles.push((await login(engine, { subject })).handle);
    await world.advance(SECOND);
    await Promise.all(handles.map((handle, index) => inSpan(`${index}`, () => engine.access(handle, USER))));
    const told = spans()
      .slice(finished)
      .map(({ name, attributes }) => [name, attributes['user.hash']]);
    expect(new Map(told as [string, string][])).toEqual(
      new Map(people.map((subject, index) => [`${index}`, pseudonym('subject', subject)])),
    );
  });

  it('get an event for a start, an end, a refusal and a fault, and none for a plain permit', async () => {
    const world = aWorld();
    const store = testStore();
    const engine = world.engine({ store, policy, observer: observing({ key: KEY }, spanEvents(trace)) });
    let handle = '';
    await inSpan('login', async () => {
      handle = (await login(engine)).handle;
    });
    await world.advance(SECOND);
    await inSpan('permit', () => engine.access(handle, USER));
    await inSpan('step-up', () => engine.access(handle, { ...USER, operation: 'pay' }));
    await engine.flush();
    store.intercept = () => Promise.reject(new Error('away'));
    await inSpan('fault', () => engine.access(handle, USER));
    store.intercept = null;
    await world.advance(16 * MINUTE);
    await inSpan('late', () => engine.access(handle, USER));
    const told = spans()
      .slice(finished)
      .map(({ name, events }) => [
        name,
        ...events.map((event) => `${event.name} ${event.attributes?.['curfew.event']}`),
      ]);
    expect(told).toEqual([
      ['login', 'session.start session_created'],
      ['permit'],
      ['step-up', 'curfew.refusal session_challenged'],
      ['fault', 'curfew.fault session_fault', 'curfew.refusal session_undecided'],
      ['late', 'session.end session_expired'],
    ]);
    const [last] = spans().slice(-1);
    expect(last?.attributes).toMatchObject({ 'curfew.effect': 'deny', 'curfew.reasons': ['idle_timeout'] });
    expect(last?.attributes['session.id']).toBe(pseudonym('session', handle.slice(0, 22)));
  });

  it('are not needed', async () => {
    const observer = observing({ key: KEY }, spanEvents(trace));
    for (const record of (await aDay()).records) observer(record);
    expect(spans()).toHaveLength(finished);
  });
});

describe('metrics', () => {
  it('are the same figures as in the text of Prometheus, and stop when told to', async () => {
    const health = healthFigures(policy);
    for (const record of (await aDay()).records) health.observer(record);
    const stop = meterFigures(meters.meter, health);
    const collected = await meters.collect();
    expect(new Set(collected.map(({ descriptor }) => descriptor.name))).toEqual(
      new Set(Object.values(METRICS).map(({ name }) => name)),
    );
    const lines = prometheusText(health.figures()).split('\n');
    for (const { descriptor, dataPoints } of collected) {
      for (const { attributes, value } of dataPoints) {
        const labels = Object.entries(attributes).map(([name, text]) => `${name}="${text}"`);
        const name = descriptor.name.replaceAll('.', '_');
        const isHere = (line: string) =>
          line.startsWith(name) && line.endsWith(` ${value}`) && labels.every((label) => line.includes(label));
        expect(lines.some(isHere), `${descriptor.name} ${labels.join()} ${value}`).toBe(true);
      }
    }
    stop();
    const reasons = [{ code: 'country_changed', effect: 'deny', rule: 'risk', since: 0 }] as const;
    health.observer(aDecision({ effect: 'deny', reasons }));
    expect(prometheusText(health.figures())).toContain('country_changed');
    expect(JSON.stringify(await meters.collect())).not.toContain('country_changed');
  });
});
