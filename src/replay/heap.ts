import type { Instant } from '../time/instant.js';

/** Something that is to be looked at when its instant has come. */
export interface Due {
  dueAt: Instant;
}

/** Adds an item to a heap whose first item is due the earliest. */
export function pushDue<Item extends Due>(heap: Item[], item: Item): void {
  let index = heap.length;
  heap.push(item);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Item;
    if (above.dueAt <= item.dueAt) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = item;
}

/** Takes the item out that is due the earliest; `undefined` if the heap is empty. */
export function popDue<Item extends Due>(heap: Item[]): Item | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let index = 0;
  for (let child = 1; child < heap.length; child = 2 * index + 1) {
    const right = heap[child + 1];
    if (right !== undefined && right.dueAt < (heap[child] as Item).dueAt) child++;
    const below = heap[child] as Item;
    if (last.dueAt <= below.dueAt) break;
    heap[index] = below;
    index = child;
  }
  heap[index] = last;
  return first;
}
