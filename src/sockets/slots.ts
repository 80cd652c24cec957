/** What waits for a tick. Only `Slots` writes to it. */
export interface Slotted {
  /** The first tick at which it is due. */
  tick: number;
  /** Where it waits; `null` while it does not. */
  slot: { delete(item: Slotted): boolean } | null;
}

/** Things by the tick at which they are due: adding and removing cost the same, however many there are. */
export interface Slots<Item extends Slotted> {
  /** The last tick that is over. */
  position(): number;
  /** Puts it where its tick belongs; a tick that is over counts as the next one. */
  add(item: Item): void;
  remove(item: Item): void;
  /** The first tick at which there may be something to do; `null` if nothing waits. */
  next(): number | null;
  /** Lets time pass, up to and including a tick: what has become due, in the order of its ticks. */
  advance(tick: number): readonly Item[];
  /** Takes everything out, and goes on from another tick. */
  restart(position: number): readonly Item[];
  readonly size: number;
}

/** Slots a level; a slot of one level is as long as all of the level below. */
const WIDTH = 64;
/** Enough for every instant there is (8.64e15 < 64 ** 9) at a tick of one millisecond. */
const LEVELS = 9;
const SPANS = Array.from({ length: LEVELS + 1 }, (_, level) => WIDTH ** level);

/**
 * A hierarchical timing wheel (Varghese and Lauck, 1987, scheme 7): what is due soon waits in a slot of one tick, what
 * is due later in a slot of 64, 4,096, ... ticks, and moves down when its slot comes up, at most eight times.
 */
export function tickSlots<Item extends Slotted>(start: number): Slots<Item> {
  const levels: Levels<Item> = SPANS.map(() => []);
  let position = start;
  let size = 0;

  function place(item: Item): void {
    const tick = Math.max(item.tick, position + 1);
    let level = 0;
    while (blockOf(tick, level + 1) !== blockOf(position, level + 1)) level += 1;
    const slots = levels[level] as (Set<Item> | undefined)[];
    const index = blockOf(tick, level) % WIDTH;
    const slot = slots[index] ?? new Set<Item>();
    slots[index] = slot;
    slot.add(item);
    item.slot = slot;
  }

  const first = () => (size === 0 ? null : firstOf(levels, position));
  return {
    position: () => position,
    add(item) {
      size += 1;
      place(item);
    },
    remove(item) {
      if (item.slot?.delete(item) !== true) return;
      item.slot = null;
      size -= 1;
    },
    next: () => first()?.tick ?? null,
    advance(tick) {
      const due: Item[] = [];
      for (let found = first(); found !== null && found.tick <= tick; found = first()) {
        position = found.tick;
        for (const item of takenOut(found.slot)) {
          if (item.tick > position) place(item);
          else due.push(item);
        }
      }
      size -= due.length;
      position = Math.max(position, tick);
      return due;
    },
    restart(at) {
      const all = levels.flatMap((slots) => slots.flatMap((slot) => (slot === undefined ? [] : takenOut(slot))));
      position = at;
      size = 0;
      return all;
    },
    get size() {
      return size;
    },
  };
}

type Levels<Item> = (Set<Item> | undefined)[][];

/** The first slot that is not empty: whatever waits on a level is due before all that waits on the next one. */
function firstOf<Item>(levels: Levels<Item>, position: number): { tick: number; slot: Set<Item> } | null {
  for (let level = 0; level < LEVELS; level++) {
    const block = blockOf(position, level);
    const slots = levels[level] as (Set<Item> | undefined)[];
    for (let index = (block % WIDTH) + 1; index < WIDTH; index++) {
      const slot = slots[index];
      if (slot === undefined || slot.size === 0) continue;
      return { tick: (block - (block % WIDTH) + index) * (SPANS[level] as number), slot };
    }
  }
  return null;
}

function takenOut<Item extends Slotted>(slot: Set<Item>): readonly Item[] {
  const items = [...slot];
  slot.clear();
  for (const item of items) item.slot = null;
  return items;
}

/** Which slot of a level, counted from the beginning of time. Powers of two divide without rounding. */
function blockOf(tick: number, level: number): number {
  return Math.floor(tick / (SPANS[level] as number));
}
