/** A named network: the first `bits` bits of eight 16-bit groups. */
export interface Prefix {
  readonly name: string;
  readonly groups: readonly number[];
  readonly bits: number;
}

const COLON = 58;
const DOT = 46;
const V4_GROUP = 0xffff;

/** Names of the networks that an address lies in. */
export function networksOf(networks: readonly Prefix[], ip: string | null): readonly string[] {
  const names: string[] = [];
  const groups = ip === null ? null : groupsOf(ip);
  if (groups === null) return names;
  for (const { name, groups: prefix, bits } of networks) {
    if (sharesBits(prefix, groups, bits) && !names.includes(name)) names.push(name);
  }
  return names;
}

/** Whether an address left the login's block of 24 bits (IPv4) or 48 bits (IPv6) and shares none of its networks. */
export function leftNetwork(networks: readonly Prefix[], bound: string, ip: string, names: readonly string[]): boolean {
  const from = groupsOf(bound);
  const to = groupsOf(ip);
  if (from === null || to === null) return false;
  for (const { name, groups, bits } of networks) {
    if (sharesBits(groups, from, bits) && names.includes(name)) return false;
  }
  const isIpv4 = from[5] === V4_GROUP && from[0] === 0;
  return !sharesBits(from, to, isIpv4 ? 120 : 48);
}

function sharesBits(a: readonly number[], b: readonly number[], bits: number): boolean {
  const whole = bits >> 4;
  for (let index = 0; index < whole; index++) if (a[index] !== b[index]) return false;
  const rest = bits & 15;
  return rest === 0 || (a[whole] as number) >> (16 - rest) === (b[whole] as number) >> (16 - rest);
}

/** Eight groups, of an IPv4 address too. Trusts that it is one: a framework has read it from the socket. */
export function groupsOf(text: string): number[] | null {
  return text.includes(':') ? ipv6(text) : ipv4(text);
}

function ipv4(text: string): number[] | null {
  let value = 0;
  let octet = 0;
  let dots = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === DOT) {
      value = value * 256 + octet;
      octet = 0;
      dots += 1;
    } else octet = octet * 10 + code - 48;
  }
  return dots === 3 ? [0, 0, 0, 0, 0, V4_GROUP, value >> 8, (value & 255) * 256 + octet] : null;
}

function ipv6(text: string): number[] | null {
  const groups = [0, 0, 0, 0, 0, 0, 0, 0];
  let count = 0;
  let gap = -1;
  let group = 0;
  let digits = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== COLON) {
      group = group * 16 + (code <= 57 ? code - 48 : (code | 32) - 87);
      digits += 1;
    } else if (digits > 0) {
      groups[count++] = group;
      group = 0;
      digits = 0;
    } else gap = count;
  }
  if (digits > 0) groups[count++] = group;
  if (gap < 0) return count === 8 ? groups : null;
  const moved = count - gap;
  for (let index = 1; index <= moved; index++) {
    groups[8 - index] = groups[count - index] as number;
    if (8 - index >= count - index + 1) groups[count - index] = 0;
  }
  return groups;
}
