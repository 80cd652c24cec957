/// <reference lib="dom" />
import { session } from './session.js';

export interface Reply<Body> {
  readonly status: number;
  readonly isOk: boolean;
  readonly body: Body;
}

/** What a refusal says of itself: `application/problem+json`. */
export interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly assuranceLevel?: string | null;
  readonly maxAgeMs?: number | null;
}

export interface CallOptions {
  readonly body?: object;
  /** Whether a person asked for it. Default `user`: mark what a timer sends. */
  readonly activity?: 'user' | 'background';
}

/** Asks the server. A server that does not answer is a refusal like any other. */
export async function call<Body = Problem>(
  method: string,
  path: string,
  { body, activity = 'user' }: CallOptions = {},
): Promise<Reply<Body & Problem>> {
  const content = body !== undefined && {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const init = { method, ...content };
  try {
    const response = await session.fetch(path, { ...init, background: activity === 'background' });
    const text = await response.text();
    return { status: response.status, isOk: response.ok, body: text === '' ? {} : JSON.parse(text) };
  } catch {
    const detail = 'The demo does not answer. Is it still running?';
    return { status: 0, isOk: false, body: { code: 'server_unreachable', detail } as Body & Problem };
  }
}
