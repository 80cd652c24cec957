/** The code of docs/stores.md: a whole store over a directory of files, and the contract that it keeps. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope, Loaded, SessionStore, WriteOutcome } from 'curfew/engine';
import { storeContract } from 'curfew/testing';

/** Keeps each session in a file. One process owns the directory. */
export function fileStore(directory: string): SessionStore {
  // Neither name has case, separators or a way out of the directory, whatever an id or a subject has.
  const fileOf = (id: string) => join(directory, 'sessions', hexOf(id));
  const folderOf = (subject: string) => join(directory, 'subjects', hashOf(subject));
  const inTurn = createQueue();

  /** The file is there whole or not at all: it is written elsewhere, then moved. */
  async function write(envelope: Envelope): Promise<WriteOutcome> {
    await writeFile(join(directory, 'new'), JSON.stringify(envelope));
    await rename(join(directory, 'new'), fileOf(envelope.id));
    return 'written';
  }

  async function load(id: string): Promise<Loaded> {
    const text = await readFile(fileOf(id), 'utf8').catch(nullIfAbsent);
    return text === null ? null : (parse(text) ?? { id, damage: 'the file is no envelope' });
  }

  async function create(envelope: Envelope): Promise<WriteOutcome> {
    if ((await load(envelope.id)) !== null) return 'conflict';
    // The index comes first: a name in it without a file is passed over, a file without a name in it would be missed.
    await mkdir(folderOf(envelope.subject), { recursive: true });
    await writeFile(join(folderOf(envelope.subject), hexOf(envelope.id)), '');
    return write(envelope);
  }

  async function replace(envelope: Envelope): Promise<WriteOutcome> {
    const held = await load(envelope.id);
    if (held === null || 'damage' in held || held.revision !== envelope.revision - 1) return 'conflict';
    return write({ ...envelope, subject: held.subject });
  }

  async function listBySubject(subject: string): Promise<readonly Loaded[]> {
    const names = await readdir(folderOf(subject)).catch(nullIfAbsent);
    const loaded = await Promise.all((names ?? []).map((name) => load(Buffer.from(name, 'hex').toString())));
    return loaded.filter((held) => held !== null && ('damage' in held || held.subject === subject));
  }

  async function purge(now: number, limit = 1_000): Promise<number> {
    let removed = 0;
    for (const name of await readdir(join(directory, 'sessions'))) {
      if (removed === limit) break;
      const held = parse(await readFile(join(directory, 'sessions', name), 'utf8'));
      if (held === null || held.purgeAt > now) continue;
      await rm(fileOf(held.id));
      await rm(join(folderOf(held.subject), hexOf(held.id)), { force: true });
      removed += 1;
    }
    return removed;
  }

  return {
    create: (envelope) => inTurn(() => create(envelope)),
    load: (ids) => Promise.all(ids.map(load)),
    replace: (envelopes) => Promise.all(envelopes.map((envelope) => inTurn(() => replace(envelope)))),
    listBySubject,
    purge: (now, limit) => inTurn(() => purge(now, limit)),
  };
}

const hexOf = (id: string) => Buffer.from(id).toString('hex');
const hashOf = (subject: string) => createHash('sha256').update(subject).digest('hex');

/** One write after the other: what one has read is still so when it writes. */
function createQueue(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const answer = last.then(act);
    last = answer.catch(() => undefined);
    return answer;
  };
}

function parse(text: string): Envelope | null {
  try {
    const { id, subject, record, revision, purgeAt } = JSON.parse(text);
    const isWhole = [id, subject, record].every((field) => typeof field === 'string');
    return isWhole && [revision, purgeAt].every(Number.isSafeInteger)
      ? { id, subject, record, revision, purgeAt }
      : null;
  } catch {
    return null;
  }
}

/** Absent is an answer; whatever else goes wrong is an error, never an answer. */
function nullIfAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** The contract, for any test runner: `checkStore((name, run) => test(name, run))`. */
export function checkStore(test: (name: string, run: () => Promise<void>) => void): void {
  const makeStore = async () => {
    const parent = await mkdtemp(join(tmpdir(), 'sessions-'));
    const [here, there] = [join(parent, 'here'), join(parent, 'there')];
    for (const directory of [here, there]) await mkdir(join(directory, 'sessions'), { recursive: true });
    const damage = (text: string) => (id: string) => writeFile(join(here, 'sessions', hexOf(id)), text);
    return {
      store: fileStore(here),
      otherStore: fileStore(there),
      damages: [damage(''), damage('{"id":'), damage('{"id":1}')],
      close: () => rm(parent, { recursive: true }),
    };
  };
  const without = {
    secondStore: 'one process owns the directory',
    unreachable: 'a directory is there or it is not',
    cut: 'there is no connection',
    now: 'files have the clock of the process',
    watch: 'there is no other process to tell',
  };
  for (const { name, run } of storeContract({ makeStore, without, runs: 5 })) test(name, run);
}
