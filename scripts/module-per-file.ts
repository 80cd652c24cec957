import { dirname, relative, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Keeps one built module a source file, so that whoever bundles `{ evaluate }` leaves out whole files.
 *
 * In one chunk with the schemas, every application would carry zod: a bundler may drop a module that nobody asks for
 * (`sideEffects: false`), but not a call at the top of one that somebody does. Files of the `together` folder are
 * joined into its entry all the same: nobody imports a command line.
 */
export function modulePerFile(source: string, together: string): Plugin {
  const root = resolve(source);
  const joined = resolve(root, together);
  return {
    name: 'module-per-file',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path, importer, resolveDir }) => {
        if (!importer.startsWith(`${root}/`)) return null;
        const target = resolve(resolveDir, path);
        const isJoined = importer.startsWith(`${joined}/`);
        if (isJoined && target.startsWith(`${joined}/`)) return null;
        const from = relative(isJoined ? joined : dirname(importer), target);
        return { path: from.startsWith('.') ? from : `./${from}`, external: true };
      });
    },
  };
}
