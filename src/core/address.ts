import type { AddressRange } from './policy.js';

/** An address as eight 16-bit groups; IPv4 as its v4-mapped IPv6 address, so that both spellings are one address. */
export type Address = readonly number[];

const GROUPS = 8;
const V4_MAPPED = [0, 0, 0, 0, 0, 0xffff];
const V4_MAPPED_BITS = 96;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const LOWER_A = 97;
const LOWER_F = 102;
const LOWER_CASE = 32;
const DECIMAL = /^(?:0|[1-9]\d{0,2})$/;

/**
 * Reads an IP address strictly: four decimal numbers without leading zeros, or RFC 4291 text without a zone.
 *
 * Strict, because a lenient reader (`10.1`, `010.0.0.1`) and a proxy that reads the same text otherwise would disagree
 * about which network an address is in.
 */
export function parseAddress(text: string): Address | null {
  if (text.length > 45) return null;
  if (!text.includes(':')) return parseIpv4(text);
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (!tail.includes('.')) return parseIpv6(text, []);
  const embedded = parseIpv4(tail);
  if (embedded === null) return null;
  const head = text.slice(0, -tail.length);
  return parseIpv6(head.endsWith('::') ? head : head.slice(0, -1), embedded.slice(6));
}

/** By character, because every request brings an address: a regular expression takes several times as long. */
function parseIpv4(text: string): Address | null {
  let high = 0;
  let octet = -1;
  let dots = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit === DOT - ZERO) {
      if (octet < 0 || ++dots > 3) return null;
      high = high * 256 + octet;
      octet = -1;
    } else {
      // a zero may stand alone, not lead
      if (digit < 0 || digit > 9 || octet === 0) return null;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return null;
    }
  }
  if (dots !== 3 || octet < 0) return null;
  return [0, 0, 0, 0, 0, 0xffff, high >> 8, (high & 0xff) * 256 + octet];
}

/** By character, too. `embedded` are the last two groups, where they are written as an IPv4 address. */
function parseIpv6(text: string, embedded: readonly number[]): Address | null {
  const groups: number[] = [];
  let gap = -1;
  let group = 0;
  let digits = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== COLON) {
      const digit = hexadecimal(code);
      if (digit < 0 || ++digits > 4) return null;
      group = group * 16 + digit;
    } else if (digits > 0) {
      groups.push(group);
      group = 0;
      digits = 0;
    } else if (index > 0) {
      // the second of two colons; there may be one such pair
      if (gap >= 0) return null;
      gap = groups.length;
    } else if (text.charCodeAt(1) !== COLON) return null;
  }
  if (digits > 0) groups.push(group);
  else if (groups.length !== gap) return null;
  return filled([...groups, ...embedded], gap);
}

function hexadecimal(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const letter = code | LOWER_CASE;
  return letter >= LOWER_A && letter <= LOWER_F ? letter - LOWER_A + 10 : -1;
}

/** All groups of an address: the gap `::` stands for at least one zero. */
function filled(groups: readonly number[], gap: number): Address | null {
  if (gap < 0) return groups.length === GROUPS ? groups : null;
  if (groups.length >= GROUPS) return null;
  const address = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let index = 0; index < groups.length; index++) {
    address[index < gap ? index : GROUPS - groups.length + index] = groups[index] as number;
  }
  return address;
}

/** Reads `203.0.113.0/24`, `2001:db8::/32` or a single address, and clears the host bits. */
export function parseRange(text: string): AddressRange | null {
  const [address, size, ...more] = text.split('/');
  const groups = parseAddress(address as string);
  if (groups === null || more.length > 0) return null;
  const width = (address as string).includes(':') ? 128 : 32;
  if (size !== undefined && (!DECIMAL.test(size) || Number(size) > width)) return null;
  const bits = 128 - width + (size === undefined ? width : Number(size));
  return { groups: groups.map((group, index) => group & maskOf(bits, index)), bits };
}

function maskOf(bits: number, index: number): number {
  const kept = Math.min(16, Math.max(0, bits - index * 16));
  return (0xffff << (16 - kept)) & 0xffff;
}

/** Whether an address lies in a range. An IPv6 range holds no IPv4 address unless it is one of v4-mapped addresses. */
export function inRange(range: AddressRange, address: Address): boolean {
  if (isIpv4(address) && range.bits < V4_MAPPED_BITS) return false;
  return sharesPrefix(range.groups, address, range.bits);
}

/** Whether two addresses are equal in their first `bits` bits. */
export function sharesPrefix(a: Address, b: Address, bits: number): boolean {
  const whole = bits >> 4;
  for (let index = 0; index < whole; index++) {
    if (a[index] !== b[index]) return false;
  }
  return whole * 16 === bits || (((a[whole] as number) ^ (b[whole] as number)) & maskOf(bits, whole)) === 0;
}

/** Whether an address is an IPv4 address, in either spelling. */
export function isIpv4(address: Address): boolean {
  return sharesPrefix(address, V4_MAPPED, V4_MAPPED_BITS);
}
