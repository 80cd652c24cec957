import type { ComplianceException } from '../compliance/check.js';
import type { Instant } from '../time/instant.js';
import { readDocument } from './document-file.js';
import { EXIT, failure } from './failure.js';

/** What every exception may say besides: the one policy that it is for, and the last day that it holds. */
interface Bounds {
  readonly policy?: string;
  readonly until?: string;
}

type OfProfile = ComplianceException & Bounds;

/** Something looser than a ceiling that somebody answers for. */
export type OfCeiling = Bounds & { readonly ceiling: string; readonly path: string; readonly reason: string };

/** Deviations on record, as a file holds them. */
export interface Exceptions {
  readonly ofProfiles: readonly OfProfile[];
  readonly ofCeilings: readonly OfCeiling[];
  /** Sentences about those that have ended, and so excuse nothing. */
  readonly ended: readonly string[];
}

const DAY = 86_400_000;

/** Reads a file of exceptions; nothing without one. */
export async function readExceptions(path: string | undefined, now: Instant): Promise<Exceptions> {
  if (path === undefined) return { ofProfiles: [], ofCeilings: [], ended: [] };
  const { document } = await readDocument(path);
  if (!Array.isArray(document) || !document.every((one) => isOfProfile(one) || isOfCeiling(one))) {
    const kinds = '{"profile", "control", "reason"} and {"ceiling", "path", "reason"}';
    const more = 'each with "policy": "its-id" and "until": "2030-12-31" where you like';
    throw failure(EXIT.usage, `${path} holds no exceptions: write a list of ${kinds}, ${more}`);
  }
  const every = document as readonly (OfProfile | OfCeiling)[];
  const holds = ({ until }: Bounds) => until === undefined || now < Date.parse(until) + DAY;
  const ended = every.filter((one) => !holds(one));
  return {
    ofProfiles: every.filter(isOfProfile).filter(holds),
    ofCeilings: every.filter(isOfCeiling).filter(holds),
    ended: ended.map((one) => `${path}: the exception for ${nameOf(one)} ended with ${one.until}`),
  };
}

/** Whether an exception is for a policy: those that name none are for all. */
export function isFor(id: string): (exception: Bounds) => boolean {
  return ({ policy }) => policy === undefined || policy === id;
}

function isOfProfile(value: unknown): value is OfProfile {
  return isBounded(value) && hasTexts(value, ['profile', 'control', 'reason']);
}

function isOfCeiling(value: unknown): value is OfCeiling {
  return isBounded(value) && hasTexts(value, ['ceiling', 'path', 'reason']);
}

function isBounded(value: unknown): value is Bounds {
  if (typeof value !== 'object' || value === null) return false;
  const { policy = '', until = '2030-12-31' } = value as Record<string, unknown>;
  return typeof policy === 'string' && typeof until === 'string' && isDay(until);
}

/** `Date.parse` would take the 31st of February for the 3rd of March. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

function hasTexts(value: object, keys: readonly string[]): boolean {
  return keys.every((key) => typeof (value as Record<string, unknown>)[key] === 'string');
}

function nameOf(one: OfProfile | OfCeiling): string {
  return 'ceiling' in one ? `${one.path} against ${one.ceiling}` : `${one.profile} ${one.control}`;
}
