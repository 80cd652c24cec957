/** A SET that waits to be delivered. */
export interface Waiting {
  readonly jti: string;
  /** The short name of its event. */
  readonly type: string;
  /** The signed SET: made once, when it is first wanted. */
  readonly set: () => Promise<string>;
}

/** SETs of one stream that are not delivered yet, the oldest first. */
export interface Queue {
  /** Adds one; what had to go for it, or `null`. */
  add(one: Waiting): Waiting | null;
  /** The first so many. They stay, behind all others, until they are removed. */
  take(count: number): readonly Waiting[];
  /** Takes one out; `null` if it is not there. */
  remove(jti: string): Waiting | null;
  size(): number;
  /** Calls back at the next `add`; the answer forgets that. */
  onAdd(act: () => void): () => void;
}

/** What goes first when there is no room: that a session was used matters less than that it is over. */
const EXPENDABLE = ['caep/session-presented', 'caep/session-established'];

/** A queue with room for so many. */
export function createQueue(limit: number): Queue {
  const waiting = new Map<string, Waiting>();
  const acts = new Set<() => void>();
  const remove = (jti: string): Waiting | null => {
    const one = waiting.get(jti) ?? null;
    waiting.delete(jti);
    return one;
  };
  return {
    add(one) {
      waiting.set(one.jti, one);
      const dropped = waiting.size > limit ? remove(leastOf([...waiting.values()]).jti) : null;
      const waking = [...acts];
      acts.clear();
      for (const act of waking) act();
      return dropped;
    },
    take(count) {
      const taken: Waiting[] = [];
      for (const one of waiting.values()) {
        if (taken.length >= count) break;
        taken.push(one);
      }
      // what is offered and not acknowledged must not keep the rest from being offered
      for (const one of taken) {
        waiting.delete(one.jti);
        waiting.set(one.jti, one);
      }
      return taken;
    },
    remove,
    size: () => waiting.size,
    onAdd(act) {
      acts.add(act);
      return () => acts.delete(act);
    },
  };
}

function leastOf(all: readonly Waiting[]): Waiting {
  const expendable = EXPENDABLE.map((type) => all.find((one) => one.type === type));
  return expendable.find((one) => one !== undefined) ?? (all[0] as Waiting);
}
