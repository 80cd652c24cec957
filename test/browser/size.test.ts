import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

async function bundled(path: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export * from './src/${path}'`, resolveDir: ROOT },
    tsconfigRaw: '{}',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['react'],
    metafile: true,
    write: false,
  });
  const code = outputFiles[0]?.text ?? '';
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const files = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
  return { code, files, size: gzipSync(code, { level: 9 }).length };
}

describe('what a page loads', () => {
  it.each([
    ['browser/index.js', 3],
    ['browser/element/index.js', 6],
    ['react/index.js', 8.5],
  ])('%s costs at most %d kB', async (path, kilobytes) => {
    const { size } = await bundled(path);
    console.info(`${(size / 1_000).toFixed(2)} kB of ${kilobytes}: ${path}`);
    expect(size / 1_000).toBeLessThanOrEqual(kilobytes);
  });

  it.each(['browser/index.js', 'browser/element/index.js', 'react/index.js'])(
    '%s holds nothing of the policy',
    async (path) => {
      const { code, files } = await bundled(path);
      expect(files.filter((file) => !/^src\/(?:browser|react|time)\//.test(file))).toEqual([]);
      expect(code).not.toMatch(/zod|idleTimeout|process\.|Math\.random/);
    },
  );
});
