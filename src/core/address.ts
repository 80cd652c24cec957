import type { AddressRange } from './policy.js';

/** An address as eight 16-bit groups; IPv4 as its v4-mapped IPv6 address, so that both spellings are one address. */
export type Address = readonly number[];

const V4_MAPPED = [0, 0, 0, 0, 0, 0xffff];
const V4_MAPPED_BITS = 96;
const ZERO = 48;
const DOT = 46;
const DECIMAL = /^(?:0|[1-9]\d{0,2})$/;
const HEXADECIMAL = /^[0-9a-f]{1,4}$/i;

/**
 * Reads an IP address strictly: four decimal numbers without leading zeros, or RFC 4291 text without a zone.
 *
 * Strict, because a lenient reader (`10.1`, `010.0.0.1`) and a proxy that reads the same text otherwise would disagree about
 * which network an address is in.
 */
export function parseAddress(text: string): Address | null {
  if (text.length > 45) return null;
  if (!text.includes(':')) return joined(V4_MAPPED, parseIpv4(text));
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (!tail.includes('.')) return parseIpv6(text, []);
  const embedded = parseIpv4(tail);
  if (embedded === null) return null;
  const head = text.slice(0, -tail.length);
  return parseIpv6(head.endsWith('::') ? head : head.slice(0, -1), embedded);
}

function joined(head: readonly number[], tail: readonly number[] | null): Address | null {
  return tail === null ? null : [...head, ...tail];
}

/** By character, because every request brings an address: a regular expression takes several times as long. */
function parseIpv4(text: string): number[] | null {
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
  return [high >> 8, (high & 0xff) * 256 + octet];
}

function parseIpv6(text: string, embedded: readonly number[]): Address | null {
  const [head, rest, ...more] = text.split('::').map(groupsOf);
  if (head === undefined || head === null || rest === null || more.length > 0) return null;
  const missing = 8 - head.length - (rest?.length ?? 0) - embedded.length;
  if (rest === undefined) return missing === 0 ? [...head, ...embedded] : null;
  return missing > 0 ? [...head, ...new Array<number>(missing).fill(0), ...rest, ...embedded] : null;
}

function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  return parts.every((part) => HEXADECIMAL.test(part)) ? parts.map((part) => Number.parseInt(part, 16)) : null;
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
  for (let index = 0; index * 16 < bits; index++) {
    if ((((a[index] as number) ^ (b[index] as number)) & maskOf(bits, index)) !== 0) return false;
  }
  return true;
}

/** Whether an address is an IPv4 address, in either spelling. */
export function isIpv4(address: Address): boolean {
  return sharesPrefix(address, V4_MAPPED, V4_MAPPED_BITS);
}
