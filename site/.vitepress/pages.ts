import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RECIPES = join(ROOT, 'docs/recipes');
const LANGUAGES: Readonly<Record<string, string>> = {
  ts: 'ts',
  py: 'python',
  yaml: 'yaml',
  json: 'json',
  conf: 'nginx',
};

/** A page of the sidebar. */
export interface Page {
  readonly text: string;
  readonly link: string;
}

/** A group of pages, in the order in which somebody would read them. */
const GROUPS: readonly (readonly [title: string, pages: readonly string[]])[] = [
  ['Begin', ['guide', 'how-to', 'demo']],
  ['Policy', ['policy', 'semantics', 'laws', 'rules']],
  ['Policy as code', ['cli', 'ceilings', 'compare', 'compliance', 'exposure', 'replay', 'tune', 'testing']],
  ['Engine and stores', ['engine', 'consistency', 'reliability', 'sizing', 'stores', 'redis', 'sql']],
  ['At the edge', ['frameworks', 'http', 'browser', 'accessibility', 'tokens', 'threat-model']],
  ['Beyond a request', ['sockets', 'jobs', 'signals', 'single-sign-on', 'gateway']],
  ['In operation', ['observe', 'operations', 'privacy']],
  ['Stories', ['incidents']],
];

/** The sidebar: the pages of `docs/` in their groups, those that no group names behind them, decisions, recipes. */
export function sidebar() {
  const there = namesIn('docs', '.md');
  const named = new Set(GROUPS.flatMap(([, pages]) => pages));
  const others = there.filter((name) => !named.has(name));
  const groups = GROUPS.map(([text, pages]) => ({
    text,
    items: pages.filter((name) => there.includes(name)).map((name) => page(`docs/${name}.md`, `/${name}`)),
  }));
  return [
    ...groups,
    ...(others.length > 0 ? [{ text: 'More', items: others.map((name) => page(`docs/${name}.md`, `/${name}`)) }] : []),
    { text: 'Recipes', items: recipes().map(recipeInSidebar) },
    { text: 'Decisions', items: decisions() },
  ];
}

/** A recipe: code or a configuration that the tests run, and that a page shows. */
export interface Recipe {
  /** The folder below `docs/recipes`; empty for none. */
  readonly folder: string;
  readonly name: string;
  readonly language: string;
  readonly code: string;
}

/** Every recipe, those of no folder first. */
export function recipes(): readonly Recipe[] {
  const all = readdirSync(RECIPES, { withFileTypes: true });
  const folders = all.filter((one) => one.isDirectory()).map(({ name }) => name);
  return ['', ...folders.sort()].flatMap(recipesIn);
}

/** Where a recipe's page is: a page's name has no dots, and what is TypeScript goes without saying so. */
export function pageOfRecipe(file: string): string {
  return file.replace(/\.ts$/, '').replaceAll('.', '-');
}

/** What the page of a recipe needs to be made, as VitePress asks for it. */
export function recipePage({ folder, name, language, code }: Recipe) {
  return { params: { folder, name }, content: `\`\`\`${language}\n${code}\n\`\`\`` };
}

function recipesIn(folder: string): Recipe[] {
  const files = readdirSync(join(RECIPES, folder), { withFileTypes: true }).filter((one) => one.isFile());
  return files
    .map(({ name }) => name)
    .sort()
    .map((file) => ({
      folder,
      name: pageOfRecipe(file),
      language: LANGUAGES[file.slice(file.lastIndexOf('.') + 1)] ?? 'text',
      code: readFileSync(join(RECIPES, folder, file), 'utf8'),
    }));
}

function decisions(): Page[] {
  const names = namesIn('docs/decisions', '.md').filter((name) => /^\d/.test(name));
  return [
    { text: 'All decisions', link: '/decisions/' },
    ...names.map((name) => page(`docs/decisions/${name}.md`, `/decisions/${name}`)),
  ];
}

function page(path: string, link: string): Page {
  const title = /^# (.+)$/m.exec(readFileSync(join(ROOT, path), 'utf8'))?.[1] ?? link;
  return { text: title.replaceAll('`', ''), link };
}

function recipeInSidebar({ folder, name }: Recipe): Page {
  const path = folder === '' ? name : `${folder}/${name}`;
  return { text: path, link: `/recipes/${path}` };
}

function namesIn(folder: string, ending: string): string[] {
  const files = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith(ending));
  return files.map((name) => name.slice(0, -ending.length)).sort();
}
