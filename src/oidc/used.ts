import type { Duration } from '../time/duration.js';
import type { ProviderTokenClaims } from './provider-token.js';
import type { SharedValues } from './values.js';

const SECOND = 1_000;

/** Whether a token was used before. */
export async function isUsed(used: SharedValues, claims: ProviderTokenClaims): Promise<boolean> {
  return (await used.get(nameOf(claims))) !== null;
}

/** Notes that a token was used, for as long as it would be accepted. */
export async function noteUse(used: SharedValues, claims: ProviderTokenClaims, leeway: Duration): Promise<void> {
  await used.set(nameOf(claims), '1', Math.ceil(claims.exp * SECOND) + leeway);
}

function nameOf({ iss, jti }: ProviderTokenClaims): string {
  return `jti:${JSON.stringify([iss, jti])}`;
}
