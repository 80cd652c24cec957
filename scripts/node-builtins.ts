import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

const NAME = new RegExp(`^(?:node:)?(?:${builtinModules.filter((name) => !name.startsWith('_')).join('|')})$`);

/**
 * Lets bundled CommonJS packages `require` a module of Node's from an ES module, where there is no `require`.
 *
 * The usual banner with `createRequire` would land in every entry and break those that must run outside Node. Two
 * steps, because `require` of an ES module answers its namespace, and a package that calls `require('events')` wants
 * its default.
 */
export const nodeBuiltins: Plugin = {
  name: 'node-builtins',
  setup(build) {
    build.onResolve({ filter: NAME }, ({ path, kind, namespace }) => {
      if (kind !== 'require-call') return null;
      return { path: path.replace(/^node:/, ''), namespace: namespace === 'required' ? 'imported' : 'required' };
    });
    build.onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require('${path}').default;`,
    }));
    build.onLoad({ filter: /.*/, namespace: 'imported' }, ({ path }) => ({
      contents: `export { default } from 'node:${path}';`,
    }));
  },
};
