import type { HttpOptions } from '../../http/index.js';
import { expectSame, expectThat } from '../store-contract/check.js';
import type { ContractOperation } from './routes.js';
import type { Site } from './site.js';
import { COOKIE, type Reply } from './visitor.js';

/** What an app may be unable to do, with a reason. */
export type FrameworkCapability = 'remoteAddress' | 'repeatedHeaders';

/** A case of the contract. */
export interface FrameworkCaseDefinition {
  /** A sentence about an adapter that keeps the promise. */
  readonly name: string;
  readonly needs?: FrameworkCapability;
  /** Options beside those that every case has. */
  readonly options?: Partial<HttpOptions<ContractOperation>>;
  run(site: Site): Promise<void>;
}

/** Throws unless the reply has this status, and this code where it is a refusal. */
export function expectReply(reply: Reply, status: number, code?: string): void {
  const shown = reply.body.length > 200 ? `${reply.body.slice(0, 200)}...` : reply.body;
  expectThat(reply.status === status, `status ${reply.status} instead of ${status}, with the body ${shown}`);
  if (code === undefined) return;
  expectSame(reply.header('content-type')?.split(';')[0], 'application/problem+json', 'the content type');
  expectThat(reply.header('cache-control')?.includes('no-store') === true, 'a refusal that caches may keep');
  expectSame(reply.json()['code'], code, 'the code');
}

/** Throws unless no route was reached since the list had this length. */
export function expectNotReached({ ran }: Site, before: number): void {
  expectSame(ran.slice(before), [], 'routes that were reached');
}

/** Throws unless the session's cookie is left as it is. */
export function expectCookieKept(reply: Reply): void {
  expectSame(reply.sessionCookie === null, true, `\`Set-Cookie\` for ${COOKIE} is absent`);
}

/** Throws unless the session's cookie is removed. */
export function expectCookieRemoved(reply: Reply): void {
  const line = reply.sessionCookie;
  expectThat(line?.includes('Max-Age=0') === true, `the cookie is to be removed: ${masked(line)}`);
}

/** A failure may end up in a log. */
export function masked(line: string | null): string {
  return line === null ? 'no such line' : line.replace(/=[^;]*/, '=...');
}
