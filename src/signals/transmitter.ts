import { type CryptoKey, importJWK, type JWTPayload, SignJWT } from 'jose';
import type { DecisionRecord, FaultRecord } from '../engine/observer.js';
import { base64url, systemRandom } from '../engine/secrets.js';
import { systemClock } from '../time/clock.js';
import { parseDuration } from '../time/duration.js';
import type { Instant } from '../time/instant.js';
import { systemTimers } from '../time/timer.js';
import { isJwk } from './documents.js';
import { eventUri } from './event-types.js';
import { answerPoll } from './poll-server.js';
import { deliverByPush } from './push-delivery.js';
import { createQueue, type Queue } from './queue.js';
import { streamRecord, tellSignals } from './records.js';
import { type SessionNews, sessionNews } from './session-events.js';
import type { SubjectIdentifier } from './subject.js';
import { checkTransmitter, type TransmitterOptions, type TransmitterStream } from './transmitter-options.js';

/** Tells others what becomes of an engine's sessions. Made by `createTransmitter`. */
export interface Transmitter {
  /** To be handed to the engine, or called by its observer. */
  readonly observer: (record: DecisionRecord | FaultRecord) => void;
  /** Answers a poll of a stream (RFC 8936); 404 for one that is not polled. */
  poll(streamId: string, request: Request): Promise<Response>;
  /** Sends a verification event, as a receiver asked for it; `false` if there is no such stream. */
  verify(streamId: string, state?: string): boolean;
  /** How many SETs wait to be delivered, by stream. */
  waiting(): Readonly<Record<string, number>>;
  /** Stops. What still waits is lost: receivers see a session's end then when they next ask. */
  close(): Promise<void>;
}

/** What is to be signed. */
interface Draft {
  readonly type: string;
  readonly subject: SubjectIdentifier;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly at: Instant;
  readonly txn: string;
}

const ID_BYTES = 16;
/** How many sessions are remembered to have been presented lately. */
const REMEMBERED = 10_000;

/**
 * Makes a transmitter of session-established, session-presented and session-revoked events (CAEP 1.0), pushed and
 * polled.
 *
 * What waits is kept in memory: the receiver's own limits hold in any case, and a SET that is lost makes an end late
 * there, never undone.
 *
 * @throws an error with code `transmitter_options_invalid` that names every option that is wrong.
 * @example
 * const { privateKey } = await generateKeyPair('RS256');
 * const transmitter = createTransmitter({
 *   issuer: 'https://idp.example.com',
 *   signingKey: { kid: '2026-11', alg: 'RS256', privateKey },
 *   streams: [{ id: 'mail', audience: 'https://mail.example.com', delivery: { method: 'poll', authenticate: 'x7' } }],
 * });
 * const watched = createEngine({ policy, store: memoryStore(), observer: transmitter.observer });
 * await watched.start({ subject: 'alice' });
 * transmitter.waiting(); // => { mail: 1 }
 */
export function createTransmitter(options: TransmitterOptions): Transmitter {
  checkTransmitter(options);
  const { streams, clock = systemClock, timers = systemTimers, random = systemRandom, observer } = options;
  const now = () => clock.now();
  const end = new AbortController();
  const queues = new Map(streams.map((one) => [one.id, createQueue(options.queueSize ?? 10_000)]));
  const makeId = () => base64url(random(ID_BYTES));
  const offer = offering(options, queues, makeId);
  const isTold = presentedLately(options);
  const running = startPushing(options, queues, end.signal);
  const streamOf = (streamId: string) => streams.find(({ id }) => id === streamId);
  return {
    observer(record) {
      const news = record.kind === 'decision' ? sessionNews(record) : null;
      if (news === null || end.signal.aborted || isTold(news)) return;
      const draft = draftOf(options, news, makeId());
      for (const stream of streams) if (stream.events?.includes(news.type) ?? true) offer(stream, draft);
    },
    async poll(streamId, request) {
      const [delivery, queue] = [streamOf(streamId)?.delivery, queues.get(streamId)];
      if (delivery?.method !== 'poll' || queue === undefined) return new Response(null, { status: 404 });
      const longPoll = parseDuration(options.longPoll ?? '25s') ?? 25_000;
      const { authenticate } = delivery;
      const parts = { streamId, queue, authenticate, longPoll, timers, stopped: end.signal, now, observer };
      return answerPoll(parts, request);
    },
    verify(streamId, state) {
      const stream = streamOf(streamId);
      const payload = state === undefined ? {} : { state };
      const subject = { format: 'opaque', id: streamId } as const;
      if (stream !== undefined) offer(stream, { type: 'ssf/verification', subject, payload, at: now(), txn: makeId() });
      return stream !== undefined;
    },
    waiting: () => Object.fromEntries([...queues].map(([id, queue]) => [id, queue.size()])),
    async close() {
      end.abort();
      await running;
    },
  };
}

