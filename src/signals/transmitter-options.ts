import type { CryptoKey, JWK } from 'jose';
import { curfewError, type Problem } from '../core/errors.js';
import type { Random } from '../engine/secrets.js';
import type { DurationText } from '../policy/document.js';
import type { Clock } from '../time/clock.js';
import { parseDuration } from '../time/duration.js';
import type { Timers } from '../time/timer.js';
import type { Authenticator } from './authenticate.js';
import type { SignalsObserver } from './records.js';
import type { SessionNews } from './session-events.js';
import type { SubjectIdentifier } from './subject.js';
import { SET_ALGORITHMS } from './validate.js';
import type { Authorization, Fetch } from './waiting.js';

/** A receiver, and how SETs get to it. */
export interface TransmitterStream {
  /** Its `stream_id`. */
  readonly id: string;
  /** The `aud` of its SETs. */
  readonly audience: string | readonly string[];
  /** The short names of the events that it gets. Default: all three. */
  readonly events?: readonly string[];
  readonly delivery:
    | { readonly method: 'push'; readonly endpoint: string; readonly authorization?: Authorization }
    | { readonly method: 'poll'; readonly authenticate: Authenticator };
}

/** What a transmitter is made of. */
export interface TransmitterOptions {
  readonly issuer: string;
  /** What signs. `interop` wants RS256, with 2048 bits or more. */
  readonly signingKey: { readonly kid: string; readonly alg: string; readonly privateKey: CryptoKey | JWK };
  readonly streams: readonly TransmitterStream[];
  /** Whom an event is about. Default: a complex subject of an `iss_sub` user and an `opaque` session. */
  readonly subject?: (news: SessionNews) => SubjectIdentifier;
  /** More members for an event's payload: `acr`, `amr`, `ext_id`. What is left out is not said. */
  readonly details?: (news: SessionNews) => Readonly<Record<string, unknown>>;
  /** How often at most one session is told to have been presented. Default: never. */
  readonly presentedEvery?: DurationText | null;
  /** How many SETs may wait for one stream. Default 10,000. */
  readonly queueSize?: number;
  /** How long a poll may be held back. Default 25 s. */
  readonly longPoll?: DurationText;
  /** How long a push may take. Default 10 s. */
  readonly timeout?: DurationText;
  /** The host's `fetch`; needed to push. */
  readonly fetch?: Fetch;
  readonly observer?: SignalsObserver;
  /** Default: the host's. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Default: the host's. */
  readonly timers?: Timers;
  /** Default: the host's. */
  readonly random?: Random;
}

/**
 * Refuses options that make no transmitter.
 *
 * @throws an error with code `transmitter_options_invalid` that names every one that is wrong.
 */
export function checkTransmitter(options: TransmitterOptions): void {
  const problems: Problem[] = [];
  const check = (isFine: boolean, path: string, message: string) => {
    if (!isFine) problems.push({ path, code: 'invalid', message });
  };
  const { issuer, signingKey, streams, queueSize = 1 } = options;
  const list = Array.isArray(streams) ? (streams as readonly TransmitterStream[]) : [];
  check(isName(issuer), '/issuer', 'must be the issuer');
  check(isName(signingKey?.kid), '/signingKey/kid', 'must name the key');
  check(SET_ALGORITHMS.includes(signingKey?.alg), '/signingKey/alg', `must be one of ${SET_ALGORITHMS.join(', ')}`);
  const isKey = typeof signingKey?.privateKey === 'object' && signingKey.privateKey !== null;
  check(isKey, '/signingKey/privateKey', 'must be a CryptoKey or a JWK');
  check(list.length > 0, '/streams', 'must hold at least one stream');
  check(new Set(list.map(({ id }) => id)).size === list.length, '/streams', 'must have ids of their own');
  check(Number.isInteger(queueSize) && queueSize > 0, '/queueSize', 'must be a whole number above 0');
  for (const [index, { id, audience, delivery }] of list.entries()) {
    const path = `/streams/${index}`;
    check(isName(id), `${path}/id`, 'must name the stream');
    const names = Array.isArray(audience) ? audience : [audience];
    check(names.length > 0 && names.every(isName), `${path}/audience`, 'must name the receiver');
    const isPush = delivery?.method === 'push';
    check(isPush || delivery?.method === 'poll', `${path}/delivery/method`, 'must be `push` or `poll`');
    if (isPush) check(/^https?:\/\//.test(delivery.endpoint), `${path}/delivery/endpoint`, 'must be an absolute URL');
    if (isPush) check(typeof options.fetch === 'function', '/fetch', 'is needed to push');
    // whoever may poll may take a stream's events away
    else check(delivery?.authenticate !== undefined, `${path}/delivery/authenticate`, 'is needed: who may poll');
  }
  for (const name of ['presentedEvery', 'longPoll', 'timeout'] as const) {
    const value = options[name];
    const isFine = value === undefined || value === null || parseDuration(value) !== null;
    check(isFine, `/${name}`, 'must be a duration such as "25s", or milliseconds');
  }
  if (problems.length > 0)
    throw curfewError('transmitter_options_invalid', 'these options make no transmitter:', problems);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
