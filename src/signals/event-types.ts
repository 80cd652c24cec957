const BASE = 'https://schemas.openid.net/secevent/';
const FAMILY = /^(caep|risc|ssf)\/event-type\/([a-z-]+)$/;
const SHORT = /^(caep|risc|ssf)\/([a-z-]+)$/;

/**
 * The short name of an event type: what mappings and records go by. Any other URI stays what it is.
 *
 * @example
 * eventName('https://schemas.openid.net/secevent/caep/event-type/session-revoked'); // => 'caep/session-revoked'
 */
export function eventName(uri: string): string {
  const match = uri.startsWith(BASE) ? FAMILY.exec(uri.slice(BASE.length)) : null;
  return match === null ? uri : `${match[1]}/${match[2]}`;
}

/**
 * The URI of an event type by its short name.
 *
 * @example
 * eventUri('risc/account-disabled'); // => 'https://schemas.openid.net/secevent/risc/event-type/account-disabled'
 */
export function eventUri(name: string): string {
  const match = SHORT.exec(name);
  return match === null ? name : `${BASE}${match[1]}/event-type/${match[2]}`;
}
