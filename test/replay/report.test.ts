import { Buffer } from 'node:buffer';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateTraffic } from '../../scripts/generate-traffic.js';
import { definePolicy } from '../../src/index.js';
import { compareReplays, createReplay } from '../../src/replay/index.js';
import { createReportWatcher } from '../../src/replay/report/input.js';
import { htmlReport } from '../../src/replay/report/page.js';
import { logScale } from '../../src/replay/report/scale.js';
import { ticksOf } from '../../src/replay/report/tradeoff-axes.js';
import { CHROMIUM, launch } from '../demo/chromium.js';
import { describeWith } from '../servers/available.js';
import { clfTime } from './support.js';

const POLICY = definePolicy({ id: 'customer-web', idleTimeout: '15m', absoluteTimeout: '8h' });
const OTHER = definePolicy({ id: 'calm-web', idleTimeout: '30m', absoluteTimeout: '8h' });
const OPTIONS = { background: /^\/api\// };
const HOUR = 3_600_000;
const START = Date.UTC(2026, 2, 29);

function reportOf(lines: Iterable<string>, isCompared = true): string {
  const watcher = createReportWatcher();
  const options = { ...OPTIONS, onSession: watcher.onSession, onRecord: watcher.onRecord };
  const running = isCompared ? compareReplays(POLICY, OTHER, options) : createReplay(POLICY, options);
  for (const line of lines) running.write(Buffer.from(`${line}\n`));
  const found = running.finish();
  const comparison = 'against' in found ? found : null;
  const summary = 'against' in found ? found.policy : found;
  const against = isCompared ? OTHER : null;
  const names = [POLICY.id, OTHER.id] as const;
  return htmlReport(watcher.input({ source: 'access.log', names, policy: POLICY, against, summary, comparison }));
}

const WEEK = [...generateTraffic({ people: 40, days: 3 })];

describe('the report', () => {
  it('is one file: it names nothing that a browser would load', () => {
    const page = reportOf(WEEK);
    expect(page).not.toMatch(/(?:src|href|action|poster|data)=/);
    expect(page).not.toMatch(/url\(|@import|https?:\/\//);
    expect(page).toContain("default-src 'none'");
  });

  it('has every part, with a table behind each chart', () => {
    const page = reportOf(WEEK);
    const headings = [...page.matchAll(/<h2 id="(\w+)"/g)].map(([, id]) => id);
    expect(headings).toEqual(['difference', 'pauses', 'tradeoff', 'endings', 'lengths', 'passive']);
    expect([...page.matchAll(/role="img"/g)].length).toBe(3);
    expect([...page.matchAll(/<summary>As a table/g)].length).toBe(4);
    expect(reportOf(WEEK, false)).not.toContain('id="difference"');
  });

  it('says which limits the log is too short for, and where the limits of both policies are', () => {
    const morning = [...generateTraffic({ people: 40, days: 1 })].slice(0, 400);
    const page = reportOf(morning);
    expect(page).toMatch(/From \w+ on the log is too short: \w+\./);
    expect(page).toMatch(/>≥ \w+<\/th><td>-<\/td>/);
    const week = reportOf(WEEK);
    expect(week).not.toContain('the log is too short');
    for (const [kind, limit] of [
      ['own', '15m'],
      ['other', '30m'],
    ]) {
      expect(week).toMatch(new RegExp(`class="dot ${kind} major"[^>]*><span>${limit}<`));
    }
    expect(week).toMatch(/in all: the limit of calm-web"/);
    expect(week).toMatch(/sessions and \d+ (?:hours|minutes) here at 15m, [\d,]+ sessions and .*\nat the top: /);
  });

  it('has figures at its axis on a narrow screen too, however little there is between its ends', () => {
    for (const [least, most] of [
      [15, 110],
      [11, 12],
      [0.2, 0.3],
      [40, 12_000],
    ] as const) {
      const x = logScale(least * HOUR, most * HOUR);
      const major = ticksOf({ x, y: x, least: least * HOUR, most: most * HOUR, highest: 1, last: 1 }).filter(
        ({ isMajor }) => isMajor,
      );
      expect(major.length, `${least} to ${most}`).toBeGreaterThanOrEqual(2);
    }
  });

  it('takes what a log says for text, wherever it stands', () => {
    const name = '<script>alert(1)</script>&"\'';
    const lines = Array.from({ length: 40 }, (_, index) => {
      return JSON.stringify({ at: START + index * 20 * 60_000, user: name, path: index % 3 === 0 ? '/' : '/api/poll' });
    });
    const page = reportOf(lines);
    expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;&#38;&#34;&#39;');
    expect(page).not.toContain('<script>alert');
  });

  it.each([
    ['an empty log', []],
    ['a log without a record', ['once upon a time']],
    ['a single request', [`a - - [${clfTime(START)}] "GET / HTTP/1.1" 200 5`]],
  ])('has something to say about %s, and no figure that is none', (_, lines) => {
    for (const isCompared of [true, false]) expect(reportOf(lines, isCompared)).not.toMatch(/NaN|Infinity|undefined/);
  });
});

const LOOKS = [
  ['light, 1440 px', { viewport: { width: 1440, height: 1000 }, colorScheme: 'light' }],
  ['dark, 1440 px', { viewport: { width: 1440, height: 1000 }, colorScheme: 'dark' }],
  ['light, 360 px', { viewport: { width: 360, height: 740 }, colorScheme: 'light' }],
  ['dark, 360 px', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
] as const;

describeWith(CHROMIUM, 'the report, for everybody', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it.each(LOOKS)('has no violation, no sideways scroll and no complaint: %s', async (_, looks) => {
    const context = await browser.newContext(looks);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => complaints.push(request.url()));
    await page.setContent(reportOf(WEEK));
    await page.evaluate(() => {
      for (const one of document.querySelectorAll('details')) one.open = true;
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('says what another limit would have meant, as the slider moves', async () => {
    const page = await browser.newPage();
    await page.setContent(reportOf(WEEK));
    const output = page.locator('output');
    expect(await output.innerText()).toMatch(/^15m: /);
    await page.getByLabel('Try another limit').press('Home');
    expect(await output.innerText()).toMatch(/^1m: [\d,]+ sessions, [\d,]+ cut off/);
    expect(await page.locator('.dot.moving').isVisible()).toBe(true);
    await page.close();
  });
});
