import type { Attributes, Span } from '@opentelemetry/api';
import type { ObservedDecision, ObservedRecord, Sink } from './observed.js';
import { securityEvent } from './security-event.js';

/** The part of `trace` of `@opentelemetry/api` that is used here. */
export interface ActiveSpan {
  getActiveSpan(): Span | undefined;
}

/**
 * A sink that tells the span of the request: attributes for what was decided, and an event for what is more than a
 * permit. Names and attributes hold no id: `session.id` and `user.hash` are pseudonyms. An engine answers within the
 * request's own context, so its span is the active one.
 *
 * @param trace `trace` of `@opentelemetry/api`
 * @example
 * const observer = observing({ key }, spanEvents(trace));
 */
export function spanEvents(trace: ActiveSpan): Sink {
  return (record) => {
    const span = trace.getActiveSpan();
    if (span?.isRecording() !== true) return;
    if (record.kind === 'decision') span.setAttributes(aboutRequest(record));
    const name = eventName(record);
    if (name !== null) span.addEvent(name, aboutEvent(record), record.at);
  };
}

/** OpenTelemetry's own names for a start and an end; ours for the rest. Nothing dynamic in them. */
function eventName(record: ObservedRecord): string | null {
  if (record.kind === 'fault') return 'curfew.fault';
  if (record.endedNow) return 'session.end';
  if (record.effect !== 'permit') return 'curfew.refusal';
  if (record.type === 'start') return 'session.start';
  return record.type === 'access' ? null : 'curfew.event';
}

function aboutRequest({ sessionId, subject, effect, policy, reasons }: ObservedDecision): Attributes {
  return {
    ...(sessionId === null ? {} : { 'session.id': sessionId }),
    ...(subject === null ? {} : { 'user.hash': subject }),
    'curfew.effect': effect,
    'curfew.policy': policy,
    ...(reasons.length === 0 ? {} : { 'curfew.reasons': reasons.map(({ code }) => code) }),
  };
}

function aboutEvent(record: ObservedRecord): Attributes {
  const { event, severity } = securityEvent(record);
  const named = { 'curfew.event': event, 'curfew.severity': severity };
  if (record.kind === 'fault') {
    const { code, during, errorName } = record;
    return {
      ...named,
      'curfew.code': code,
      'curfew.during': during,
      ...(errorName === null ? {} : { 'error.type': errorName }),
    };
  }
  return { ...named, ...aboutRequest(record), 'curfew.type': record.type };
}
