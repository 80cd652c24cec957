import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** A name that a subpath exports, with what its doc comment says. */
export interface PublicName {
  readonly name: string;
  readonly file: string;
  readonly isValue: boolean;
  readonly comment: string;
  readonly examples: readonly string[];
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every name that the entry files of the package export. */
export function publicNames(entries: readonly string[]): PublicName[] {
  const files = entries.map((entry) => `${ROOT}${entry}`);
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
    strict: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  return files.flatMap((file) => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} exports nothing`);
    return checker.getExportsOfModule(module).map((symbol) => describeName(checker, symbol));
  });
}

function describeName(checker: ts.TypeChecker, exported: ts.Symbol): PublicName {
  const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
  const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
  const tags = symbol.getJsDocTags(checker).filter(({ name }) => name === 'example');
  return {
    name: exported.name,
    file: symbol.declarations?.[0]?.getSourceFile().fileName.slice(ROOT.length) ?? '',
    isValue: (symbol.flags & ts.SymbolFlags.Value) !== 0,
    comment: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    examples: tags.map(({ text }) => ts.displayPartsToString(text)),
  };
}
