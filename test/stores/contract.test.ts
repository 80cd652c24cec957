import { describe, expect, it } from 'vitest';
import { type StoreContractOptions, storeContract } from '../../src/testing/store-contract.js';
import { BROKEN, type Flaw, simpleFixture } from './broken-stores.js';

const contractWith = (flaw?: Flaw, options: Partial<StoreContractOptions> = {}) => {
  return storeContract({ makeStore: () => simpleFixture(flaw), seed: 7, ...options });
};

describe('storeContract', () => {
  describe('is kept by a simple store', () => {
    for (const { name, run } of contractWith()) it(name, run);
  });

  describe('catches a store that', () => {
    for (const [name, { flaw, caughtBy }] of Object.entries(BROKEN)) {
      it(name, async () => {
        const cases = contractWith(flaw).filter((one) => caughtBy.test(one.name));
        expect(cases).toHaveLength(1);
        await expect(cases[0]?.run()).rejects.toThrow(Error);
      });
    }
  });

  it('tells every case apart by name', () => {
    const names = contractWith().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(50);
  });

  it('closes every store that it makes, whether a case holds or not', async () => {
    let open = 0;
    const makeStore = async () => {
      open += 1;
      const fixture = await simpleFixture(BROKEN['answers in the order of its index']?.flaw);
      return {
        ...fixture,
        close: async () => {
          open -= 1;
        },
      };
    };
    const results = await Promise.allSettled(storeContract({ makeStore, runs: 2 }).map(({ run }) => run()));
    expect(results.filter(({ status }) => status === 'rejected')).not.toHaveLength(0);
    expect(open).toBe(0);
  });
});

describe('what a store cannot do', () => {
  const bare = async () => {
    const { store, close } = await simpleFixture();
    const { watch, now, ...others } = store;
    return { store: others, close };
  };
  const reason = 'one process';
  const watching = (options: Partial<StoreContractOptions>) => {
    const cases = storeContract({ makeStore: bare, ...options });
    return cases.filter(({ name }) => name.startsWith('watch: '));
  };

  it('stays in the list, with the reason in its name', async () => {
    const cases = watching({ without: { watch: reason } });
    expect(cases.length).toBeGreaterThan(3);
    for (const { name, notApplicable, run } of cases) {
      expect(name).toMatch(/ \(not applicable: one process\)$/);
      expect(notApplicable).toBe(reason);
      await run();
    }
  });

  it('is an error without a reason', async () => {
    for (const { name, notApplicable, run } of watching({})) {
      expect(name).not.toContain('not applicable');
      expect(notApplicable).toBeNull();
      await expect(run()).rejects.toThrow('the store has no `watch`');
    }
  });

  it('is an error with a reason that does not hold', async () => {
    for (const { run } of watching({ without: { watch: reason }, makeStore: () => simpleFixture() })) {
      await expect(run()).rejects.toThrow('`without.watch` is said, yet `makeStore` gives it');
    }
  });

  it('needs no reason where the way of removal says it', async () => {
    const cases = contractWith(undefined, { removal: 'expiry' }).filter(({ name }) => name.startsWith('purge: '));
    expect(cases.length).toBeGreaterThan(5);
    for (const { notApplicable, run } of cases) {
      expect(notApplicable).toBe('the backend removes records by itself');
      await run();
    }
  });
});
