import { builtinModules } from 'node:module';
import { importsOf, type Source, targetOf } from './source.js';

/** What a part of the source may import: parts of `src/`, and packages from outside. */
interface Layer {
  readonly parts: readonly string[];
  readonly packages: readonly string[];
}

/** Stands for every module of Node's. */
const NODE = 'node:*';
const PURE = ['core', 'rules', 'time', 'policy', 'face', 'evaluate.ts', 'index.ts'];

/**
 * Arrows point down. `face` is every file directly in `src/` that has no line of its own: what index.ts exports.
 * Only `testing` knows fast-check and only the parsers know zod, so neither reaches a bundle that did not ask for it.
 */
const LAYERS: Readonly<Record<string, Layer>> = {
  time: { parts: ['time'], packages: [] },
  core: { parts: ['core', 'time'], packages: [] },
  rules: { parts: ['rules', 'core', 'time'], packages: [] },
  'evaluate.ts': { parts: ['core', 'rules', 'time'], packages: [] },
  face: { parts: ['core', 'rules', 'time', 'face', 'evaluate.ts'], packages: [] },
  policy: { parts: ['policy', 'core', 'rules', 'time'], packages: ['zod/mini'] },
  'index.ts': { parts: PURE, packages: [] },
  replay: { parts: [...PURE, 'replay'], packages: [NODE] },
  testing: { parts: [...PURE, 'testing'], packages: ['fast-check'] },
  cli: { parts: [...PURE, 'replay', 'cli'], packages: [NODE, 'commander', 'cli-table3', 'cli-progress'] },
};

export function arrowProblems(source: Source): string[] {
  const layer = layerOf(source.path);
  return importsOf(source).flatMap(({ specifier, line }) => {
    const complaint = complaintAbout(source, layer, specifier);
    return complaint === null ? [] : [`src/${source.path}:${line} imports \`${specifier}\`: ${complaint}`];
  });
}

function complaintAbout(source: Source, layer: Layer | null, specifier: string): string | null {
  if (layer === null) return 'this folder has no line in the table of test/tidy/arrows.ts';
  const target = targetOf(source, specifier);
  if (target === null) return packageComplaint(source, layer, specifier);
  if (target.startsWith('/')) return 'it lies outside src/';
  if (!specifier.endsWith('.js')) return 'a relative import ends in `.js`';
  const part = partOf(target);
  return layer.parts.includes(part) ? null : `${partOf(source.path)} may import ${listed(layer.parts)}, not ${part}`;
}

function packageComplaint(source: Source, layer: Layer, specifier: string): string | null {
  const isBuiltin = specifier.startsWith('node:') || builtinModules.includes(specifier);
  if (isBuiltin && !specifier.startsWith('node:')) return "Node's modules are named with `node:`";
  const allowed = isParser(source.path) ? [...layer.packages, 'zod/mini'] : layer.packages;
  if (isBuiltin ? allowed.includes(NODE) : allowed.some((name) => isWithin(specifier, name))) return null;
  return `${partOf(source.path)} may use ${allowed.length === 0 ? 'no package' : listed(allowed)}`;
}

/** A parser outside `policy/`: it reads what comes from outside, which is what zod is for. */
function isParser(path: string): boolean {
  return /^(?:[^/]+\/)?parse-[^/]+\.ts$/.test(path);
}

function isWithin(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}

function layerOf(path: string): Layer | null {
  return LAYERS[partOf(path)] ?? null;
}

function partOf(path: string): string {
  const [first, ...rest] = path.split('/');
  if (rest.length > 0) return first as string;
  return path in LAYERS ? path : 'face';
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
