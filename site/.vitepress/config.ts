import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { linksInside } from './links.js';
import { sidebar } from './pages.js';

const ICON =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>" +
  "<rect width='32' height='32' rx='8' fill='%230b6e68'/>" +
  "<path d='M5 8l8 8V8l14 15' fill='none' stroke='white' stroke-width='3' stroke-linejoin='round'/></svg>";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The pages lie outside this folder, where no `vue` is found; what the server renders is run inside it. */
const vueOfTheSite = {
  name: 'vue-of-the-site',
  enforce: 'pre' as const,
  resolveId(id: string, _importer: string | undefined, { ssr }: { ssr?: boolean | undefined }) {
    return ssr && /^vue(?:\/server-renderer)?$/.test(id) ? { id, external: true } : null;
  },
};

/** The pages lie in `docs/`, as the package ships them; what only the site needs lies beside this folder. */
export default defineConfig({
  title: 'Curfew',
  description: 'A pure session policy engine: permit, challenge or deny, and why.',
  lang: 'en',
  srcDir: here('../..'),
  outDir: here('../dist'),
  cacheDir: here('../node_modules/.cache/vitepress'),
  cleanUrls: true,
  srcExclude: ['*.md', 'bench/**', 'test/**', 'demo/**', 'examples/**', 'dist/**', 'scripts/**', 'src/**', 'site/*.md'],
  rewrites: {
    'site/pages/:page*': ':page*',
    'docs/decisions/README.md': 'decisions/index.md',
    'docs/:page*': ':page*',
  },
  head: [['link', { rel: 'icon', href: ICON }]],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: (markdown) => linksInside(markdown, (path) => existsSync(here(`../../docs/${path}`))),
  },
  vite: { build: { chunkSizeWarningLimit: 800 }, publicDir: false, plugins: [vueOfTheSite] },
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/guide' },
      { text: 'Policy', link: '/policy' },
      { text: 'Playground', link: '/playground' },
      { text: 'Decisions', link: '/decisions/' },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
    footer: { message: 'MIT licensed' },
  },
});
