/** What the store needs of a client, whichever library it is of. */
export interface RedisConnection {
  /** Whether keys are spread over nodes, so that no command may name two of them. */
  readonly isCluster: boolean;
  /** Sends one command to the primary that has `key`; `null` if it does not matter which. Texts in, texts out. */
  send(key: string | null, words: readonly string[]): Promise<unknown>;
  /** Sends one command and waits for replicas; rejects if too few have it in time, although it was carried out. */
  sendReplicated(key: string | null, words: readonly string[], replicas: Replicas): Promise<unknown>;
  /**
   * The nodes there are: one, or all that the client of a Cluster knows. `null` where the client cannot be listened to.
   */
  readonly nodes: (() => Promise<readonly RedisNode[]>) | null;
}

/** How many replicas must have confirmed a write, and within how many milliseconds. */
export interface Replicas {
  readonly count: number;
  readonly timeout: number;
}

/** One server, or the one that is primary at the time. */
export interface RedisNode {
  send(words: readonly string[]): Promise<unknown>;
  /** Opens a connection of its own that listens, and that stays closed when it breaks. */
  listen(channels: readonly string[], listener: Listener): Promise<Listening>;
}

/** Who is told by a connection that listens. */
export interface Listener {
  message(channel: string, text: string): void;
  /** It broke. Told once at most, not before it was open and not after `close()`. */
  broke(error: unknown): void;
}

/** A connection that listens. */
export interface Listening {
  close(): Promise<void>;
}

/** Passes on what a connection tells from the time it is open until it breaks or is closed; that it broke, once. */
export function gated(listener: Listener): Listener & { open(): void; shut(): void } {
  let isOpen = false;
  return {
    open() {
      isOpen = true;
    },
    shut() {
      isOpen = false;
    },
    message: listener.message,
    broke(error) {
      if (!isOpen) return;
      isOpen = false;
      listener.broke(error);
    },
  };
}

/** The `WAIT` that follows a write on its own connection: what it counts is what that connection wrote. */
export function waitFor({ count, timeout }: Replicas): [string, string, string] {
  return ['WAIT', String(count), String(timeout)];
}

/** The reply to a write, if enough replicas have it. */
export function replicated(reply: unknown, confirmed: unknown, { count }: Replicas): unknown {
  if (Number(confirmed) < count) throw new Error(`written, but only ${Number(confirmed)} of ${count} replicas have it`);
  return reply;
}
