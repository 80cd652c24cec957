import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers/available.js';
import { CHROMIUM, type Looks, launch, type Stage, signIn, stageOn } from './chromium.js';

const WIDE = { width: 1440, height: 1000 };
const NARROW = { width: 360, height: 740 };
const LOOKS: readonly (readonly [string, Looks])[] = [
  ['light, 1440 px', { viewport: WIDE, colorScheme: 'light' }],
  ['dark, 1440 px', { viewport: WIDE, colorScheme: 'dark' }],
  ['light, 360 px', { viewport: NARROW, colorScheme: 'light', reducedMotion: 'reduce' }],
];

/** Each state that the page can be in, and how it comes to be. */
const STATES: readonly (readonly [string, (stage: Stage, page: Page) => Promise<void>])[] = [
  ['signed out', async () => {}],
  ['signed in', signIn],
  [
    'a proof is asked for',
    async (stage, page) => {
      await signIn(stage, page);
      await page.getByRole('button', { name: /^Pay/ }).click();
      await stage.settle();
      await page.getByRole('button', { name: 'Confirm', exact: true }).waitFor();
    },
  ],
  [
    'the policy is wrong',
    async (stage, page) => {
      await signIn(stage, page);
      await page.locator('#field-idleTimeout').fill('soon');
      await page.locator('#field-maxSessions').fill('some');
      await page.getByRole('button', { name: 'Apply to every session' }).click();
      await stage.settle();
      await page.getByText('The policy document').click();
    },
  ],
  [
    'a warning is open',
    async (stage, page) => {
      await signIn(stage, page);
      await stage.pass(38);
    },
  ],
  [
    'ended',
    async (stage, page) => {
      await signIn(stage, page);
      await page.getByText('The timeline in words').click();
      await stage.sleep(61);
    },
  ],
];

describeWith(CHROMIUM, 'the demo, for everybody', () => {
  let browser: Browser;
  let stage: Stage | undefined;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  afterEach(() => stage?.close());

  it.each(LOOKS.flatMap(([look, looks]) => STATES.map(([state, reach]) => ({ look, looks, state, reach }))))(
    'has no violation and no sideways scroll: $state, $look',
    async ({ looks, reach }) => {
      stage = await stageOn(browser, looks);
      const page = await stage.open();
      await reach(stage, page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await stage.release();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
    },
  );
});
