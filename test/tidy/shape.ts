import ts from 'typescript';
import { lineOf, type Source, visit } from './source.js';

/** `goal` may be passed by what is listed in `ALLOWED`, with a reason; `limit` by nothing. */
const LINES_A_FILE = { goal: 200, limit: 250 };
const LINES_A_FUNCTION = { goal: 40, limit: 70 };
const EXPORTS_A_FILE = 8;
const COLUMNS = 120;
const UNFINISHED = /\b(?:TODO|FIXME|XXX|HACK)\b/;
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/;

/** What passes a goal: `core/types.ts`, or `core/verdict.ts combine`, and the sentence that says why it may. */
export type Allowances = Readonly<Record<string, string>>;

/** Too long: files, functions, lines; too wide: more exports than a reader can hold. */
export function sizeProblems(source: Source, allowed: Allowances = {}): string[] {
  return [
    ...fileSize(source, allowed),
    ...functionSizes(source, allowed),
    ...columns(source),
    ...exportCount(source, allowed),
  ];
}

/** What the house does not write at all. */
export function formProblems(source: Source): string[] {
  const name = source.path.slice(source.path.lastIndexOf('/') + 1);
  const naming = KEBAB.test(name) ? [] : [`src/${source.path}: file names are kebab-case`];
  return [...naming, ...unfinished(source), ...bannedSyntax(source)];
}

function fileSize({ path, text }: Source, allowed: Allowances): string[] {
  const lines = text.trimEnd().split('\n').length;
  return tooLong(`src/${path}`, path, lines, LINES_A_FILE, allowed);
}

function functionSizes(source: Source, allowed: Allowances): string[] {
  const problems: string[] = [];
  visit(source.tree, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
    const first = lineOf(source, node);
    const last = source.tree.getLineAndCharacterOfPosition(node.getEnd()).line + 1;
    const where = `src/${source.path}:${first} ${nameOf(node)}`;
    problems.push(...tooLong(where, `${source.path} ${nameOf(node)}`, last - first + 1, LINES_A_FUNCTION, allowed));
  });
  return problems;
}

function tooLong(
  where: string,
  key: string,
  lines: number,
  { goal, limit }: { goal: number; limit: number },
  allowed: Allowances,
): string[] {
  if (lines > limit) return [`${where} has ${lines} lines; more than ${limit} is never allowed`];
  return lines > goal && !(key in allowed) ? [`${where} has ${lines} lines; the most is ${goal}`] : [];
}

function nameOf(node: ts.Node & { readonly name?: ts.Node }): string {
  const named = node.name ?? (node.parent as { readonly name?: ts.Node }).name;
  return named === undefined ? 'a function' : named.getText();
}

function columns({ path, text }: Source): string[] {
  return text.split('\n').flatMap((line, index) => {
    return line.length > COLUMNS ? [`src/${path}:${index + 1} has ${line.length} columns; the most is ${COLUMNS}`] : [];
  });
}

function exportCount({ path, tree }: Source, allowed: Allowances): string[] {
  if (/(?:^|\/)index\.ts$/.test(path) || path in allowed) return [];
  const count = tree.statements.reduce((total, statement) => total + exportsOf(statement), 0);
  return count > EXPORTS_A_FILE ? [`src/${path} exports ${count} names; the most is ${EXPORTS_A_FILE}`] : [];
}

function exportsOf(statement: ts.Statement): number {
  if (ts.isExportDeclaration(statement)) {
    return statement.exportClause && ts.isNamedExports(statement.exportClause)
      ? statement.exportClause.elements.length
      : 1;
  }
  if (!hasModifier(statement, ts.SyntaxKind.ExportKeyword)) return 0;
  return ts.isVariableStatement(statement) ? statement.declarationList.declarations.length : 1;
}

function unfinished({ path, text }: Source): string[] {
  return text.split('\n').flatMap((line, index) => {
    const word = UNFINISHED.exec(line)?.[0];
    return word === undefined ? [] : [`src/${path}:${index + 1} says ${word}: finish it, or open an issue`];
  });
}

function bannedSyntax(source: Source): string[] {
  const problems: string[] = [];
  visit(source.tree, (node) => {
    const complaint = complaintAbout(node);
    if (complaint !== null) problems.push(`src/${source.path}:${lineOf(source, node)} ${complaint}`);
  });
  return problems;
}

function complaintAbout(node: ts.Node): string | null {
  if (ts.isEnumDeclaration(node)) return 'declares an enum; a union of strings says the same in the stored data';
  if (ts.isExportAssignment(node) || hasModifier(node, ts.SyntaxKind.DefaultKeyword))
    return 'has a default export; name it';
  if (ts.isExportSpecifier(node) && node.name.text === 'default') return 'has a default export; name it';
  return null;
}

function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false);
}
