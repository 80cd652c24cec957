import type { Problem } from '../core/errors.js';
import { EXIT, type Failure, failure, isFailure } from './failure.js';
import type { LiveStoreOptions } from './live-store.js';

/** What a driver or a store may say of itself. */
interface Said {
  readonly code?: unknown;
  readonly message?: string;
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

const NO_TABLE = ['42P01', 'ER_NO_SUCH_TABLE', 'store_not_migrated'];

/**
 * Says in words why a store could not be read.
 *
 * What a driver says may hold the address, and with it the password: only what is known to be harmless is repeated.
 */
export function storeFailure(error: unknown, address: string, { table }: LiveStoreOptions): Failure {
  if (isFailure(error)) return error;
  const { code, message = '', problems = [], cause } = error as Said;
  if (code === 'store_options_invalid') {
    return failure(EXIT.usage, problems.map((one) => `--${one.path.slice(1)}: ${one.message}`).join('\n'));
  }
  if (NO_TABLE.includes(String(code)) || message.startsWith('no such table')) {
    return failure(EXIT.failed, `there is no table \`${table}\`: name the one that there is with --table`);
  }
  const refusal = [message, (cause as Said | undefined)?.message ?? ''].find((one) => REFUSAL.test(one));
  if (refusal !== undefined) return failure(EXIT.failed, `${placeOf(address)}: ${refusal}`);
  return failure(EXIT.failed, `the store could not be read: ${typeof code === 'string' ? code : 'no answer'}`);
}

/** What Redis says to whoever may not come in; the password is never in it. */
const REFUSAL = /^(?:WRONGPASS|NOAUTH|NOPERM)\b/;

/** Where a store is, without whose: what stands before the `@` may be a password, whatever it is called. */
function placeOf(address: string): string {
  return URL.canParse(address) ? `${new URL(address).protocol}//${new URL(address).host}` : 'the store';
}
