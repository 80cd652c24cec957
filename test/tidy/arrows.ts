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
  'index.ts': { parts: [...PURE, 'policy/compare'], packages: [] },
  // what a store implements, apart: who writes one needs nothing else
  'engine/ports.ts': { parts: ['time'], packages: [] },
  engine: { parts: [...PURE, 'engine', 'engine/ports.ts'], packages: ['node:crypto'] },
  // a store knows the port and nothing of what is kept in it; clients are handed in
  stores: {
    parts: ['stores', 'engine/ports.ts', 'core', 'time'],
    packages: ['node:crypto', 'node:buffer', 'node:util'],
  },
  // what a request and a decision are over HTTP, for every framework
  http: { parts: [...PURE, 'engine', 'engine/ports.ts', 'http'], packages: ['cookie'] },
  // what is signed, over sessions; Web Crypto by way of jose
  tokens: { parts: [...PURE, 'engine', 'http', 'tokens'], packages: ['jose'] },
  // what runs in a page: nothing of the policy
  browser: { parts: ['browser', 'time'], packages: [] },
  react: { parts: ['react', 'browser'], packages: ['react'] },
  // one file a framework; what they touch of it is a structure, so none is imported
  frameworks: { parts: [...PURE, 'engine', 'http', 'jobs', 'sockets', 'frameworks'], packages: [] },
  // what identity providers tell and want to be told
  signals: { parts: [...PURE, 'engine', 'http', 'signals'], packages: ['jose'] },
  oidc: { parts: [...PURE, 'engine', 'http', 'oidc'], packages: ['jose'] },
  // what outlives a request: work in a queue, a connection
  jobs: { parts: [...PURE, 'engine', 'jobs'], packages: [] },
  sockets: { parts: [...PURE, 'engine', 'http', 'sockets'], packages: [] },
  // what operators see
  observe: { parts: [...PURE, 'engine', 'observe'], packages: ['@opentelemetry/api', 'node:crypto'] },
  // the gateway: a program of its own, not to be bundled into anybody's
  server: {
    parts: [...PURE, 'engine', 'engine/ports.ts', 'http', 'stores', 'observe', 'server'],
    packages: [NODE],
  },
  // what two policies decide is found out by running them
  'policy/compare': { parts: [...PURE, 'policy/compare'], packages: [] },
  // what published standards say, as data, and who holds a policy against them
  compliance: { parts: [...PURE, 'compliance'], packages: [] },
  replay: { parts: [...PURE, 'replay'], packages: [NODE] },
  testing: {
    parts: [...PURE, 'engine', 'engine/ports.ts', 'http', 'stores', 'testing'],
    packages: ['fast-check', 'node:http'],
  },
  cli: {
    parts: [...PURE, 'policy/compare', 'compliance', 'replay', 'engine', 'engine/ports.ts', 'stores', 'server', 'cli'],
    packages: [NODE, 'commander', 'cli-table3', 'cli-progress', 'yaml', '@clack/prompts'],
  },
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
  if (allowed.some((name) => isWithin(specifier, name)) || (isBuiltin && allowed.includes(NODE))) return null;
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
  if (path in LAYERS) return path;
  if (path.startsWith('policy/compare/')) return 'policy/compare';
  const [first, ...rest] = path.split('/');
  if (rest.length > 0) return first as string;
  return 'face';
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
