import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** One file without Node's modules: `platform: 'neutral'` fails on each of them. */
export async function bundle(name) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
  });
  return outputFiles[0].text;
}
