import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { encodeShared } from '../../site/playground/share.js';
import { STORIES } from '../../site/playground/stories/index.js';
import { type Looks, launch } from '../demo/chromium.js';
import { describeWithSite, openedPage, playgroundPage, URL_OF_PAGE } from './bundle.js';

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };
const LOOKS: readonly (readonly [string, Looks])[] = [
  ['light, 1440 px', { viewport: WIDE, colorScheme: 'light' }],
  ['dark, 1440 px', { viewport: WIDE, colorScheme: 'dark' }],
  ['light, 360 px', { viewport: NARROW, colorScheme: 'light', reducedMotion: 'reduce' }],
  ['dark, 360 px', { viewport: NARROW, colorScheme: 'dark' }],
];

describeWithSite('the playground', () => {
  let browser: Browser;
  let html: string;
  const complaints: string[] = [];
  const asked: string[] = [];
  beforeAll(async () => {
    [browser, html] = await Promise.all([launch(), playgroundPage()]);
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    expect(complaints.splice(0)).toEqual([]);
    expect(asked.splice(0).filter((url) => !url.startsWith(URL_OF_PAGE))).toEqual([]);
  });

  const open = (hash = '', looks: Looks = {}) =>
    openedPage(browser, html, hash, { viewport: WIDE, ...looks }, { complaints, asked });
  const marks = (page: Page) => page.getByRole('group', { name: 'Events' }).getByRole('button');
  const lane = (page: Page, letter: string) => page.getByRole('img', { name: `Policy ${letter}` });
  const editor = (page: Page) => page.getByRole('textbox', { name: 'Document of policy A' });
  const write = async (page: Page, text: string) => {
    await editor(page).click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(text);
  };

  it.each(STORIES.map((story) => [story.id, story] as const))('tells a story: %s', async (id, { title, scenario }) => {
    const page = await open(`#${id}`);
    await page.getByRole('button', { name: title, pressed: true }).waitFor();
    expect(await marks(page).count()).toBe(scenario.marks.length);
    const decisions = page.getByRole('list', { name: 'Decisions' });
    expect(await decisions.getByRole('listitem').count()).toBe(scenario.marks.length);
    expect(await decisions.innerText()).toContain('Permitted until');
  });

  it('is drawn with the mouse: a click adds, Shift adds a poll, a drag moves', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Clear' }).click();
    const box = await lane(page, 'A').boundingBox();
    if (box === null) throw new Error('no lane');
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await page.mouse.click(middle.x, middle.y);
    await page.keyboard.down('Shift');
    await page.mouse.click(box.x + box.width / 4, middle.y);
    await page.keyboard.up('Shift');
    const names = () => marks(page).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')).sort());
    expect(await names()).toEqual([
      expect.stringMatching(/^09:1\d:\d\d, Background poll$/),
      '09:30, Request by a person',
    ]);
    const mark = await marks(page).filter({ hasText: 'P' }).boundingBox();
    if (mark === null) throw new Error('no mark');
    await page.mouse.move(mark.x + 10, mark.y + 10);
    await page.mouse.down();
    await page.mouse.move(mark.x - box.width / 3, mark.y + 10, { steps: 5 });
    await page.mouse.up();
    expect(await names()).toEqual([
      expect.stringMatching(/^09:0\d\b.*, Request/),
      expect.stringMatching(/^09:1\d\b.*, Backg/),
    ]);
  });

  it('is drawn with the keyboard alone', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Clear' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Operation', exact: true }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Add', exact: true }).focus();
    await page.keyboard.press('Enter');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(await focused()).toBe('09:02, Operation: payment:create');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await focused()).toBe('09:07, Operation: payment:create');
    await page.getByRole('combobox', { name: 'Event', exact: true }).selectOption('Logout');
    expect(await lane(page, 'A').getAttribute('aria-label')).toContain('Ends at 09:07: logout.');
    await marks(page).first().focus();
    await page.keyboard.press('Delete');
    expect(await marks(page).count()).toBe(0);
  });

  it('completes from the schema, marks what is wrong, and runs what is right', async () => {
    const page = await open();
    await write(page, '{ "id": "mine", "absoluteTimeout": "8 hours" }');
    await page.getByRole('status').filter({ hasText: 'one problem' }).waitFor();
    expect(await page.locator('.cm-lintRange-error').innerText()).toBe('"8 hours"');
    await write(page, '{ "id": "mine", "absoluteTimeout": "20m", ');
    await page.keyboard.type('"idle');
    const option = page.getByRole('option', { name: 'idleTimeout' });
    const taken = async () => {
      // a suggestion that has only just come up is not taken, lest somebody take it by mistake
      if (await option.isVisible()) await option.click();
      return editor(page).innerText();
    };
    await expect.poll(taken).toContain('"idleTimeout": "15m"');
    await page.keyboard.press('End');
    await page.keyboard.type(' }');
    await expect.poll(() => lane(page, 'A').getAttribute('aria-label')).toContain('Ends at 09:20: absolute_timeout.');
  });

  it('compares, in two lanes and in words', async () => {
    const page = await open('#stolen-cookie');
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await lane(page, 'B').waitFor();
    const words = await page.getByRole('region', { name: 'Comparison' }).innerText();
    expect(words).toContain('B is looser than A');
    expect(words).toContain('The idle limit rises from 15 min to 30 min.');
    await page.getByRole('button', { name: 'Remove' }).click();
    expect(await lane(page, 'B').count()).toBe(0);
  });

  it('shares by link, and shows what it was given as text', async () => {
    const page = await open('#long-form');
    await page.getByRole('button', { name: 'Share by link' }).click();
    const link = page.getByLabel('Link');
    await link.waitFor();
    const told = await lane(page, 'A').getAttribute('aria-label');
    const other = await open(new URL(await link.inputValue()).hash);
    await expect.poll(() => lane(other, 'A').getAttribute('aria-label')).toBe(told);
    const value = '<img src=x onerror=alert(1)>';
    const [{ scenario }] = STORIES;
    const policy = `{ "id": "web", "absoluteTimeout": "${value}" }`;
    const hostile = {
      policy,
      other: null,
      scenario: { ...scenario, marks: [{ id: 1, at: 0, kind: 'signal', value } as const] },
    };
    const attacked = await open(await encodeShared(hostile));
    await attacked.getByRole('status').filter({ hasText: 'one problem' }).waitFor();
    expect(await attacked.locator('img[src]').count()).toBe(0);
  });

  it('says of a link that is cut off that it is, above everything else', async () => {
    const page = await open('#1.AAAA');
    const notice = page.getByText('Here is an example instead.');
    await notice.waitFor();
    expect((await notice.boundingBox())?.y).toBeLessThan(100);
    await page.getByRole('button', { name: 'The long form' }).click();
    expect(await notice.count()).toBe(0);
  });

  it('takes back what was done to the timeline', async () => {
    const page = await open();
    const count = await marks(page).count();
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await marks(page).count()).toBe(0);
    await page.keyboard.press('Control+Z');
    expect(await marks(page).count()).toBe(count);
    await marks(page).first().focus();
    const name = await marks(page).first().getAttribute('aria-label');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await marks(page).first().getAttribute('aria-label')).toMatch(/^\d\d:\d\d:30, /);
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await marks(page).first().getAttribute('aria-label')).toBe(name);
  });

  it('marks what an earlier policy said, as long as there is no newer one', async () => {
    const page = await open('#stolen-cookie');
    await write(page, '{ "id": "web", "absoluteTimeout": "8h", "idle": 1 }');
    const notes = page.getByText('as of the last valid policy').filter({ visible: true });
    await expect.poll(() => notes.count()).toBe(2);
    expect(await page.locator('.cm-lintRange-error').innerText()).toBe('"idle"');
    await write(page, '{ "id": "web", "absoluteTimeout": "8h" }');
    await expect.poll(() => notes.count()).toBe(0);
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.getByText('B answers as A does').waitFor();
  });

  it.each(LOOKS)('has no violation and no sideways scroll: %s', async (_, looks) => {
    const page = await open('#stolen-cookie', looks);
    for (const step of ['one policy', 'two policies', 'a wrong policy']) {
      if (step === 'two policies') await page.getByRole('button', { name: 'Compare', exact: true }).click();
      if (step === 'two policies') await marks(page).first().focus();
      if (step === 'a wrong policy') await write(page, '{ "id": "x y", "idle": 1 }');
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const told = violations.map(({ id, nodes }) => `${step}, ${id}: ${nodes.map((one) => one.html).join(' | ')}`);
      expect(told).toEqual([]);
    }
  });
});
