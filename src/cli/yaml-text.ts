import { isAlias, isMap, isPair, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import type { JsonFault, JsonPlaces } from './json-text.js';
import { pointerWith } from './json-text.js';

/** A document, and where its values stand. */
export interface YamlText extends JsonPlaces {
  readonly document: unknown;
}

/** More aliases than a person writes are an attack on the reader. */
const MOST_ALIASES = 100;

/** Reads YAML 1.2, or says where it goes wrong. */
export function readYaml(text: string): YamlText | JsonFault {
  const yaml = parseDocument(text, { prettyErrors: false, uniqueKeys: false, strict: true, logLevel: 'error' });
  // a tag that is not known would be left out, with a warning
  const [error] = [...yaml.errors, ...yaml.warnings];
  if (error !== undefined) return { offset: error.pos[0], message: messageOf(error) };
  const values = new Map<string, number>();
  const duplicates: { pointer: string; offset: number }[] = [];
  place(yaml.contents, '', values, duplicates);
  try {
    const document: unknown = yaml.toJS({ maxAliasCount: MOST_ALIASES });
    return holdsItself(document, []) ? SELF : { document, values, duplicates };
  } catch {
    return { offset: 0, message: 'has more aliases than a policy needs' };
  }
}

const SELF: JsonFault = { offset: 0, message: 'has an alias within what it stands for: it would never end' };

function holdsItself(value: unknown, around: readonly unknown[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return around.includes(value) || Object.values(value).some((one) => holdsItself(one, [...around, value]));
}

/** What the parser says is for programmers where it speaks of itself. */
function messageOf({ code, message }: { readonly code: string; readonly message: string }): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here, and a policy is one: take it out';
  return /call stack/.test(message) ? 'nested too deeply' : message;
}

function place(
  node: unknown,
  pointer: string,
  values: Map<string, number>,
  duplicates: { pointer: string; offset: number }[],
): void {
  if (!isNode(node)) return;
  values.set(pointer, node.range?.[0] ?? 0);
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) place(item, `${pointer}/${index}`, values, duplicates);
  }
  if (!isMap(node)) return;
  const seen = new Set<string>();
  for (const item of node.items) {
    if (!isPair(item) || !isScalar(item.key)) continue;
    const key = String(item.key.value);
    const at = pointerWith(pointer, key);
    if (seen.has(key)) duplicates.push({ pointer: at, offset: item.key.range?.[0] ?? 0 });
    seen.add(key);
    place(item.value, at, values, duplicates);
  }
}

function isNode(node: unknown): node is Node {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
}
