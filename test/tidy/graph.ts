import { importsOf, type Source, targetOf } from './source.js';

/** Files that no entry leads to: nobody can run them, so nobody would notice that they broke. */
export function deadFiles(sources: readonly Source[], entries: readonly string[]): string[] {
  const arrows = arrowsOf(sources, { types: true });
  const reached = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...(arrows.get(path) ?? []));
  }
  const dead = sources.filter(({ path }) => !reached.has(path));
  return dead.map(({ path }) => `src/${path} cannot be reached from ${entries.join(', ')}`);
}

/** Imports of a file that is not there. The compiler says so too, but later and elsewhere. */
export function danglingImports(sources: readonly Source[]): string[] {
  const known = new Set(sources.map(({ path }) => path));
  return [...arrowsOf(sources, { types: true })].flatMap(([path, targets]) =>
    targets
      .filter((target) => !known.has(target))
      .map((target) => `src/${path} imports src/${target}, which does not exist`),
  );
}

/** Files that need each other to load. Types are left out: they are gone when the code runs. */
export function cycles(sources: readonly Source[]): string[] {
  const arrows = arrowsOf(sources, { types: false });
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].map((name) => `src/${name}`).join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const target of arrows.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of sources) walk(path, []);
  return found;
}

function arrowsOf(sources: readonly Source[], { types }: { types: boolean }): Map<string, string[]> {
  return new Map(
    sources.map((source) => {
      const wanted = importsOf(source).filter(({ typeOnly }) => types || !typeOnly);
      return [source.path, wanted.flatMap(({ specifier }) => targetOf(source, specifier) ?? [])];
    }),
  );
}
