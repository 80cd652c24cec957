import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Reply } from './node-http.js';

const page = (name: string) => fileURLToPath(new URL(`../page/${name}`, import.meta.url));

/** The page: what a browser asks for by path. Made once, when the demo starts. */
export type Assets = ReadonlyMap<string, Reply>;

export async function loadAssets(): Promise<Assets> {
  const [html, css, script] = await Promise.all([
    readFile(page('index.html'), 'utf8'),
    readFile(page('style.css'), 'utf8'),
    bundled(),
  ]);
  return new Map([
    ['/', asset('text/html', html)],
    ['/app.css', asset('text/css', css)],
    ['/app.js', asset('text/javascript', script)],
  ]);
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [page('main.ts')],
    tsconfig: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

function asset(type: string, body: string): Reply {
  return {
    status: 200,
    headers: [
      ['content-type', `${type}; charset=utf-8`],
      ['cache-control', 'no-cache'],
    ],
    body,
  };
}
