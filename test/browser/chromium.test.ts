import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith, type Program, pathOf } from '../servers/available.js';
import { aLiveSite } from './site.js';

const CHROMIUM: Program = { name: 'chromium', install: 'apt-get install chromium' };
const MINUTE = 60_000;
const PICTURES = process.env['CURFEW_PICTURES'];

describeWith(CHROMIUM, 'in Chromium', () => {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof aLiveSite>>;
  let context: BrowserContext;

  beforeAll(async () => {
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath: pathOf(CHROMIUM) as string, args });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    site = await aLiveSite();
    context = await browser.newContext();
    await context.clock.install({ time: site.clock.now() });
  });
  afterEach(async () => {
    await context.close();
    await site.close();
  });

  async function open(path = '/login'): Promise<Page> {
    const page = await context.newPage();
    await page.goto(site.url + path);
    await isIn(page, 'active');
    return page;
  }
  // an answer takes what it takes where everything else runs too, and a page that got none asks again after a second
  const isIn = (page: Page, phase: string) =>
    expect.poll(() => page.evaluate('window.session?.view.phase'), { timeout: 20_000 }).toBe(phase);
  const passes = async (milliseconds: number) => {
    site.clock.advance(milliseconds);
    await context.clock.runFor(milliseconds);
  };
  const sleeps = async (milliseconds: number) => {
    site.clock.advance(milliseconds);
    await context.clock.fastForward(milliseconds);
  };
  const warned = async () => {
    const page = await open();
    await passes(13 * MINUTE);
    await page.getByRole('alertdialog').waitFor();
    return page;
  };
  const focused = (page: Page) =>
    page.evaluate("document.querySelector('curfew-dialog').shadowRoot.activeElement?.textContent");

  it('warns, and one key stays', async () => {
    const page = await warned();
    const dialog = page.getByRole('alertdialog', { name: 'You’re about to be signed out' });
    await expect(dialog.count()).resolves.toBe(1);
    expect(await focused(page)).toBe('Stay signed in');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Sign out');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    expect(site.requests.at(-1)).toBe('POST /session/extend user');
  });

  it('takes Escape for staying, and gives the focus back', async () => {
    const page = await open();
    await page.focus('#note');
    await passes(13 * MINUTE);
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.id')).toBe('note');
  });

  it('speaks each minute and each 20 seconds, and counts each second', async () => {
    // here, each second is looked at: time stands still but for what the test lets pass
    await context.clock.pauseAt(site.clock.now() + MINUTE);
    const page = await warned();
    await page.evaluate(`(() => {
      const root = document.querySelector('curfew-dialog').shadowRoot;
      window.spoken = []; window.seen = [];
      const watch = (selector, into) => new MutationObserver(() => into.push(root.querySelector(selector).textContent))
        .observe(root.querySelector(selector), { childList: true, characterData: true, subtree: true });
      watch('.spoken', window.spoken); watch('.countdown', window.seen);
    })()`);
    // the server's time has moved first, so the page, which takes the earlier, is two seconds ahead
    await passes(117_000);
    const spoken = (await page.evaluate('window.spoken')) as string[];
    expect(spoken.map((text) => /in (.*)\./.exec(text)?.[1])).toEqual(['1 minute', '40 seconds', '20 seconds']);
    expect(((await page.evaluate('window.seen')) as string[]).length).toBeGreaterThan(50);
  });

  it('ends in every tab, says why, and what was kept', async () => {
    const page = await open();
    const other = await open('/app');
    await passes(13 * MINUTE);
    await page.bringToFront();
    await passes(3 * MINUTE);
    await page.getByText('Nothing happened here for a while').first().waitFor();
    await page.getByText('Your draft was kept on this device.').waitFor();
    expect(await focused(page)).toBe('Sign in again');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('alertdialog').isVisible()).toBe(true);
    await isIn(other, 'ended');
  });

  it('two tabs agree', async () => {
    const first = await open();
    const second = await open('/app');
    await passes(13 * MINUTE + 1_000);
    await first.getByRole('alertdialog').waitFor();
    await second.getByRole('alertdialog').waitFor();
    await second.getByRole('button', { name: 'Stay signed in' }).click();
    await first.getByRole('alertdialog').waitFor({ state: 'hidden' });
    await first.evaluate('window.session.signOut()');
    await isIn(second, 'ended');
    await second.getByText('You have been signed out').waitFor();
  });

  it('wakes from a sleep at the end, not at the warning', async () => {
    const page = await open();
    await sleeps(60 * MINUTE);
    await isIn(page, 'ended');
    expect(await page.evaluate('window.phases')).not.toContain('warning');
  });

  it('takes a key for activity, and a script’s event for none', async () => {
    const page = await open();
    await passes(5 * MINUTE);
    const extended = () => site.requests.filter((line) => line.startsWith('POST'));
    await page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }))");
    await page.evaluate('window.session.refresh()');
    expect(extended()).toEqual([]);
    const response = page.waitForResponse('**/session/extend');
    await page.locator('#note').press('a');
    await response;
    expect(extended()).toEqual(['POST /session/extend user']);
  });

  it('says of the absolute limit that it cannot be extended', async () => {
    const page = await open();
    await passes(10 * MINUTE);
    await page.evaluate('window.session.extend()');
    await passes(8 * MINUTE + 1_000);
    await page.getByText('It cannot be extended').first().waitFor();
    expect(await focused(page)).toBe('Continue');
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor({ state: 'hidden' });
    await passes(2 * MINUTE);
    await page.getByText('as long as one session may last').first().waitFor();
  });

  it.each(['light', 'dark'] as const)('has nothing that axe complains of, %s', async (colorScheme) => {
    const page = await warned();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const [phase, wait] of [
      ['warning', 0],
      ['ended', 3 * MINUTE],
    ] as const) {
      await passes(wait);
      await isIn(page, phase);
      for (const width of [360, 1440]) {
        await page.setViewportSize({ width, height: 720 });
        const wide = await page.evaluate('document.documentElement.scrollWidth');
        expect(wide).toBeLessThanOrEqual(width);
        if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${phase}-${colorScheme}-${width}.png` });
      }
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    }
  });
});
