import type { Instant } from '../../time/instant.js';

/** What a schedule holds. */
export interface Scheduled {
  /** Where the schedule keeps it; nobody else's business. */
  place: number;
}

/** Items by the instant at which they are due, the first one always at hand. */
export interface Schedule<Item extends Scheduled> {
  readonly size: number;
  add(item: Item, due: Instant): void;
  /** When an item that was added is due. */
  dueOf(item: Item): Instant;
  move(item: Item, due: Instant): void;
  /** The item that is due first, or `null`. */
  first(): Item | null;
  removeFirst(): void;
}

/** Chunks instead of one array: the array would be copied whole each time that it outgrows itself, while all wait. */
const CHUNK_BITS = 13;
const CHUNK = 1 << CHUNK_BITS;
const WITHIN = CHUNK - 1;

/** Where everything lies: an item's place is the same in both. */
interface Heap<Item> {
  readonly dues: Float64Array[];
  readonly items: (Item | undefined)[][];
  size: number;
}

/**
 * A heap with four children a node, whose instants lie side by side: a step down reads them from one place in memory.
 *
 * An item is moved at once when its instant changes. So whatever comes first is due first, and what a purge costs
 * depends on how many go, not on how many were put off since.
 */
export function createSchedule<Item extends Scheduled>(): Schedule<Item> {
  const heap: Heap<Item> = { dues: [], items: [], size: 0 };
  return {
    get size() {
      return heap.size;
    },
    add(item, due) {
      if (heap.size === heap.dues.length * CHUNK) grow(heap);
      heap.size += 1;
      rise(heap, item, due, heap.size - 1);
    },
    dueOf: (item) => dueAt(heap, item.place),
    move(item, due) {
      if (due < dueAt(heap, item.place)) rise(heap, item, due, item.place);
      else sink(heap, item, due, item.place);
    },
    first: () => (heap.size === 0 ? null : itemAt(heap, 0)),
    removeFirst() {
      heap.size -= 1;
      const last = itemAt(heap, heap.size);
      const due = dueAt(heap, heap.size);
      (heap.items[heap.size >> CHUNK_BITS] as (Item | undefined)[])[heap.size & WITHIN] = undefined;
      if (heap.size > 0) sink(heap, last, due, 0);
      shrink(heap);
    },
  };
}

function dueAt<Item>({ dues }: Heap<Item>, place: number): Instant {
  return dues[place >> CHUNK_BITS]?.[place & WITHIN] as Instant;
}

function itemAt<Item>({ items }: Heap<Item>, place: number): Item {
  return items[place >> CHUNK_BITS]?.[place & WITHIN] as Item;
}

function put<Item extends Scheduled>({ dues, items }: Heap<Item>, item: Item, due: Instant, place: number): void {
  (dues[place >> CHUNK_BITS] as Float64Array)[place & WITHIN] = due;
  (items[place >> CHUNK_BITS] as Item[])[place & WITHIN] = item;
  item.place = place;
}

/** Puts an item at a place or above it, where its parent is due no later. */
function rise<Item extends Scheduled>(heap: Heap<Item>, item: Item, due: Instant, start: number): void {
  let place = start;
  while (place > 0) {
    const parent = (place - 1) >> 2;
    const parentDue = dueAt(heap, parent);
    if (parentDue <= due) break;
    put(heap, itemAt(heap, parent), parentDue, place);
    place = parent;
  }
  put(heap, item, due, place);
}

/** Puts an item at a place or below it, where its children are due no earlier. */
function sink<Item extends Scheduled>(heap: Heap<Item>, item: Item, due: Instant, start: number): void {
  let place = start;
  for (let child = 4 * place + 1; child < heap.size; child = 4 * place + 1) {
    const least = leastOf(heap, child, Math.min(child + 4, heap.size));
    const leastDue = dueAt(heap, least);
    if (leastDue >= due) break;
    put(heap, itemAt(heap, least), leastDue, place);
    place = least;
  }
  put(heap, item, due, place);
}

function leastOf<Item>(heap: Heap<Item>, start: number, end: number): number {
  let least = start;
  let leastDue = dueAt(heap, start);
  for (let place = start + 1; place < end; place++) {
    const due = dueAt(heap, place);
    if (due >= leastDue) continue;
    least = place;
    leastDue = due;
  }
  return least;
}

function grow<Item>({ dues, items }: Heap<Item>): void {
  dues.push(new Float64Array(CHUNK));
  // Filled, so that it is an array of objects from the start: compiled code is thrown away when it turns into one.
  items.push(new Array<Item | undefined>(CHUNK).fill(undefined));
}

/** One empty chunk stays, so that a size that goes to and fro around its edge costs nothing. */
function shrink<Item>({ dues, items, size }: Heap<Item>): void {
  while (size + 2 * CHUNK <= dues.length * CHUNK) {
    dues.pop();
    items.pop();
  }
}
