import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';

/** The folder of package.json, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

if (!existsSync(`${ROOT}dist/index.js`)) throw new Error('these tests look at what is built: `npm run build` first');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

export const manifest: Manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));

export interface Bundle {
  readonly code: string;
  /** Bytes, minified and compressed. */
  readonly size: number;
  /** The packages whose code is inside, and those that it still imports. */
  readonly packages: readonly string[];
  readonly imports: readonly string[];
}

/** Bundles what somebody who writes this import line would ship. */
export async function bundleOf(line: string, options: { minify?: boolean; external?: string[] } = {}): Promise<Bundle> {
  const { minify = true, external = [] } = options;
  const { outputFiles, metafile } = await build({
    stdin: { contents: line, resolveDir: ROOT },
    // Without the paths of tsconfig.json, which lead to the source.
    tsconfigRaw: '{}',
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    minify,
    external,
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const code = outputFiles.map(({ text }) => text).join('\n');
  return {
    code,
    size: gzipSync(code, { level: 9 }).length,
    packages: packagesIn(metafile),
    imports: importsIn(metafile),
  };
}

/** The source files whose code is in a built file or in what it loads, as the source maps tell. */
export function sourcesBehind(entry: string): string[] {
  const found = new Set<string>();
  for (const file of filesBehind(entry)) {
    const { sources } = JSON.parse(readFileSync(`${ROOT}${file}.map`, 'utf8')) as { sources: string[] };
    for (const source of sources) found.add(source.replace(/^(?:\.\.\/)+/, ''));
  }
  return [...found].sort();
}

/** A built file and those that it loads, each from the root of the package. */
function filesBehind(entry: string): string[] {
  const found = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const text = readFileSync(ROOT + file, 'utf8');
    for (const [, specifier] of text.matchAll(/(?:\bfrom|^import) "(\.[^"]+)"/gm)) {
      waiting.push(new URL(specifier as string, `file:///${file}`).pathname.slice(1));
    }
  }
  return [...found];
}

function packagesIn({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  return [...new Set(used.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []))].sort();
}

function importsIn({ outputs }: Metafile): string[] {
  return [...new Set(Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path)))].sort();
}
