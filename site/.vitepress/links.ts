import type { MarkdownRenderer } from 'vitepress';
import { pageOfRecipe } from './pages.js';

/**
 * Links of the pages as the package ships them, turned to where the site has the same thing: a recipe is a page, the
 * list of decisions is the folder's page, and what the site does not have becomes plain text.
 */
export function linksInside(markdown: MarkdownRenderer, isPage: (path: string) => boolean): void {
  markdown.core.ruler.after('inline', 'links-inside', ({ tokens }) => {
    for (const { children } of tokens) {
      let isOpen = false;
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const href = String(token.attrGet('href'));
          const target = targetOf(href, isPage);
          isOpen = target === null;
          if (target !== null) token.attrSet('href', target);
        }
        if (isOpen && (token.type === 'link_open' || token.type === 'link_close')) {
          if (token.type === 'link_close') isOpen = false;
          token.type = 'text';
          token.tag = '';
          token.nesting = 0;
          token.content = '';
        }
      }
    }
  });
}

/** Where a link leads on the site; `null` for nowhere. */
export function targetOf(href: string, isPage: (path: string) => boolean): string | null {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href;
  const recipe = /^(?:\.\.\/)*(?:docs\/)?recipes\/(.+\.\w+)$/.exec(href)?.[1];
  if (recipe !== undefined) return isPage(`recipes/${recipe}`) ? `/recipes/${pageOfRecipe(recipe)}` : null;
  if (/(?:^|\/)README\.md(?:#|$)/.test(href)) return href.replace('README.md', '');
  return /\.md(?:#|$)/.test(href) && !/^\.\.\/(?!\w[\w-]*\.md)/.test(href) ? href : null;
}
