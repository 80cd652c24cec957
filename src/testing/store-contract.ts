import type { SessionStore } from '../engine/ports.js';
import { systemClock } from '../time/clock.js';
import type { Capability, CaseContext, CaseDefinition, Removal } from './store-contract/case.js';
import { CREATING } from './store-contract/creating.js';
import { EXPIRING } from './store-contract/expiring.js';
import { CUTTING, FAULTS } from './store-contract/faults.js';
import { LISTING } from './store-contract/listing.js';
import { LOADING } from './store-contract/loading.js';
import { MODEL } from './store-contract/model.js';
import { NAMING } from './store-contract/naming.js';
import { PARALLEL } from './store-contract/parallel.js';
import { PURGING } from './store-contract/purging.js';
import { RACES } from './store-contract/races.js';
import { REPLACING } from './store-contract/replacing.js';
import { WATCHING } from './store-contract/watching.js';

/** A store to try, and the means to try it. */
export interface StoreFixture {
  /** The store. It holds no record yet. */
  readonly store: SessionStore;
  /** The same records through a connection of its own, so that two writers really meet. */
  readonly secondStore?: SessionStore;
  /** Other records on the same server: another prefix, another table. */
  readonly otherStore?: SessionStore;
  /** Ways to damage the record under an id by hand, each in place of what was there. */
  readonly damages?: readonly ((id: string) => void | Promise<void>)[];
  /** A store of this kind whose backend cannot be reached. */
  readonly unreachable?: SessionStore;
  /** Breaks the connections that `store` has open at this moment. The store has to come back by itself. */
  cut?(): Promise<void>;
  /** Moves the backend's clock on by so many milliseconds. Without it, a store that expires is waited for. */
  advance?(milliseconds: number): Promise<void>;
  /** Closes every connection and throws the records away. */
  close(): void | Promise<void>;
}

/** What belongs to the store itself, and not to its fixture. */
const IS_METHOD: ReadonlySet<Capability> = new Set(['now', 'watch']);

/** What `storeContract` is told about a kind of store. */
export interface StoreContractOptions {
  /** Makes an empty store; called for every case, and by some for every run. */
  makeStore(): Promise<StoreFixture>;
  /**
   * How records go: `'purge'` (default) when `purge` removes them, `'expiry'` when the backend does by itself and
   * `purge` answers 0.
   */
  readonly removal?: Removal;
  /**
   * What this kind of store cannot do or cannot be tried for, and why, in words. Its cases stay in the list, named
   * `not applicable`, and fail if the fixture can after all.
   */
  readonly without?: Readonly<Partial<Record<Capability, string>>>;
  /** How many random sequences and schedules to try. Default 25. */
  readonly runs?: number;
  /** Where these come from; the one that a failure names makes the same ones again. Default: a new one. */
  readonly seed?: number;
  /** The longest that a call, or something to be waited for, may take, in milliseconds. Default 5,000. */
  readonly patience?: number;
}

/** One promise of {@link SessionStore}, for any test runner. */
export interface StoreCase {
  /** For the name of a test; the reason included where the case does not apply. */
  readonly name: string;
  /** Why the case does not apply, or `null`. */
  readonly notApplicable: string | null;
  /** Makes a store, tries it, closes it; rejects with what is wrong. */
  run(): Promise<void>;
}

const CASES: readonly CaseDefinition[] = [
  ...LOADING,
  ...CREATING,
  ...REPLACING,
  ...LISTING,
  ...NAMING,
  ...PARALLEL,
  ...RACES,
  ...MODEL,
  ...PURGING,
  ...EXPIRING,
  ...FAULTS,
  ...CUTTING,
  ...WATCHING,
];

/**
 * Everything that Curfew asks of a session store, as a list of cases for any test runner.
 *
 * Nothing is left out in silence: what a store cannot do is named in `without`, with a reason, and stays in the list.
 *
 * @example
 * const makeStore = async () => ({ store: memoryStore(), close: async () => undefined });
 * const cases = storeContract({ makeStore, without: { secondStore: 'it lives in one process' } });
 * cases.length > 50; // => true
 */
export function storeContract(options: StoreContractOptions): readonly StoreCase[] {
  return CASES.map((definition) => caseFor(definition, options));
}

function caseFor(definition: CaseDefinition, options: StoreContractOptions): StoreCase {
  const notApplicable = excuseFor(definition, options);
  if (notApplicable === null) return { name: definition.name, notApplicable, run: () => tryCase(definition, options) };
  const name = `${definition.name} (not applicable: ${notApplicable})`;
  return { name, notApplicable, run: () => checkExcuse(definition, options) };
}

function excuseFor({ needs, removal }: CaseDefinition, options: StoreContractOptions): string | null {
  const { without = {}, removal: actual = 'purge' } = options;
  if (removal !== undefined && removal !== actual) {
    return actual === 'expiry' ? 'the backend removes records by itself' : '`purge` removes records';
  }
  return needs === undefined ? null : (without[needs] ?? null);
}

async function tryCase(definition: CaseDefinition, options: StoreContractOptions): Promise<void> {
  const fixture = await options.makeStore();
  try {
    const { needs } = definition;
    if (needs !== undefined && !hasCapability(fixture, needs)) {
      const lacking = IS_METHOD.has(needs) ? 'the store has' : '`makeStore` gives';
      const advice = `give one, or say in \`without.${needs}\` why there is none`;
      throw new Error(`${lacking} no \`${needs}\`: ${advice}`);
    }
    await definition.run(await contextOf(fixture, options));
  } finally {
    await fixture.close();
  }
}

/** An excuse that no longer holds would hide a case. */
async function checkExcuse({ needs }: CaseDefinition, options: StoreContractOptions): Promise<void> {
  if (needs === undefined || options.without?.[needs] === undefined) return;
  const fixture = await options.makeStore();
  try {
    if (hasCapability(fixture, needs)) throw new Error(`\`without.${needs}\` is said, yet \`makeStore\` gives it`);
  } finally {
    await fixture.close();
  }
}

function hasCapability(fixture: StoreFixture, capability: Capability): boolean {
  if (capability === 'now' || capability === 'watch') return fixture.store[capability] !== undefined;
  return fixture[capability] !== undefined;
}

async function contextOf(fixture: StoreFixture, options: StoreContractOptions): Promise<CaseContext> {
  const { removal = 'purge', runs = 25, seed, patience = 5_000, makeStore } = options;
  const now = fixture.store.now === undefined ? systemClock.now() : await fixture.store.now();
  return { fixture, store: fixture.store, now, removal, runs, seed, patience, makeStore };
}
