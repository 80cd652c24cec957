import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

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
    { text: 'Recipes', items: recipes().map(({ name }) => ({ text: name, link: linkOf(name) })) },
    { text: 'Decisions', items: decisions() },
  ];
}

/** A recipe: code that the tests run, and that a page shows. */
export interface Recipe {
  /** Its path below `docs/recipes`, without the ending. */
  readonly name: string;
  readonly code: string;
}

export function recipes(): readonly Recipe[] {
  const names = [
    ...namesIn('docs/recipes', '.ts'),
    ...namesIn('docs/recipes/frameworks', '.ts').map((name) => `frameworks/${name}`),
  ];
  return names.map((name) => ({ name, code: readFileSync(join(ROOT, `docs/recipes/${name}.ts`), 'utf8') }));
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

function linkOf(name: string): string {
  return `/recipes/${name}`;
}

function namesIn(folder: string, ending: string): string[] {
  const files = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith(ending));
  return files.map((name) => name.slice(0, -ending.length)).sort();
}
