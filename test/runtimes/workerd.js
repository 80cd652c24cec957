// Started with a Node that miniflare supports. No `nodejs_compat`: the package must not need it.
import { createRequire } from 'node:module';
import { Miniflare } from 'miniflare';
import { bundle } from './bundle.js';

const worker = new Miniflare({
  modules: true,
  script: await bundle('in-worker.js'),
  compatibilityDate: '2026-01-01',
  compatibilityFlags: [],
});
const response = await worker.dispatchFetch('http://localhost/');
const { version } = createRequire(import.meta.url)('workerd/package.json');
console.log(JSON.stringify({ version, ...(await response.json()) }));
await worker.dispose();
