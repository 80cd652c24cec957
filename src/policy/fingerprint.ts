import type { Json, Rule } from '../core/rule.js';
import type { ResolvedPolicy } from './resolve.js';
import { sha256 } from './sha256.js';

/** 96 bits are plenty to tell policies apart, and short enough to lie in every session. */
const LENGTH = 24;

/**
 * The hash of what a policy means: equal for documents that differ only in units, key order, the order of sets or host
 * bits. A custom rule counts by what it declares (id, version, settings, ends, limit): the text of its code says
 * nothing about what it does.
 */
export function fingerprintOf(policy: ResolvedPolicy, rules: readonly Rule[]): string {
  const conditions = unique(policy.conditions.map(({ source, ...meaning }) => canonical(meaning)));
  const risk = unique(policy.risk.map(({ source, ...meaning }) => canonical(meaning)));
  const foreign = rules
    .map(({ id, version, settings, ends = false, limit = id }) => canonical({ id, version, settings, ends, limit }))
    .sort();
  const meaning = canonical({ ...withoutNews(policy), conditions, risk, rules: foreign });
  return sha256(meaning).slice(0, LENGTH);
}

/** A key that came later counts only where it is set: documents from before keep their fingerprint. */
function withoutNews({ staleFor, activityFrom, detection, ...policy }: ResolvedPolicy): object {
  return {
    ...policy,
    ...(staleFor > 0 && { staleFor }),
    ...(activityFrom.length > 0 && { activityFrom }),
    ...(Object.values(detection).some((threshold) => threshold !== null) && { detection }),
  };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(inOrder(value as Json));
}

function inOrder(value: Json): Json {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, inOrder(one)]));
}
