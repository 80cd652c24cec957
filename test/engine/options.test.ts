import { describe, expect, it } from 'vitest';
import { createEngine, type EngineOptions } from '../../src/engine/index.js';
import type { CurfewError } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { policyWith } from './support.js';
import { watchingStore } from './watching-store.js';

const policy = policyWith();

/** The paths that are told to be wrong. */
function wrong(options: object): readonly string[] {
  try {
    void createEngine({ policy, store: memoryStore(), purgeEvery: 0, ...options } as EngineOptions).close();
  } catch (error) {
    const { code, problems, name } = error as CurfewError;
    expect([name, code]).toEqual(['CurfewError', 'engine_options_invalid']);
    for (const { message } of problems) expect(message.length).toBeGreaterThan(10);
    return problems.map(({ path }) => path);
  }
  return [];
}

describe('options that make no engine are told at once, by path', () => {
  const durations = ['recordEvery', 'storeTimeout', 'handleGrace', 'keepEnded', 'purgeEvery'];
  it.each(durations)('%s that is no duration', (name) => {
    for (const value of ['soon', '', -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, null, {}, '1 minute', true]) {
      expect(wrong({ [name]: value })).toEqual([`/${name}`]);
    }
  });

  it.each(['heartbeatEvery', 'trustFor'])('cache.%s that is no duration', (name) => {
    for (const value of ['soon', -1, Number.NaN]) {
      expect(wrong({ store: watchingStore(), cache: { [name]: value } })).toEqual([`/cache/${name}`]);
    }
  });

  it('durations that are too short to work', () => {
    expect(wrong({ storeTimeout: 0 })).toEqual(['/storeTimeout']);
    expect(wrong({ keepEnded: '59s' })).toEqual(['/keepEnded']);
    expect(wrong({ store: watchingStore(), cache: { heartbeatEvery: 9 } })).toEqual(['/cache/heartbeatEvery']);
    for (const trustFor of [1_000, 999]) {
      expect(wrong({ store: watchingStore(), cache: { trustFor } })).toEqual(['/cache/trustFor']);
    }
  });

  it('remember that is no count', () => {
    for (const remember of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '10', null]) {
      expect(wrong({ remember })).toEqual(['/remember']);
    }
  });

  it('a store without one of its methods, or none at all', () => {
    for (const name of ['create', 'load', 'replace', 'listBySubject', 'purge']) {
      expect(wrong({ store: { ...memoryStore(), [name]: undefined } })).toEqual(['/store']);
      expect(wrong({ store: { ...memoryStore(), [name]: 7 } })).toEqual(['/store']);
    }
    for (const store of [undefined, null, {}, 'redis://localhost', memoryStore]) {
      expect(wrong({ store })).toEqual(['/store']);
    }
  });

  it('a cache on a store that tells of nothing', () => {
    expect(wrong({ cache: true })).toEqual(['/cache']);
    expect(wrong({ cache: {} })).toEqual(['/cache']);
    expect(wrong({ cache: false })).toEqual([]);
  });

  it('no policy, a document in its place, and a candidate that is none', () => {
    for (const other of [undefined, null, 'web', { id: 'web', idleTimeout: '15m', absoluteTimeout: '8h' }]) {
      expect(wrong({ policy: other })).toEqual(['/policy']);
    }
    expect(wrong({ candidate: { id: 'web' } })).toEqual(['/candidate']);
  });

  it('an observer that cannot be told anything', () => {
    for (const observer of ['log', {}, [], 1]) expect(wrong({ observer })).toEqual(['/observer']);
  });

  it.each(['clock', 'timers', 'random'])('a %s that is none', (name) => {
    for (const value of [7, 'host', {}]) expect(wrong({ [name]: value })).toEqual([`/${name}`]);
  });

  it('all of them at once', () => {
    const options = { store: {}, policy: {}, remember: 0, storeTimeout: 'x', handleGrace: -1, observer: 1 };
    expect([...wrong(options)].sort()).toEqual(
      ['/handleGrace', '/observer', '/policy', '/remember', '/store', '/storeTimeout'].sort(),
    );
  });

  it('and what is left out, or said in any of its spellings, is fine', () => {
    expect(wrong({})).toEqual([]);
    const engine = createEngine({
      policy,
      store: memoryStore(),
      recordEvery: 'PT30S',
      purgeEvery: '0s',
      handleGrace: 0,
    });
    expect(engine.exposure().lostActivity).toBe(30_000);
  });
});
