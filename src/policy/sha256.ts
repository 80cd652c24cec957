/**
 * SHA-256 (FIPS 180-4) of a text, in hexadecimal.
 *
 * Our own, because a fingerprint has to be had without waiting (Web Crypto only answers later) and in every runtime
 * (`node:crypto` is not), and the libraries for it are larger than all the rest of a fingerprint. It guards no secret.
 * Checked against `node:crypto`.
 */
export function sha256(text: string): string {
  const words = padded(utf8(text));
  const hash = [...INITIAL];
  for (let start = 0; start < words.length; start += 16) compress(hash, words.slice(start, start + 16));
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The first 32 bits of the fractional parts of the square (`root` 2) or cube (3) roots of the first primes. */
function constants(count: number, root: number): number[] {
  const primes: number[] = [];
  for (let one = 2; primes.length < count; one++) if (primes.every((prime) => one % prime !== 0)) primes.push(one);
  return primes.map((prime) => ((prime ** (1 / root) % 1) * 2 ** 32) | 0);
}

const INITIAL = /* @__PURE__ */ constants(8, 2);
const ROUND = /* @__PURE__ */ constants(64, 3);

/** One block into the hash, in place. */
function compress(hash: number[], block: number[]): void {
  const turned = (word: number, bits: number) => (word >>> bits) | (word << (32 - bits));
  const schedule = block;
  let [a, b, c, d, e, f, g, h] = hash as [number, number, number, number, number, number, number, number];
  for (let round = 0; round < 64; round++) {
    if (round >= 16) {
      const early = schedule[round - 15] as number;
      const late = schedule[round - 2] as number;
      const sigma0 = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
      const sigma1 = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
      schedule[round] = ((schedule[round - 16] as number) + sigma0 + (schedule[round - 7] as number) + sigma1) | 0;
    }
    const one = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + (ROUND[round] as number);
    const first = (one + (schedule[round] as number)) | 0;
    const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    hash[index] = ((hash[index] as number) + word) | 0;
  });
}

/** The bytes as 32-bit words: with a one bit behind them, zeros, and their length in bits. */
function padded(bytes: readonly number[]): number[] {
  const words = new Array<number>(((bytes.length + 72) >> 6) * 16).fill(0);
  [...bytes, 0x80].forEach((byte, index) => {
    words[index >> 2] = (words[index >> 2] as number) | (byte << (24 - (index % 4) * 8));
  });
  words[words.length - 1] = bytes.length * 8;
  return words;
}

/** UTF-8 without `TextEncoder`, which is no part of the language; a lone surrogate counts as U+FFFD, as there. */
function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const letter of text) {
    const point = letter.codePointAt(0) as number;
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}
