import { beforeAll, describe, expect, it } from 'vitest';
import type { Envelope, SessionStore } from '../../src/engine/ports.js';
import { NEVER } from '../../src/time/instant.js';

/** A store under test, and how to get at its table past the store. */
export interface SqlStoreUnderTest {
  readonly store: SessionStore;
  /** A store over the same table with connections of its own. */
  readonly other: SessionStore;
  /** A store over a table that does not exist. */
  readonly missing: SessionStore;
  /** Makes the table, where it is missing. */
  migrate(): Promise<void>;
  /** Runs a statement; `TABLE` stands for the table. */
  execute(statement: string): Promise<unknown>;
}

let count = 0;

/** An envelope with an id that no other has. */
export function envelope(change: Partial<Envelope> = {}): Envelope {
  count += 1;
  const id = `${process.pid}-${count}-${Math.random().toString(36).slice(2)}`.slice(0, 22).padEnd(22, '_');
  return { id, subject: `subject ${id}`, record: `{"n":${count}}`, revision: 1, purgeAt: 2_000_000_000_000, ...change };
}

/** The envelope that follows. */
export function next(previous: Envelope, change: Partial<Envelope> = {}): Envelope {
  return { ...previous, record: `${previous.record} `, revision: previous.revision + 1, ...change };
}

/**
 * What SQL can get wrong, the same for each dialect. `dropsMarks`: the client takes a byte order mark from the beginning
 * of each text, which a store cannot give back.
 */
