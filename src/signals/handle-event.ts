import type { ReasonCode } from '../core/reason.js';
import type { Instant } from '../time/instant.js';
import { type AppliedAction, applyAction } from './apply.js';
import { actionsFor } from './mapping.js';
import type { ReceiverParts } from './receiver-options.js';
import { type SetOutcome, streamRecord, tellSignals } from './records.js';
import type { SecurityEvent } from './security-event.js';
import { refusedSet, type SetError, type SetVerdict } from './set-error.js';
import { targetsOf } from './targets.js';
import { accepted, refused, unclear } from './verdicts.js';

/** What a SET is remembered by. */
export function seenKey({ issuer, jti }: SecurityEvent): string {
  return `set ${issuer} ${jti}`;
}

/** What a verification is remembered by. */
export function stateKey({ rules }: ReceiverParts, state: string): string {
  return `state ${rules.issuer} ${state}`;
}

/** A SET that is valid. What goes wrong from here on is nobody's fault but ours: it has to come again. */
export async function handled(parts: ReceiverParts, receivedAt: Instant, event: SecurityEvent): Promise<SetVerdict> {
  try {
    const key = seenKey(event);
    if (await parts.seen.has(key)) return accepted(parts, receivedAt, event, 'repeated');
    const done = event.type.startsWith('ssf/') ? await aboutStream(parts, event) : await aboutSessions(parts, event);
    if ('err' in done) return refused(parts, receivedAt, event, done);
    const { outcome, subjects = [], actions = [] } = done;
    const code = actions.find((one) => one.code !== null)?.code ?? done.code ?? null;
    if (code !== null) return unclear(parts, receivedAt, event, code, { subjects, actions });
    await parts.seen.add(key);
    return accepted(parts, receivedAt, event, outcome, { subjects, actions });
  } catch {
    return unclear(parts, receivedAt, event, 'receiver_failed');
  }
}

/** What was done about a SET. */
interface Done {
  readonly outcome: SetOutcome;
  readonly code?: ReasonCode;
  readonly subjects?: readonly string[];
  readonly actions?: readonly AppliedAction[];
}

async function aboutSessions(parts: ReceiverParts, event: SecurityEvent): Promise<Done> {
  const actions = actionsFor(parts.mapping, event.type, event.payload);
  if (actions === null || actions.length === 0) return { outcome: 'told' };
  const targets = await targetsOf(parts, event);
  if (targets.length === 0) return { outcome: 'subject_unknown' };
  const applied: AppliedAction[] = [];
  for (const action of actions) applied.push(await applyAction(parts.engine, action, event, targets));
  const subjects = targets.map(({ subject }) => subject);
  // what could be done is done, also where not all of it could: the rest is, when the SET comes again
  const code = targets.find((one) => one.code !== null)?.code ?? null;
  return { outcome: 'applied', subjects, actions: applied, ...(code !== null && { code }) };
}

/** The stream speaks of itself: it is about no session. */
async function aboutStream(parts: ReceiverParts, event: SecurityEvent): Promise<Done | SetError> {
  const { payload, subject } = event;
  const { streamId, engine, observer } = parts;
  if (streamId !== null && !(subject.format === 'opaque' && subject.id === streamId)) {
    return refusedSet('invalid_request', 'this is about another stream');
  }
  const tell = (code: 'verified' | 'enabled' | 'paused' | 'disabled', reason: string | null) =>
    tellSignals(observer, streamRecord(engine.now(), `stream_${code}`, reason, streamId));
  if (event.type === 'ssf/stream-updated') {
    tell(payload['status'] as 'enabled', (payload['reason'] as string | undefined) ?? null);
  } else if (event.type === 'ssf/verification') {
    const { state } = payload as { readonly state?: string };
    // a transmitter may verify of its own accord, and then has no state to give back
    if (state !== undefined && !(await parts.seen.has(stateKey(parts, state)))) {
      return refusedSet('invalid_state', 'no verification was asked for with this state');
    }
    tell('verified', null);
  }
  return { outcome: 'told' };
}
