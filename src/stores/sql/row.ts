import type { Loaded } from '../../engine/ports.js';
import { isInstant } from '../../time/instant.js';

/** A row as a driver hands it over: whole numbers as numbers, as bigints or as text. */
export interface Row {
  readonly id: unknown;
  readonly subject: unknown;
  readonly record: unknown;
  readonly revision: unknown;
  readonly purge_at: unknown;
}

/** Makes an envelope of a row, or says why it is none. */
export function loadedFrom({ id, subject, record, revision, purge_at }: Row): Exclude<Loaded, null> {
  const damaged = (damage: string) => ({ id: String(id), damage });
  if (typeof subject !== 'string') return damaged('the subject is no text');
  if (typeof record !== 'string') return damaged('the record is no text');
  const guard = wholeNumber(revision);
  if (!(guard >= 1)) return damaged('the revision is not a whole number from 1 on');
  const purgeAt = wholeNumber(purge_at);
  if (!isInstant(purgeAt)) return damaged('purge_at is not an instant in milliseconds');
  return { id: String(id), subject, record, revision: guard, purgeAt };
}

/** One answer per id, in their order, whatever order the rows came in. */
export function inOrder(ids: readonly string[], rows: readonly Row[]): Loaded[] {
  if (ids.length === 1) return [rows[0] === undefined ? null : loadedFrom(rows[0])];
  const byId = new Map(rows.map((row) => [row.id, loadedFrom(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** `NaN` for what is none, or too large to be exact. */
export function wholeNumber(value: unknown): number {
  const isNumeric = typeof value === 'bigint' || (typeof value === 'string' && /^-?\d{1,20}$/.test(value));
  const number = isNumeric ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : Number.NaN;
}
