import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { describe, it } from 'vitest';
import { CHROMIUM, type Looks } from '../demo/chromium.js';
import { describeWith } from '../servers/available.js';

const SITE = fileURLToPath(new URL('../../site', import.meta.url));

/** A group of tests that needs Chromium and what the site is made of, which the package itself does not install. */
export function describeWithSite(name: string, body: () => void): void {
  if (existsSync(`${SITE}/node_modules/@codemirror/view`)) {
    describeWith(CHROMIUM, name, body);
    return;
  }
  const reason = 'the site is not installed: npm ci --prefix site';
  if (process.env['CI'] !== 'true') {
    describe.skip(`${name} (${reason})`, body);
    return;
  }
  describe(name, () => {
    it('has what it needs', () => {
      throw new Error(reason);
    });
  });
}

/** The playground as one page, without the site around it. */
export async function playgroundPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${SITE}/playground/playground.ts`],
    tsconfig: `${SITE}/tsconfig.json`,
    outdir: SITE,
    bundle: true,
    format: 'iife',
    globalName: 'playground',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  const script = textOf('.js').replaceAll('</script', '<\\/script');
  const dark = `document.documentElement.classList.toggle('dark', matchMedia('(prefers-color-scheme: dark)').matches)`;
  return `<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Playground</title>
        <style>body { margin: 0; padding: 16px; background: #fff } .dark body { background: #1b1b1f } ${textOf('.css')}</style>
      </head>
      <body>
        <main><h1 style="position: absolute; clip-path: inset(50%)">Playground</h1><div class="pg"></div></main>
        <script>${dark};${script};playground.mountPlayground(document.querySelector('.pg'))</script>
      </body>
    </html>`;
}

/** Where the page is in tests. Nothing there is on any network. */
export const URL_OF_PAGE = 'http://playground.test/';

/** What pages complained of, and what they asked for. */
export interface Heard {
  readonly complaints: string[];
  readonly asked: string[];
}

/** Opens the page in a browser of its own, and listens to it. */
export async function openedPage(browser: Browser, html: string, hash: string, looks: Looks, heard: Heard) {
  const context = await browser.newContext(looks);
  const page = await context.newPage();
  page.on('request', (request) => heard.asked.push(request.url()));
  page.on('pageerror', (error) => heard.complaints.push(String(error)));
  page.on('dialog', (dialog) => heard.complaints.push(dialog.message()));
  page.on('console', (message) => message.type() === 'error' && heard.complaints.push(message.text()));
  await page.route('**', (route) =>
    route.request().url().startsWith(URL_OF_PAGE)
      ? route.fulfill({ contentType: 'text/html', body: html })
      : route.abort(),
  );
  await page.goto(URL_OF_PAGE + hash);
  await page.getByRole('group', { name: 'Events' }).waitFor();
  return page;
}
