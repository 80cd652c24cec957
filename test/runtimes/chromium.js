import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { bundle } from './bundle.js';

const profile = await mkdtemp(join(tmpdir(), 'curfew-chromium-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.argv[2],
  headless: true,
  // Without the sandbox because root may not have one; quiet, because a test talks to nobody.
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  const page = await context.newPage();
  await page.addScriptTag({ type: 'module', content: await bundle('in-page.js') });
  await page.waitForFunction(() => 'attempted' in globalThis, null, { timeout: 30_000 });
  const outcome = await page.evaluate(() => globalThis.attempted);
  console.log(JSON.stringify({ version: context.browser().version(), ...outcome }));
} finally {
  await context.close();
  await rm(profile, { recursive: true, force: true });
}
