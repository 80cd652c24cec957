import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers/available.js';
import { CHROMIUM, type Looks, launch, type Stage, secondsOf, signIn, stageOn } from './chromium.js';

describeWith(CHROMIUM, 'the demo, in Chromium', () => {
  let browser: Browser;
  let stage: Stage;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    const complaints = stage?.complaints ?? [];
    await stage?.close();
    expect(complaints).toEqual([]);
  });
  const begin = async (looks?: Looks): Promise<Page> => {
    stage = await stageOn(browser, looks);
    return stage.open();
  };
  const press = async (page: Page, name: string | RegExp) => {
    await page.getByRole('button', { name, exact: typeof name === 'string' }).click();
    await stage.settle();
  };
  const prove = async (page: Page, code: string | null) => {
    await page.locator('#proof-password').fill('demo-alice');
    if (code !== null) await page.locator('#proof-code').fill(code);
    await press(page, 'Confirm');
  };
  const unlock = async (page: Page, why: string) => {
    await page.getByRole('link', { name: 'Confirm who you are' }).click();
    await page.getByText(why).waitFor();
  };
  const warning = (page: Page) => page.getByRole('alertdialog', { name: 'You’re about to be signed out' });
  const farewell = (page: Page) => page.getByRole('alertdialog', { name: 'You have been signed out' });
  const text = (page: Page, id: string) => page.locator(`#${id}`).innerText();

  it('counts both limits down, polls without moving them, and starts anew with an action', async () => {
    const page = await begin();
    await signIn(stage, page);
    const idle = await secondsOf(page, 'idle-left');
    const absolute = await secondsOf(page, 'absolute-left');
    await stage.pass(20);
    // of two answers of the same server's second the first one counts, so the page may be a second early, never late
    expect([idle - 21, idle - 20]).toContain(await secondsOf(page, 'idle-left'));
    expect([absolute - 21, absolute - 20]).toContain(await secondsOf(page, 'absolute-left'));
    expect(await page.locator('.tl-background').count()).toBeGreaterThanOrEqual(4);
    await press(page, 'Look around');
    expect(await secondsOf(page, 'idle-left')).toBe(60);
    expect(await secondsOf(page, 'absolute-left')).toBeLessThanOrEqual(absolute - 20);
  });

  it('warns 25 seconds before the end, and stays with the button', async () => {
    const page = await begin();
    await signIn(stage, page);
    await stage.pass(33);
    expect(await warning(page).isVisible()).toBe(false);
    await stage.pass(2);
    expect(await warning(page).isVisible()).toBe(true);
    expect(await page.locator('#idle-figure').getAttribute('data-level')).toBe('warning');
    await press(page, 'Stay signed in');
    expect(await warning(page).isVisible()).toBe(false);
    expect(await secondsOf(page, 'idle-left')).toBe(60);
  });

  it('says that it is over after a sleep, never warns of what has passed, and keeps what was written', async () => {
    const page = await begin();
    await signIn(stage, page);
    await page.getByLabel('Payment reference').fill('Invoice 4711');
    await stage.settle();
    await stage.sleep(3_600);
    expect(await warning(page).isVisible()).toBe(false);
    expect(await farewell(page).isVisible()).toBe(true);
    expect(await farewell(page).innerText()).toContain('Your payment reference “Invoice 4711” is kept.');
    expect(await text(page, 'ended')).toContain('You were away longer than the idle limit allows.');
    await page.getByRole('link', { name: 'Sign in again' }).click();
    expect(await farewell(page).isVisible()).toBe(false);
    await signIn(stage, page);
    expect(await page.getByLabel('Payment reference').inputValue()).toBe('Invoice 4711');
  });

  it('lets a session lapse before everybody’s eyes, polls and all', async () => {
    const page = await begin();
    await signIn(stage, page);
    await stage.pass(61);
    expect(await text(page, 'pill')).toBe('Session ended');
    expect(await farewell(page).isVisible()).toBe(true);
    expect(await page.locator('.entry').first().innerText()).toContain('Denied by policy demo: idle_timeout');
    expect(await page.locator('.tl-label-end').textContent()).toBe('ended: idle_timeout');
  });

  it('warns in both tabs, and staying in one is staying in the other', async () => {
    const first = await begin();
    await signIn(stage, first);
    const second = await stage.open();
    await stage.pass(37);
    expect(await warning(first).isVisible()).toBe(true);
    expect(await warning(second).isVisible()).toBe(true);
    await press(second, 'Stay signed in');
    expect(await warning(first).isVisible()).toBe(false);
    expect(await secondsOf(first, 'idle-left')).toBeGreaterThan(55);
  });

  it('works by keyboard alone: sign in, stay, pay with a proof, sign out', async () => {
    const page = await begin();
    const { keyboard } = page;
    const reach = async (name: string) => {
      const focused = () =>
        page.evaluate(() => {
          const inner = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
          return inner instanceof HTMLInputElement ? inner.labels?.[0]?.innerText : inner?.textContent;
        });
      for (let steps = 0; steps < 60 && (await focused())?.trim() !== name; steps++) await keyboard.press('Tab');
      expect((await focused())?.trim()).toBe(name);
    };
    const enter = async () => {
      await keyboard.press('Enter');
      await stage.settle();
    };
    await reach('alice');
    await enter();
    await reach('Sign in');
    await enter();
    await stage.pass(36);
    expect(await warning(page).isVisible()).toBe(true);
    await enter();
    expect(await warning(page).isVisible()).toBe(false);
    await reach('Pay € 500');
    await enter();
    await keyboard.type('demo-alice');
    await keyboard.press('Tab');
    await keyboard.type('314159');
    await enter();
    expect(await text(page, 'bank-result')).toBe('Paid € 500.00.');
    await reach('Sign out everywhere');
    await enter();
    expect(await text(page, 'pill')).toBe('Session ended');
  });

  it('asks for a proof before a payment, refuses a wrong one, and pays after the right one', async () => {
    const page = await begin();
    await signIn(stage, page);
    await press(page, /^Pay/);
    await page.getByText('A payment needs a stronger proof').waitFor();
    await prove(page, '000000');
    expect(await text(page, 'proof-error')).toContain('does not prove');
    await prove(page, '314159');
    expect(await text(page, 'bank-result')).toBe('Paid € 500.00.');
    expect(await text(page, 'balance')).toBe('€ 12,000.00');
    expect(await text(page, 'proof-level')).toBe('aal2');
    expect(await page.locator('.chip', { hasText: 'challenge' }).count()).toBe(1);
  });

  it('leaves the payment undone where the proof is not given', async () => {
    const page = await begin();
    await signIn(stage, page);
    await press(page, /^Pay/);
    await page.keyboard.press('Escape');
    await stage.settle();
    expect(await text(page, 'bank-result')).toBe('Not done: it needs a proof.');
    expect(await page.locator('#proof').isVisible()).toBe(false);
  });

  it('signs the other tab out with this one', async () => {
    const first = await begin();
    await signIn(stage, first);
    const second = await stage.open();
    await second.getByText('Current account').waitFor();
    await press(first, 'Sign out');
    expect(await text(second, 'pill')).toBe('Session ended');
    await second.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    expect(await text(second, 'ended')).toContain('You signed out.');
  });

  it('signs out everywhere: another browser follows', async () => {
    const first = await begin();
    await signIn(stage, first);
    const second = await stage.open('browser');
    await signIn(stage, second);
    await stage.settle();
    expect(await first.locator('#sessions li').count()).toBe(2);
    await press(first, 'Sign out everywhere');
    expect(await text(second, 'ended')).toContain('You signed out everywhere.');
    expect(await first.getByText('Current account').isVisible()).toBe(false);
  });

  it('ends one of the other sessions', async () => {
    const first = await begin();
    await signIn(stage, first);
    const second = await stage.open('browser');
    await signIn(stage, second);
    await press(first, /^End the session/);
    expect(await second.getByText('Current account').isVisible()).toBe(false);
    expect(await first.getByText('Current account').isVisible()).toBe(true);
    expect(await first.locator('#sessions li').count()).toBe(1);
  });

  it('follows a policy that is tightened under the open session, and says what is wrong with one that is none', async () => {
    const page = await begin();
    await signIn(stage, page);
    await page.getByRole('textbox', { name: 'Idle limit' }).fill('soon');
    await press(page, 'Apply to every session');
    expect(await page.getByRole('textbox', { name: 'Idle limit' }).getAttribute('aria-invalid')).toBe('true');
    expect(await text(page, 'fault-idleTimeout')).not.toBe('');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-idleTimeout');
    await page.getByRole('textbox', { name: 'Idle limit' }).fill('40s');
    await press(page, 'Apply to every session');
    expect(await text(page, 'fault-idleTimeout')).toBe('');
    expect(await secondsOf(page, 'idle-left')).toBeLessThanOrEqual(40);
    expect(await text(page, 'idle-note')).toBe('of 40s, set by /idleTimeout');
    expect(await page.locator('.sentence', { hasText: 'idleTimeout 60s → 40s' }).count()).toBe(1);
  });

  it('locks an idle session under the PCI-like preset, and unlocks it with a proof', async () => {
    const page = await begin();
    await signIn(stage, page);
    await press(page, 'PCI-like');
    // a lock is looser than an end, so it takes an action before it holds for a session that is open
    await press(page, 'Look around');
    await stage.sleep(46);
    expect(await text(page, 'pill')).toBe('Locked');
    await unlock(page, 'Your session is locked because nothing happened');
    await prove(page, null);
    expect(await text(page, 'pill')).toMatch(/^Active/);
    expect(await page.locator('#proof').isVisible()).toBe(false);
  });

  it('challenges another address, ends at another device, and shows both on the timeline', async () => {
    const page = await begin();
    await signIn(stage, page);
    await page.getByLabel('This tab comes from').selectOption('198.51.100.7');
    await press(page, 'Look around');
    expect(await text(page, 'bank-result')).toBe('Not done: it needs a proof.');
    await unlock(page, 'This request came from another address');
    await stage.pass(1);
    await prove(page, null);
    expect(await text(page, 'pill')).toMatch(/^Active/);
    await page.getByLabel('This tab is').selectOption('unknown-phone');
    await press(page, 'Look around');
    expect(await text(page, 'ended')).toContain('another device');
    expect(await page.locator('.tl-challenge').count()).toBeGreaterThan(0);
    expect(await page.locator('.tl-label-end').textContent()).toBe('ended: device_changed');
  });

  it('shortens the idle limit at a medium risk and ends the session at a high one', async () => {
    const page = await begin();
    await signIn(stage, page);
    await press(page, 'Medium risk');
    expect(await secondsOf(page, 'idle-left')).toBeLessThanOrEqual(30);
    await press(page, 'High risk');
    expect(await text(page, 'ended')).toContain('A high risk was reported.');
  });
});
