import { readFileSync } from 'node:fs';
import PgBoss from 'pg-boss';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bareQueue, bossWorker, reportProcessor, service } from '../../docs/recipes/jobs.js';
import { byId } from '../../src/engine/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { login } from '../engine/support.js';
import { granted } from '../jobs/support.js';
import { describeWith, findPostgres } from '../servers/sql.js';
import { until } from '../servers/until.js';

const PAGES = ['one', 'two', 'three'];

it('a bare queue: done, and stopped by a logout with what was sent', async () => {
  const { sessions, jobs, engine } = service(memoryStore());
  const { session } = await login(sessions);
  const sent: string[] = [];
  const queue = bareQueue(jobs, async (page) => {
    sent.push(page);
    if (sent.length === 5) await sessions.end(byId(session.id));
  });
  for (let time = 0; time < 3; time++) queue.add({ grant: await granted(jobs, session), pages: PAGES });
  expect(await queue.next()).toBe('done');
  expect(sent).toEqual(PAGES);
  // the last answer is good for a second, so the page after the logout may still be sent; the next job does not begin
  expect(await queue.next()).toMatch(/^(?:done|aborted)$/);
  expect(await queue.next()).toBe('aborted');
  expect(await queue.next()).toBe('idle');
  expect(queue.aborted.at(-1)?.sent).toBe(0);
  await Promise.all([sessions.close(), engine.close()]);
});

it('a bare queue: a store that is away pauses, and no page is sent twice', async () => {
  const base = memoryStore();
  let isAway = false;
  const load: typeof base.load = (ids) => (isAway ? Promise.reject(new Error('away')) : base.load(ids));
  const { sessions, jobs, engine } = service({ ...base, load });
  const { session } = await login(sessions);
  const sent: string[] = [];
  const queue = bareQueue(jobs, async (page) => void sent.push(page));
  queue.add({ grant: await granted(jobs, session), pages: PAGES });
  isAway = true;
  expect(await queue.next()).toBe('paused');
  expect(await queue.next()).toBe('paused');
  isAway = false;
  expect(await queue.next()).toBe('done');
  expect(sent).toEqual(PAGES);
  await Promise.all([sessions.close(), engine.close()]);
});

it('the page shows the processor that the recipe runs, which test/frameworks runs under BullMQ', async () => {
  const text = (path: string) =>
    readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8').replace(/\s+/g, '');
  for (const line of [
    'await checkpoint(sent);',
    'progress ?? 0; sent < job.data.pages.length; sent++',
    'onAbort: removeDraft',
  ]) {
    expect(text('jobs.md')).toContain(line.replace(/\s+/g, ''));
    expect(text('recipes/jobs.ts')).toContain(line.replace(/\s+/g, ''));
  }
  const { sessions, jobs, engine } = service(memoryStore());
  const { session } = await login(sessions);
  const sent: string[] = [];
  const kept: unknown[] = [];
  const job = {
    name: 'report',
    data: { grant: await granted(jobs, session), pages: PAGES },
    progress: 1,
    updateProgress: async (progress: unknown) => void kept.push(progress),
  };
  const process = reportProcessor(
    jobs,
    async (page) => void sent.push(page),
    async () => undefined,
  );
  expect(await process(job as never)).toBe('sent');
  expect(sent).toEqual(['two', 'three']);
  await Promise.all([sessions.close(), engine.close()]);
});

describeWith(await findPostgres(), 'pg-boss over PostgreSQL', (url) => {
  const schema = `boss_${process.pid}`;
  const boss = new PgBoss({ connectionString: url, schema, max: 4 });
  boss.on('error', () => undefined);

  beforeAll(async () => {
    await boss.start();
  });

  afterAll(async () => {
    await boss.getDb().executeSql(`DROP SCHEMA ${schema} CASCADE`, []);
    await boss.stop({ graceful: false });
  });

  it('a job is done, one is aborted without a retry, one is paused and waits in the queue', async () => {
    const base = memoryStore();
    let isAway = false;
    const load: typeof base.load = (ids) => (isAway ? Promise.reject(new Error('away')) : base.load(ids));
    const { sessions, jobs, engine } = service({ ...base, load });
    const [stays, leaves] = [await login(sessions), await login(sessions)];
    const sent: string[] = [];
    await boss.createQueue('reports');
    const outputOf = async (id: string | null) => (await boss.getJobById('reports', id as string))?.output;
    const add = async (whose: typeof stays) =>
      boss.send('reports', { grant: await granted(jobs, whose.session), pages: PAGES }, { retryLimit: 3 });
    const [first, second] = [await add(stays), await add(leaves)];
    await sessions.end(leaves.handle);
    await bossWorker(boss, 'reports', jobs, async (page) => void sent.push(page));
    await until('both have been seen', async () => Boolean((await outputOf(first)) && (await outputOf(second))));
    expect(await outputOf(first)).toEqual({ outcome: 'done', reasons: [] });
    expect(await outputOf(second)).toEqual({ outcome: 'aborted', reasons: ['logout'] });
    expect(sent).toEqual(PAGES);

    const third = await add(stays);
    isAway = true;
    await until('it is paused', async () => Boolean(await outputOf(third)));
    expect(await outputOf(third)).toMatchObject({ outcome: 'paused' });
    isAway = false;
    expect(await boss.getQueueSize('reports')).toBe(1);
    await Promise.all([sessions.close(), engine.close()]);
  });
});
