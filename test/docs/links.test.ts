import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the package ships, and so what a reader of an installed copy can open. */
function shipped(): readonly string[] {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const listing = execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [{ files }] = JSON.parse(listing) as [{ files: { path: string }[] }];
  return files.map(({ path }) => path);
}

function linksOf(page: string): readonly string[] {
  const text = readFileSync(ROOT + page, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The names that headings can be linked by. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...readFileSync(ROOT + page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title]) => title as string);
  return headings.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

it('every link of a page that is shipped leads to something that is shipped', () => {
  const files = shipped();
  const pages = files.filter((path) => path.endsWith('.md'));
  expect(pages).toContain('docs/guide.md');
  const dead = pages.flatMap((page) =>
    linksOf(page)
      .filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? page : posix.join(posix.dirname(page), path);
        const isThere = files.some((file) => file === target || file.startsWith(`${target}/`));
        if (!isThere || !existsSync(ROOT + target)) return true;
        return anchor !== undefined && !anchorsOf(target).includes(anchor);
      })
      .map((link) => `${page}: ${link}`),
  );
  expect(dead).toEqual([]);
});

it('the portable test vectors are shipped, and have a name to import them by', () => {
  const vectors = shipped().filter((path) => path.startsWith('test/'));
  expect(vectors.length).toBeGreaterThan(5);
  expect(vectors.every((path) => /^test\/vectors\/[a-z-]+\.json$/.test(path))).toBe(true);
  const code = `import.meta.resolve('curfew/vectors/time.json')`;
  const output = execFileSync('node', ['--input-type=module', '-e', `console.log(${code})`], { cwd: ROOT });
  expect(output.toString().trim()).toMatch(/\/test\/vectors\/time\.json$/);
});
