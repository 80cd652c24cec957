/** Counts different texts without keeping them. */
export interface DistinctCounter {
  /** Whether the text is new. */
  add(text: string): boolean;
  count(): number;
}

const FIRST_CAPACITY = 1024;

/**
 * A set that holds a 64-bit hash of each text, 11 to 23 bytes each, instead of the text.
 *
 * Two texts with one hash would count as one. Among 10 million texts the chance that this happens at all is below 3 in
 * a million.
 */
export function createDistinctCounter(): DistinctCounter {
  let table = new Uint32Array(2 * FIRST_CAPACITY);
  let size = 0;

  const grow = () => {
    const larger = new Uint32Array(table.length * 2);
    for (let slot = 0; slot < table.length; slot += 2) {
      const high = table[slot] as number;
      const low = table[slot + 1] as number;
      if (high !== 0) insert(larger, high, low);
    }
    table = larger;
  };

  return {
    add(text) {
      const [high, low] = hash(text);
      if (!insert(table, high, low)) return false;
      size++;
      if (size * 2 > table.length * 0.7) grow();
      return true;
    },
    count: () => size,
  };
}

/** Puts a hash in the first free slot from its place on; `false` if it is there already. */
function insert(table: Uint32Array, high: number, low: number): boolean {
  const mask = table.length / 2 - 1;
  for (let place = low & mask; ; place = (place + 1) & mask) {
    const slot = place * 2;
    if (table[slot] === 0) {
      table[slot] = high;
      table[slot + 1] = low;
      return true;
    }
    if (table[slot] === high && table[slot + 1] === low) return false;
  }
}

/** Two 32-bit hashes by multiplication and a final mix; the first is never 0, which marks a free slot. */
function hash(text: string): readonly [number, number] {
  let a = 0x9e3779b9 ^ text.length;
  let b = 0x85ebca6b;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0xcc9e2d51);
    a = (a << 15) | (a >>> 17);
    b = Math.imul(b ^ unit, 0x1b873593);
    b = (b << 13) | (b >>> 19);
  }
  const high = mix(a ^ Math.imul(b, 0x27d4eb2f));
  return [high === 0 ? 1 : high, mix(b ^ high)];
}

function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
