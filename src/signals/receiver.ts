import type { Instant } from '../time/instant.js';
import { handled, seenKey, stateKey } from './handle-event.js';
import { type Poller, type PollOptions, pollStream } from './poll.js';
import { answerPush } from './push.js';
import { type ReceiverOptions, receiverParts } from './receiver-options.js';
import { isSetError, type SetError, type SetVerdict } from './set-error.js';
import { isKeysUnavailable, validateSet } from './validate.js';
import { refused, unclear } from './verdicts.js';

/** Receives one transmitter's events, and does to sessions what they ask for. Made by `createReceiver`. */
export interface Receiver {
  /** Answers a request that pushes a SET (RFC 8935). */
  push(request: Request): Promise<Response>;
  /** Polls for SETs (RFC 8936), until it is stopped. */
  poll(options: PollOptions): Poller;
  /** Takes a SET that came on any other way. Never rejects. */
  receive(set: string): Promise<SetVerdict>;
  /** A verification with this `state` was asked for: one with any other is refused (`invalid_state`). */
  expect(state: string): Promise<void>;
  /** When a valid SET was last received here; `null` before the first. */
  lastHeardAt(): Instant | null;
}

/**
 * Makes a receiver of shared signals: SETs of one transmitter, validated, and applied to an engine's sessions by a
 * mapping that is data (CAEP 1.0, RISC 1.0, Shared Signals Framework 1.0).
 *
 * @throws an error with code `receiver_options_invalid` that names every option that is wrong.
 * @example
 * const receiver = createReceiver({
 *   engine,
 *   transmitter: {
 *     issuer: 'https://idp.example.com',
 *     audience: 'https://app.example.com',
 *     keys: new URL('https://idp.example.com/jwks.json'),
 *   },
 * });
 * const request = new Request('https://app.example.com/events', { method: 'POST', body: 'not a SET' });
 * const response = await receiver.push(request);
 * response.status; // => 400
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  const parts = receiverParts(options);
  const underWay = new Map<string, Promise<SetVerdict>>();
  let heardAt: Instant | null = null;
  /** Two deliveries of one SET at the same time are one. */
  const joined = (key: string, act: () => Promise<SetVerdict>): Promise<SetVerdict> => {
    const known = underWay.get(key);
    if (known !== undefined) return known;
    const verdict = act().finally(() => underWay.delete(key));
    underWay.set(key, verdict);
    return verdict;
  };
  const receive = async (set: string): Promise<SetVerdict> => {
    const receivedAt = parts.engine.now();
    try {
      const event = await validateSet(set, parts.rules, receivedAt);
      if (isSetError(event)) return refused(parts, receivedAt, null, event);
      heardAt = receivedAt;
      return await joined(seenKey(event), () => handled(parts, receivedAt, event));
    } catch (error) {
      return unclear(parts, receivedAt, null, isKeysUnavailable(error) ? 'keys_unavailable' : 'receiver_failed');
    }
  };
  const refuse = (error: SetError) => void refused(parts, parts.engine.now(), null, error);
  return {
    receive,
    push: (request) => answerPush({ receive, refuse, authenticate: options.authenticate }, request),
    poll: (polling) => pollStream({ receive, now: () => parts.engine.now(), observer: parts.observer }, polling),
    expect: async (state) => parts.seen.add(stateKey(parts, state)),
    lastHeardAt: () => heardAt,
  };
}
