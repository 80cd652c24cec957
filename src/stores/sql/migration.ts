/** A step of the schema. Each can be run again, at any time, by several processes at once. */
export interface Migration {
  /** The name of its file in `migrations/`, without the ending. */
  readonly name: string;
  readonly statements: readonly string[];
}

/** What a store's table is called when nobody says otherwise. */
export const TABLE = 'curfew_sessions';
