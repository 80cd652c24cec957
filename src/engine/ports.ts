import type { Instant } from '../time/instant.js';

/**
 * A session as a store keeps it. The store looks at nothing but these fields; what `record` says is the engine's
 * business.
 */
export interface Envelope {
  /** The session's id: 22 characters of `A-Z a-z 0-9 - _` when an engine made it. The primary key. */
  readonly id: string;
  /** Whom the session is about. Well-formed Unicode without NUL, at most 255 bytes of UTF-8. Never changes. */
  readonly subject: string;
  /** The engine's text. To be given back as it was, character by character. */
  readonly record: string;
  /** 1 at the creation, one more at each replacement: the guard of compare-and-set. */
  readonly revision: number;
  /** From when on the record may be removed; `NEVER` (8.64e15) for not at all. Clean-up, never enforcement. */
  readonly purgeAt: Instant;
}

/** What lies under an id that is no envelope: damaged by hand, by another program, by another version. */
export interface Damaged {
  readonly id: string;
  /** What is wrong with it, in words; nothing of its content. */
  readonly damage: string;
}

/** What a store has under an id. */
export type Loaded = Envelope | Damaged | null;

/** Whether a write took place. `conflict`: it did not, and nothing was changed. */
export type WriteOutcome = 'written' | 'conflict';

/** What else a replacement is to do. */
export interface ReplaceOptions {
  /**
   * Tell every watcher, this process's included, as part of the write. An engine asks for it whenever something other
   * than activity changed. A store that cannot be watched ignores it.
   */
  readonly announce?: boolean;
}

/**
 * Where sessions are kept. Lists in, lists out, in the same order: what an engine gathered in one turn of the event
 * loop
 * travels together.
 *
 * A method that cannot reach its backend rejects; the engine makes `indeterminate` of it. There is no upsert and no
 * delete: only `purge` removes, so a slow request can never write a session back that was ended in between.
 *
 * `storeContract` of `curfew/testing` checks an implementation.
 */
export interface SessionStore {
  /** Adds a new record. `conflict` if there is one under that id, ended or not. */
  create(envelope: Envelope): Promise<WriteOutcome>;
  /** One answer per id, in their order. */
  load(ids: readonly string[]): Promise<readonly Loaded[]>;
  /**
   * Compare-and-set: each is written if the stored revision is `envelope.revision - 1`, else it is a `conflict`. Each
   * is
   * atomic by itself; one conflict holds no other back. The subject stays what it was at the creation.
   */
  replace(envelopes: readonly Envelope[], options?: ReplaceOptions): Promise<readonly WriteOutcome[]>;
  /** Every record of a subject that is not purged, ended ones included; complete as to every creation acknowledged. */
  listBySubject(subject: string): Promise<readonly Loaded[]>;
  /**
   * Removes records with `purgeAt <= now`, at most `limit` (default 1,000) of them, and says how many went: fewer than
   * `limit` means that none is left. Costs in proportion to what goes. A store whose backend removes them by itself
   * answers 0.
   */
  purge(now: Instant, limit?: number): Promise<number>;
  /** The backend's own clock, where it has one: the engine compares it with the host's. */
  now?(): Promise<Instant>;
  /** Tells what is announced, by any process. A store that has it may be cached. */
  watch?(watcher: Watcher): Promise<Watch>;
}

/** Who is told of changes. */
export interface Watcher {
  /** The record under this id was replaced. */
  changed(id: string): void;
  /** The channel broke: announcements may have been missed, and none will come until it is up again. */
  lost(): void;
}

/** A channel that is open. */
export interface Watch {
  /**
   * Resolves when everything that was announced before this call has been told; rejects while the channel is down. The
   * engine calls it at every heartbeat.
   */
  check(): Promise<void>;
  close(): Promise<void>;
}
