import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, it } from 'vitest';
import { CHROMIUM } from '../demo/chromium.js';
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
