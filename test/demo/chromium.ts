import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type Demo, startDemo } from '../../demo/server.js';
import { type ManualClock, manualClock } from '../../src/testing/manual-clock.js';
import { type Program, pathOf } from '../servers/available.js';

export const CHROMIUM: Program = { name: 'chromium', install: 'apt-get install chromium' };

export const SECOND = 1_000;
const BEGIN = 1_700_000_000_000;
/** A page gathers what it asks for, and asks again for what it then learns: so many rounds are enough for all of it. */
const ROUNDS = 4;
const ROUND = 100;

/** A browser on the demo, in a time that moves only when told to: the server's clock and the pages' go together. */
export interface Stage {
  readonly demo: Demo;
  /** What the pages complained of. */
  readonly complaints: string[];
  /** Opens a page: another tab of the same browser, or the first of another browser. */
  open(where?: 'tab' | 'browser'): Promise<Page>;
  /** Lets seconds pass one by one, as they do while somebody watches. */
  pass(seconds: number): Promise<void>;
  /** Lets seconds pass at a stroke: the machine slept. */
  sleep(seconds: number): Promise<void>;
  /** Lets the pages finish what they are at. It takes them some tenths of a second. */
  settle(): Promise<void>;
  /** From here on the pages' time runs by itself, for what brings timers of its own. */
  release(): Promise<void>;
  close(): Promise<void>;
}

export function launch(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return chromium.launch({ executablePath: pathOf(CHROMIUM) as string, args });
}

export type Looks = Parameters<Browser['newContext']>[0];

export async function stageOn(browser: Browser, looks: Looks = {}): Promise<Stage> {
  const clock = manualClock(BEGIN);
  const demo = await startDemo({ port: 0, clock });
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  const underWay = new Set<unknown>();
  const time = timeOf(clock, contexts, underWay);
  const latest = async (isNew: boolean) => {
    if (isNew || contexts.length === 0) {
      const context = await aContext(browser, looks);
      watch(context, underWay, complaints);
      contexts.push(context);
    }
    return contexts.at(-1) as BrowserContext;
  };
  return {
    demo,
    complaints,
    ...time,
    async open(where = 'tab') {
      const page = await (await latest(where === 'browser')).newPage();
      await page.goto(demo.url);
      await time.settle();
      return page;
    },
    async close() {
      for (const context of contexts) await context.close();
      await demo.close();
    },
  };
}

type Time = Pick<Stage, 'settle' | 'pass' | 'sleep' | 'release'>;

function timeOf(clock: ManualClock, contexts: readonly BrowserContext[], underWay: ReadonlySet<unknown>): Time {
  const move = async (milliseconds: number, how: 'runFor' | 'fastForward' = 'runFor') => {
    clock.advance(milliseconds);
    for (const context of contexts) await context.clock[how](milliseconds);
    await calm(contexts, underWay);
  };
  const settle = async () => {
    await calm(contexts, underWay);
    for (let round = 0; round < ROUNDS; round++) await move(ROUND);
  };
  return {
    settle,
    async pass(seconds) {
      for (let second = 0; second < seconds; second++) await move(SECOND);
    },
    async sleep(seconds) {
      await move(seconds * SECOND, 'fastForward');
      await settle();
    },
    async release() {
      for (const context of contexts) await context.clock.resume();
    },
  };
}

async function aContext(browser: Browser, looks: Looks): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...looks });
  await context.clock.install({ time: BEGIN });
  await context.clock.pauseAt(BEGIN + SECOND);
  return context;
}

/** Waits until nothing is on its way, and the pages have done what they do with it. */
async function calm(contexts: readonly BrowserContext[], underWay: ReadonlySet<unknown>): Promise<void> {
  for (let turns = 0; turns < 3; ) {
    for (const page of contexts.flatMap((context) => context.pages())) await page.evaluate(() => Promise.resolve());
    turns = underWay.size === 0 ? turns + 1 : 0;
  }
}

/** Notes what is on its way, but for the live log, which always is; and every complaint but that of a refusal. */
function watch(context: BrowserContext, underWay: Set<unknown>, complaints: string[]): void {
  context.on('request', (request) => {
    if (!request.url().includes('/demo/events')) underWay.add(request);
  });
  const isOver = (request: unknown) => void underWay.delete(request);
  context.on('requestfinished', isOver);
  context.on('requestfailed', isOver);
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4(?:01|03|22)/.test(message.text())) complaints.push(message.text());
  });
}

export async function signIn(stage: Stage, page: Page, username = 'alice'): Promise<void> {
  await page.getByRole('button', { name: username, exact: true }).click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await stage.settle();
  await page.getByText('Current account').waitFor();
}

/** What a clock on the page shows, in seconds. */
export async function secondsOf(page: Page, id: string): Promise<number> {
  const [minutes = '0', seconds = '0'] = (await page.locator(`#${id}`).innerText()).split(':');
  return Number(minutes) * 60 + Number(seconds);
}
