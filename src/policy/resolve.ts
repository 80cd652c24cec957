import { parseRange } from '../core/address.js';
import type { Threshold } from '../core/detection.js';
import type { AddressRange, Condition, Limits, Network, Operation, Policy, RiskRule } from '../core/policy.js';
import { parseDuration } from '../time/duration.js';
import { NEVER } from '../time/instant.js';
import { shortestIdle } from './consistency.js';
import type {
  ConditionDocument,
  DurationText,
  OperationDocument,
  PolicyDocument,
  RiskDocument,
  RiskResponse,
  ThresholdDocument,
} from './document.js';

const MINUTE = 60_000;
const SECOND = 1_000;

/** Faster than an airliner, in km/h. */
const FASTEST_TRAVEL = 1_000;

/** A policy without its fingerprint and foreign rules: what the document says, every default written out. */
export type ResolvedPolicy = Omit<Policy, 'fingerprint' | 'rules'>;

/**
 * Resolves a valid document. What is a set in meaning is sorted, so that documents that mean the same resolve to the
 * same.
 */
export function resolveDocument(document: PolicyDocument): ResolvedPolicy {
  const { reauthentication = {}, tokens = {}, concurrency, requestable } = document;
  const limits = limitsOf(document);
  return {
    id: document.id,
    limits,
    onIdle: document.onIdle ?? 'end',
    warnBefore: milliseconds(document.warnBefore, 0),
    // a default must fit every document: half of an idle limit that is shorter than ten seconds
    clockLeeway: milliseconds(document.clockLeeway, Math.min(5 * SECOND, Math.floor(shortestIdle(document) / 2))),
    staleFor: milliseconds(document.staleFor, 0),
    recordEvery: document.recordEvery === undefined ? null : milliseconds(document.recordEvery, 0),
    reauthentication: reauthenticationOf(reauthentication),
    networks: sorted(Object.entries(document.networks ?? {}).map(networkOf), ({ name }) => name),
    conditions: (document.conditions ?? []).map(conditionOf),
    operations: Object.fromEntries(
      sorted(Object.entries(document.operations ?? {}), ([name]) => name).map(([name, one]) => [
        name,
        operationOf(one),
      ]),
    ),
    risk: sorted((document.risk ?? []).map(riskRuleOf), JSON.stringify),
    requestable: {
      idleTimeout: atLeast(limits.idleTimeout, requestable?.idleTimeout),
      absoluteTimeout: atLeast(limits.absoluteTimeout, requestable?.absoluteTimeout),
    },
    tokens: {
      accessLifetime: milliseconds(tokens.accessLifetime, 10 * MINUTE),
      refreshGrace: milliseconds(tokens.refreshGrace, 10 * SECOND),
    },
    concurrency:
      concurrency === undefined
        ? null
        : { maxSessions: concurrency.maxSessions, onExceed: concurrency.onExceed ?? 'endOldest' },
    activityFrom: unique(sorted(document.singleSignOn?.activityFrom ?? [], (id) => id)),
    detection: detectionOf(document.detection ?? {}),
  };
}

function detectionOf({ reuse, sharedDevice, useAfterEnd }: NonNullable<PolicyDocument['detection']>) {
  return {
    reuse: thresholdOf(reuse),
    sharedDevice: thresholdOf(sharedDevice),
    useAfterEnd: thresholdOf(useAfterEnd),
  };
}

function reauthenticationOf({ after, resets = ['idle'] }: NonNullable<PolicyDocument['reauthentication']>) {
  return {
    after: milliseconds(after, NEVER),
    resetsIdle: resets.includes('idle'),
    resetsAbsolute: resets.includes('absolute'),
  };
}

function milliseconds(text: DurationText | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  return text === 'unlimited' ? NEVER : (parseDuration(text) as number);
}

/** Less than one has anyway is nothing to ask for. */
function atLeast(limit: number, requestable: DurationText | undefined): number {
  return Math.max(limit, milliseconds(requestable, limit));
}

function limitsOf(document: { readonly idleTimeout?: DurationText; readonly absoluteTimeout?: DurationText }): Limits {
  return {
    idleTimeout: milliseconds(document.idleTimeout, NEVER),
    absoluteTimeout: milliseconds(document.absoluteTimeout, NEVER),
  };
}

function networkOf([name, texts]: [string, readonly string[]]): Network {
  const ranges = texts.map((text) => parseRange(text) as AddressRange);
  return { name, ranges: unique(sorted(ranges, JSON.stringify)) };
}

function conditionOf({ when, relax = false, ...limits }: ConditionDocument, index: number): Condition {
  const { attributes, network, attention = null } = when;
  return {
    when: {
      attributes:
        attributes === undefined
          ? null
          : sorted(
              Object.entries(attributes).map(([name, values]) => ({
                name,
                values: unique(sorted(values, JSON.stringify)),
              })),
              ({ name }) => name,
            ),
      networks: network === undefined ? null : unique(sorted([network].flat() as string[], (name) => name)),
      attention,
    },
    ...limitsOf(limits),
    relax,
    source: `/conditions/${index}`,
  };
}

function operationOf({ authenticatedWithin, assuranceLevel, lease }: OperationDocument): Operation {
  return {
    authenticatedWithin: milliseconds(authenticatedWithin, NEVER),
    assuranceLevel: assuranceLevel ?? null,
    lease: milliseconds(lease, 0),
  };
}

function riskRuleOf(document: RiskDocument, index: number): RiskRule {
  const { signal, atLeast = 'low', then, missing, fasterThan = FASTEST_TRAVEL } = document;
  return {
    signal,
    atLeast,
    response: responseOf(then),
    assuranceLevel: typeof then === 'object' && 'challenge' in then ? then.challenge.assuranceLevel : null,
    ...limitsOf(typeof then === 'object' && 'tighten' in then ? then.tighten : {}),
    missingIsChanged: missing === 'changed',
    fasterThan,
    source: `/risk/${index}`,
  };
}

function thresholdOf(document: ThresholdDocument | undefined): Threshold | null {
  return document === undefined ? null : { atLeast: document.atLeast, within: milliseconds(document.within, 0) };
}

function responseOf(then: RiskResponse): RiskRule['response'] {
  if (typeof then === 'string') return then;
  return 'challenge' in then ? 'challenge' : 'tighten';
}

function sorted<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  const byKey = (a: Item, b: Item) => (key(a) < key(b) ? -1 : 1);
  return [...items].sort(byKey);
}

function unique<Item>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