/** Puts a SET into a stream's queue. It is signed when it is first wanted: an engine waits for no signature. */
function offering(options: TransmitterOptions, queues: ReadonlyMap<string, Queue>, makeId: () => string) {
  const { clock = systemClock, observer } = options;
  const sign = signer(options);
  return (stream: TransmitterStream, draft: Draft): void => {
    const jti = makeId();
    let signed: Promise<string> | null = null;
    const set = () => {
      signed ??= sign(stream, jti, draft);
      return signed;
    };
    const dropped = queues.get(stream.id)?.add({ jti, type: draft.type, set }) ?? null;
    if (dropped !== null) tellSignals(observer, streamRecord(clock.now(), 'set_dropped', dropped.type, stream.id));
  };
}

function startPushing(options: TransmitterOptions, queues: ReadonlyMap<string, Queue>, stopped: AbortSignal) {
  const { streams, clock = systemClock, timers = systemTimers, observer, fetch: send } = options;
  const timeout = parseDuration(options.timeout ?? '10s') ?? 10_000;
  const deliveries = streams.map(({ id: streamId, delivery }) => {
    const queue = queues.get(streamId);
    if (delivery.method !== 'push' || send === undefined || queue === undefined) return null;
    const { endpoint, authorization } = delivery;
    const line = { send, authorization, timers, timeout, stopped };
    return deliverByPush({ streamId, endpoint, queue, line, now: () => clock.now(), observer });
  });
  return Promise.all(deliveries);
}

/** Whether a session was told to have been presented a moment ago, or is never to be. */
function presentedLately({ presentedEvery = null }: TransmitterOptions): (news: SessionNews) => boolean {
  const every = presentedEvery === null ? null : parseDuration(presentedEvery);
  const told = new Map<string, Instant>();
  return ({ type, sessionId, at }) => {
    if (type !== 'caep/session-presented') return false;
    if (every === null) return true;
    const last = told.get(sessionId);
    if (last !== undefined && Math.abs(at - last) < every) return true;
    told.delete(sessionId);
    told.set(sessionId, at);
    const oldest = told.size > REMEMBERED ? told.keys().next().value : undefined;
    if (oldest !== undefined) told.delete(oldest);
    return false;
  };
}

function draftOf({ issuer, subject, details }: TransmitterOptions, news: SessionNews, txn: string): Draft {
  const named: SubjectIdentifier = subject?.(news) ?? {
    format: 'complex',
    user: { format: 'iss_sub', iss: issuer, sub: news.subject },
    session: { format: 'opaque', id: news.sessionId },
  };
  return { type: news.type, subject: named, payload: { ...details?.(news), ...news.payload }, at: news.at, txn };
}

function signer({ issuer, signingKey }: TransmitterOptions) {
  const { kid, alg, privateKey } = signingKey;
  let key: Promise<CryptoKey | Uint8Array> | null = null;
  return async ({ audience }: TransmitterStream, jti: string, draft: Draft): Promise<string> => {
    key ??= Promise.resolve(isJwk(privateKey) ? importJWK(privateKey, alg) : privateKey);
    const claims: JWTPayload = {
      iss: issuer,
      jti,
      iat: Math.floor(draft.at / 1_000),
      aud: typeof audience === 'string' ? audience : [...audience],
      txn: draft.txn,
      sub_id: draft.subject,
      events: { [eventUri(draft.type)]: draft.payload },
    };
    return new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'secevent+jwt' }).sign(await key);
  };
}
