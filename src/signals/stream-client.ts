import { curfewError } from '../core/errors.js';
import { systemTimers, type Timers } from '../time/timer.js';
import { readJsonBody } from './body.js';
import {
  readConfiguration,
  readStatus,
  readStream,
  type StreamConfiguration,
  type StreamStatus,
  type TransmitterConfiguration,
} from './parse-stream.js';
import type { SubjectIdentifier } from './subject.js';
import { type Authorization, ask, type Fetch, type Line } from './waiting.js';

/** How a transmitter is reached. */
export interface StreamClientOptions {
  readonly issuer: string;
  /** The host's `fetch`. */
  readonly fetch: Fetch;
  /** The header `authorization`, with the scopes `ssf.manage` or `ssf.read`. */
  readonly authorization?: Authorization;
  /** Default: the host's. */
  readonly timers?: Timers;
}

/** A stream that is asked for, or changed. Names of members are those of the specification. */
export interface StreamRequest {
  readonly delivery?: {
    /** `urn:ietf:rfc:8935` to push, `urn:ietf:rfc:8936` to poll. */
    readonly method: string;
    readonly endpoint_url?: string;
    readonly authorization_header?: string;
  };
  /** URIs: `eventUri('caep/session-revoked')`. */
  readonly events_requested?: readonly string[];
  readonly description?: string;
}

/** Manages streams at a transmitter (Shared Signals Framework 1.0, "Event Stream Management"). */
export interface StreamClient {
  /** What the transmitter says of itself; asked for once. */
  configuration(): Promise<TransmitterConfiguration>;
  create(stream: StreamRequest): Promise<StreamConfiguration>;
  read(streamId: string): Promise<StreamConfiguration>;
  /** Changes what is named, and leaves the rest. */
  update(streamId: string, changes: StreamRequest): Promise<StreamConfiguration>;
  remove(streamId: string): Promise<void>;
  status(streamId: string): Promise<StreamStatus>;
  setStatus(streamId: string, status: 'enabled' | 'paused' | 'disabled', reason?: string): Promise<StreamStatus>;
  addSubject(streamId: string, subject: SubjectIdentifier, verified?: boolean): Promise<void>;
  removeSubject(streamId: string, subject: SubjectIdentifier): Promise<void>;
  /** Asks for a verification event. Tell the receiver of `state` first: `receiver.expect(state)`. */
  verify(streamId: string, state?: string): Promise<void>;
}

type Endpoint =
  | 'configuration_endpoint'
  | 'status_endpoint'
  | 'add_subject_endpoint'
  | 'remove_subject_endpoint'
  | 'verification_endpoint';

const LONGEST = 262_144;
const TIMEOUT = 10_000;

/**
 * Manages streams at a transmitter.
 *
 * @throws an error with code `stream_client_options_invalid`; and each method rejects with `stream_request_failed` if
 * the transmitter does not do what it is asked for.
 * @example
 * const fetch = async () => new Response(null, { status: 404 });
 * const client = streamClient({ issuer: 'https://idp.example.com', fetch });
 * const failure = await client.read('s1').catch((error) => error.code);
 * failure; // => 'stream_request_failed'
 */
export function streamClient({
  issuer,
  fetch: send,
  authorization,
  timers = systemTimers,
}: StreamClientOptions): StreamClient {
  const base = originOf(issuer);
  const line: Line = { send, authorization, timers, timeout: TIMEOUT, stopped: new AbortController().signal };
  let known: Promise<TransmitterConfiguration> | null = null;
  const configuration = () => {
    known ??= discovered(line, base, issuer).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
  const asked = async (method: string, endpoint: Endpoint, body: object | null, streamId?: string) => {
    const address = (await configuration())[endpoint];
    if (address === undefined) throw failed(`the transmitter has no ${endpoint}`);
    const url = new URL(address);
    if (streamId !== undefined) url.searchParams.set('stream_id', streamId);
    return sent(line, method, url.href, body);
  };
  const stream = async (answer: Promise<unknown>) => read(readStream, await answer);
  const status = async (answer: Promise<unknown>) => read(readStatus, await answer);
  const done = async (answer: Promise<unknown>) => void (await answer);
  return {
    configuration,
    create: (request) => stream(asked('POST', 'configuration_endpoint', request)),
    read: (id) => stream(asked('GET', 'configuration_endpoint', null, id)),
    update: (id, changes) => stream(asked('PATCH', 'configuration_endpoint', { stream_id: id, ...changes })),
    remove: (id) => done(asked('DELETE', 'configuration_endpoint', null, id)),
    status: (id) => status(asked('GET', 'status_endpoint', null, id)),
    setStatus: (id, to, reason) => status(asked('POST', 'status_endpoint', { stream_id: id, status: to, reason })),
    addSubject: (id, subject, verified) =>
      done(asked('POST', 'add_subject_endpoint', { stream_id: id, subject, verified })),
    removeSubject: (id, subject) => done(asked('POST', 'remove_subject_endpoint', { stream_id: id, subject })),
    verify: (id, state) => done(asked('POST', 'verification_endpoint', { stream_id: id, state })),
  };
}

function originOf(issuer: string): URL {
  try {
    const url = new URL(issuer);
    if (/^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') return url;
  } catch {}
  const message = 'must be the issuer: an absolute URL without query and fragment';
  throw curfewError('stream_client_options_invalid', 'these options make no client:', [
    { path: '/issuer', code: 'invalid', message },
  ]);
}

/** The well-known part goes between the host and the path, as in RFC 8414 section 3. */
async function discovered(line: Line, base: URL, issuer: string): Promise<TransmitterConfiguration> {
  const path = base.pathname.replace(/\/$/, '');
  const url = new URL(`/.well-known/ssf-configuration${path}`, base).href;
  const configuration = read(readConfiguration, await sent(line, 'GET', url, null));
  // one that speaks for somebody else would have us trust the wrong keys
  if (configuration.issuer !== issuer) throw failed('the configuration is that of another issuer');
  return configuration;
}

function sent(line: Line, method: string, url: string, body: object | null): Promise<unknown> {
  const headers = { accept: 'application/json', ...(body !== null && { 'content-type': 'application/json' }) };
  const request = { method, headers, ...(body !== null && { body: JSON.stringify(body) }) };
  const answer = ask(line, url, request, async (response) => {
    if (!response.ok) {
      await response.body?.cancel();
      throw failed(`the transmitter answered ${response.status}`);
    }
    return response.status === 204 ? null : readJsonBody(response, LONGEST);
  });
  return answer.catch((error: unknown) => {
    throw (error as { code?: unknown } | null)?.code === FAILED ? error : failed('the transmitter did not answer');
  });
}

function read<Value>(reader: (value: unknown) => Value | null, value: unknown): Value {
  const parsed = reader(value);
  if (parsed === null) throw failed('the transmitter answered what cannot be read');
  return parsed;
}

const FAILED = 'stream_request_failed';

function failed(message: string): Error {
  return curfewError(FAILED, 'the stream could not be managed:', [{ path: '', code: 'failed', message }]);
}