export function sqlStoreCases(setUp: () => SqlStoreUnderTest, { dropsMarks = false } = {}): void {
  const kept = (text: string) => !(dropsMarks && text.startsWith('\u{feff}'));

  beforeAll(async () => {
    await setUp().migrate();
  });

  describe('texts', () => {
    const texts = [
      ...[
        'a',
        'A',
        'á',
        'a\u{301}',
        'a ',
        ' a',
        'a\t',
        'ß',
        'ss',
        'ı',
        'i',
        'İ',
        '😀',
        '👩‍💻',
        '%',
        '_',
        '*',
        '\\',
        '\\\\',
      ],
      ...[
        "'",
        "''",
        '"',
        "'; DROP TABLE curfew_sessions; --",
        '{a,b}',
        '[1]',
        'null',
        'NULL',
        '0',
        '00',
        '1e0',
        '?',
        '$1',
      ],
      ...[':id', '\u{feff}a'],
    ].filter(kept);

    it('keeps ids apart that a collation or a careless quote would make one', async () => {
      const { store } = setUp();
      const all = texts.map((text) => envelope({ id: `${text}|${Math.random()}`.slice(0, 30), record: text }));
      const twins = ['x', 'X', 'x ', 'x  ', 'ẋ', 'x\u{307}', '\u{feff}x']
        .filter(kept)
        .map((id) => envelope({ id, record: id }));
      for (const one of [...all, ...twins]) expect(await store.create(one)).toBe('written');
      const ids = [...all, ...twins].map(({ id }) => id);
      expect(await store.load(ids)).toEqual([...all, ...twins]);
      for (const one of [...all, ...twins]) expect(await store.load([one.id])).toEqual([one]);
      expect(await store.replace([...all, ...twins].map((one) => next(one)))).toEqual(ids.map(() => 'written'));
      expect(await store.load(ids)).toEqual([...all, ...twins].map((one) => next(one)));
    });

    it('keeps subjects apart, to the last byte', async () => {
      const { store } = setUp();
      const subjects = [...texts, 'x'.repeat(255), 'x'.repeat(254), '😀'.repeat(63), `${'😀'.repeat(63)}xyz`];
      const all = subjects.map((subject) => envelope({ subject: subject }));
      for (const one of all) expect(await store.create(one)).toBe('written');
      for (const one of all) expect(await store.listBySubject(one.subject)).toEqual([one]);
    });

    it('gives a record back character by character', async () => {
      const { store } = setUp();
      const records = ['', ' ', '\u{feff}', '\r\n\t', '{"a":"\\u0000"}', '\u{1}\u{7f}', '😀'.repeat(1_000)].filter(
        kept,
      );
      records.push('x'.repeat(1_000_000));
      const all = [...records, ...texts].map((record) => envelope({ record }));
      for (const one of all) await store.create(one);
      expect(await store.load(all.map(({ id }) => id))).toEqual(all);
      const changed = all.map((one, index) => next(one, { record: all[all.length - 1 - index]?.record ?? '' }));
      await store.replace(changed);
      expect(await store.load(all.map(({ id }) => id))).toEqual(changed);
    });
  });

  describe('numbers', () => {
    it('keeps them exactly up to the largest', async () => {
      const { store } = setUp();
      const one = envelope({ revision: Number.MAX_SAFE_INTEGER - 1, purgeAt: NEVER });
      await store.create(one);
      expect(await store.load([one.id])).toEqual([one]);
      const last = next(one, { revision: Number.MAX_SAFE_INTEGER, purgeAt: NEVER - 1 });
      expect(await store.replace([last])).toEqual(['written']);
      expect(await store.load([one.id])).toEqual([last]);
    });
  });

  describe('replace', () => {
    it('answers nothing for nothing', async () => {
      const { store } = setUp();
      expect(await store.replace([])).toEqual([]);
      expect(await store.load([])).toEqual([]);
    });

    it('writes what follows and leaves the rest, each for itself', async () => {
      const { store } = setUp();
      const all = Array.from({ length: 7 }, () => envelope());
      for (const one of all.slice(0, 5)) await store.create(one);
      const asked = all.map((one, index) => (index % 2 === 0 ? next(one) : next(one, { revision: 10 + index })));
      expect(await store.replace(asked)).toEqual([
        ...['written', 'conflict', 'written', 'conflict', 'written'],
        ...['conflict', 'conflict'],
      ]);
      const after = all.map((one, index) => (index >= 5 ? null : index % 2 === 0 ? next(one) : one));
      expect(await store.load(all.map(({ id }) => id))).toEqual(after);
    });

    it('takes a list with the same id twice one after the other', async () => {
      const { store } = setUp();
      const one = envelope();
      const two = envelope();
      await store.create(one);
      await store.create(two);
      const list = [
        next(one),
        next(one, { record: 'too late' }),
        next(two),
        next(next(one)),
        next(one, { revision: 9 }),
      ];
      expect(await store.replace(list)).toEqual(['written', 'conflict', 'written', 'written', 'conflict']);
      expect(await store.load([one.id, two.id])).toEqual([next(next(one)), next(two)]);
    });

    it('never moves a record to another subject', async () => {
      const { store } = setUp();
      const one = envelope();
      await store.create(one);
      await store.replace([next(one, { subject: 'somebody else' })]);
      await store.replace([next(next(one, { subject: 'somebody else' })), next(envelope())]);
      expect(await store.load([one.id])).toMatchObject([{ subject: one.subject, revision: 3 }]);
    });

    it('takes more than one statement holds', async () => {
      const { store } = setUp();
      const all = Array.from({ length: 1_203 }, () => envelope());
      await Promise.all(all.map((one) => store.create(one)));
      expect(new Set(await store.replace(all.map((one) => next(one))))).toEqual(new Set(['written']));
      expect(await store.load(all.map(({ id }) => id))).toEqual(all.map((one) => next(one)));
    });

    it('lets exactly one of many win, and takes lists that cross in any order', async () => {
      const { store, other } = setUp();
      const all = Array.from({ length: 20 }, () => envelope());
      for (const one of all) await store.create(one);
      for (let revision = 2; revision <= 6; revision++) {
        const writers = Array.from({ length: 8 }, (_, writer) => {
          const mine = all.map((one) => ({ ...one, revision, record: `${writer}` }));
          return (writer % 2 === 0 ? store : other).replace(writer % 3 === 0 ? mine.reverse() : mine);
        });
        const outcomes = await Promise.all(writers);
        expect(outcomes.flat().filter((outcome) => outcome === 'written')).toHaveLength(all.length);
      }
      const loaded = await store.load(all.map(({ id }) => id));
      expect(loaded.every((one) => one !== null && 'revision' in one && one.revision === 6)).toBe(true);
    });
  });

  describe('create', () => {
    it('lets exactly one of many win', async () => {
      const { store, other } = setUp();
      const one = envelope();
      const writers = Array.from({ length: 16 }, (_, writer) => {
        return (writer % 2 === 0 ? store : other).create({ ...one, record: `${writer}` });
      });
      const outcomes = await Promise.all(writers);
      expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
      expect(await store.load([one.id])).toEqual([{ ...one, record: `${outcomes.indexOf('written')}` }]);
    });
  });

  describe('purge', () => {
    it('takes what is due, the oldest first and no more than it was told', async () => {
      const { store, execute } = setUp();
      await execute('DELETE FROM TABLE');
      const all = [5, 1, 4, 2, 3].map((purgeAt) => envelope({ purgeAt }));
      for (const one of all) await store.create(one);
      expect(await store.purge(4, 3)).toBe(3);
      const left = await store.load(all.map(({ id }) => id));
      expect(left.map((one) => one !== null)).toEqual([true, false, true, false, false]);
      expect(await store.purge(4, 3)).toBe(1);
      expect(await store.purge(4)).toBe(0);
      expect(await store.purge(5)).toBe(1);
    });

    it('takes a thousand if nobody says how many, and shares the work with another', async () => {
      const { store, other, execute } = setUp();
      await execute('DELETE FROM TABLE');
      const all = Array.from({ length: 1_500 }, (_, purgeAt) => envelope({ purgeAt }));
      await Promise.all(all.map((one) => store.create(one)));
      expect(await store.purge(2_000)).toBe(1_000);
      const counts = await Promise.all([store.purge(2_000, 400), other.purge(2_000, 400)]);
      const rest = (counts[0] ?? 0) + (counts[1] ?? 0) + (await store.purge(2_000));
      expect(rest).toBe(500);
    });
  });

  describe('the migration', () => {
    it('can be run again at any time, by several at once', async () => {
      const { store, migrate } = setUp();
      const kept = envelope();
      await store.create(kept);
      await Promise.all(Array.from({ length: 8 }, migrate));
      expect(await store.load([kept.id])).toEqual([kept]);
    });
  });

  describe('what is wrong', () => {
    it('says what is damaged and nothing of its content', async () => {
      const { store, execute } = setUp();
      const all = Array.from({ length: 4 }, () => envelope({ subject: `damaged ${count}`, record: 'confidential' }));
      for (const one of all) await store.create(one);
      const [first, second, third, whole] = all.map(({ id }) => id);
      await execute(`UPDATE TABLE SET revision = 0 WHERE id = '${first}'`);
      await execute(`UPDATE TABLE SET purge_at = -1 WHERE id = '${second}'`);
      await execute(`UPDATE TABLE SET revision = 9007199254740993 WHERE id = '${third}'`);
      expect(await store.load([first, second, third, whole] as string[])).toEqual([
        { id: first, damage: 'the revision is not a whole number from 1 on' },
        { id: second, damage: 'purge_at is not an instant in milliseconds' },
        { id: third, damage: 'the revision is not a whole number from 1 on' },
        all[3],
      ]);
      expect(await store.listBySubject(all[0]?.subject ?? '')).toMatchObject([
        { id: first, damage: expect.any(String) },
      ]);
    });

    it('says which migration is missing', async () => {
      const { missing } = setUp();
      const calls = [
        () => missing.load(['a']),
        () => missing.create(envelope()),
        () => missing.replace([next(envelope())]),
        () => missing.replace([next(envelope()), next(envelope())]),
        () => missing.listBySubject('a'),
        () => missing.purge(0),
      ];
      for (const call of calls) {
        await expect(call()).rejects.toMatchObject({
          code: 'store_not_migrated',
          message: expect.stringMatching(/run `migrate\w+`, or migrations\/\w+\/0001-sessions\.sql/),
          cause: expect.any(Error),
        });
      }
    });
  });
}
