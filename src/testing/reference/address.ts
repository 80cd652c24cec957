import type { AddressRange, Network } from '../../core/policy.js';

/** An address as one number of 128 bits; an IPv4 address is its v4-mapped IPv6 address. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

const MAPPED = 0xffffn << 32n;

/** Reads an address strictly; `null` for everything else. */
export function readAddress(text: unknown): Address | null {
  if (typeof text !== 'string') return null;
  const four = readFour(text);
  if (four !== null) return { family: 4, value: MAPPED | four };
  const six = readSix(text);
  if (six === null) return null;
  return { family: six >> 32n === 0xffffn ? 4 : 6, value: six };
}

function readFour(text: string): bigint | null {
  const numbers = text.split('.');
  const valid = numbers.every((number) => /^(0|[1-9][0-9]{0,2})$/.test(number) && Number(number) <= 255);
  if (numbers.length !== 4 || !valid) return null;
  return numbers.reduce((value, number) => value * 256n + BigInt(number), 0n);
}

function readSix(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half, index) => readGroups(half, index === halves.length - 1));
  if (head === null || head === undefined || tail === null) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  // RFC 4291: `::` stands for one or more groups of zeros.
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...(tail ?? [])];
  return groups.reduce((value, group) => value * 65_536n + group, 0n);
}

function readGroups(half: string, mayEndInFour: boolean): readonly bigint[] | null {
  if (half === '') return [];
  const parts = half.split(':');
  const last = parts[parts.length - 1] as string;
  const four = mayEndInFour && last.includes('.') ? readFour(last) : null;
  const words = four === null ? parts : parts.slice(0, -1);
  if (!words.every((word) => /^[0-9a-fA-F]{1,4}$/.test(word))) return null;
  const groups = words.map((word) => BigInt(`0x${word}`));
  return four === null ? groups : [...groups, four >> 16n, four & 0xffffn];
}

/** Whether the first `bits` bits, counted in the address's own family, are the same. */
export function sharePrefix(left: Address, right: Address, bits: number): boolean {
  const length = left.family === 4 ? 32 : 128;
  return left.value >> BigInt(length - bits) === right.value >> BigInt(length - bits);
}

/** Names of the networks that an address lies in, in the policy's order. */
export function networksOf(networks: readonly Network[], text: string | null): readonly string[] {
  const address = readAddress(text);
  if (address === null) return [];
  return networks.filter(({ ranges }) => ranges.some((range) => lies(address, range))).map(({ name }) => name);
}

function lies(address: Address, range: AddressRange): boolean {
  const start = range.groups.reduce((value, group) => value * 65_536n + BigInt(group), 0n);
  // a range of IPv6 addresses holds no IPv4 address, though each has an IPv6 spelling
  if (address.family === 4 && range.bits < 96) return false;
  const rest = BigInt(128 - range.bits);
  return address.value >> rest === start >> rest;
}
