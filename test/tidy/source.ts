import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const ROOT = new URL('../../', import.meta.url);

/** A file of `src/`, read and parsed. The checks take these, so that their own tests can plant a violation in a string. */
export interface Source {
  /** From `src/`, with slashes: `core/types.ts`. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

export function parsed(path: string, text: string): Source {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS) };
}

/** Every TypeScript file below a folder of the repository, with its path from that folder. */
export function sourcesOf(folder: string): Source[] {
  const base = new URL(`${folder}/`, ROOT);
  const names = readdirSync(base, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const files = names.filter((name) => name.endsWith('.ts')).sort();
  return files.map((name) => parsed(name, readFileSync(new URL(name, base), 'utf8')));
}

/** What a file imports, re-exports, or loads with `import()`, in type position too. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  visit(source.tree, (node) => {
    const specifier = specifierOf(node);
    if (specifier === null) return;
    found.push({ specifier, typeOnly: isTypeOnly(node), line: lineOf(source, node) });
  });
  return found;
}

/** A relative specifier as a path from `src/`; `null` for a package. */
export function targetOf(source: Source, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  const { pathname } = new URL(specifier, `file:///src/${source.path}`);
  return pathname.startsWith('/src/') ? pathname.slice('/src/'.length).replace(/\.js$/, '.ts') : pathname;
}

export function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

/** Where a node starts, counted from 1, its leading comment left out. */
export function lineOf(source: Source, node: ts.Node): number {
  return source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line + 1;
}

function specifierOf(node: ts.Node): string | null {
  const at =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : undefined;
  return at !== undefined && ts.isStringLiteralLike(at) ? at.text : null;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  return ts.isImportTypeNode(node);
}
