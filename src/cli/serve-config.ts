import { dirname, isAbsolute, join } from 'node:path';
import { type DocumentFile, readDocument } from './document-file.js';
import { isFailure } from './failure.js';
import { type ConfigProblem, parseServeConfig, type ServeConfig } from './parse-serve-config.js';

/** What was typed. */
export interface ServeFlags {
  readonly config?: string;
  readonly policy?: string;
  readonly store?: string;
  readonly host?: string;
  readonly port?: string;
  readonly proxy?: string;
  readonly trustProxy?: readonly string[];
  readonly openMetrics?: boolean;
  readonly logDecisions?: string;
  readonly check?: boolean;
}

/** A configuration and where each setting comes from, or all that is wrong with it. */
export interface ReadConfig {
  /** `null` if its form is wrong. */
  readonly config: ServeConfig | null;
  /** The settings whose form is right. */
  readonly usable: Partial<ServeConfig>;
  /** The words for a place: `--port`, `CURFEW_PORT`, `serve.yaml:3:1`. */
  readonly placeOf: (pointer: string) => string;
  readonly problems: readonly ConfigProblem[];
}

/** One of the places that settings come from; the first that has one counts. */
interface Layer {
  readonly values: Readonly<Record<string, unknown>>;
  readonly placeOf: (pointer: string) => string;
}

type Reader = (text: string) => unknown;

const same: Reader = (text) => text;
const listed: Reader = (text) => text.split(',').map((one) => one.trim());
/** A word that is no number stays one, and is told to be none. */
const number: Reader = (text) => (/^\d+$/.test(text) ? Number(text) : text);
const truth: Reader = (text) => (text === 'true' ? true : text === 'false' ? false : text);

const FROM_ENVIRONMENT: readonly (readonly [name: string, setting: string, read: Reader])[] = [
  ['CURFEW_POLICY', 'policy', same],
  ['CURFEW_STORE', 'store', same],
  ['CURFEW_PREFIX', 'prefix', same],
  ['CURFEW_TABLE', 'table', same],
  ['CURFEW_CACHE', 'cache', truth],
  ['CURFEW_HOST', 'host', same],
  ['CURFEW_PORT', 'port', number],
  ['CURFEW_PROXY', 'proxy', same],
  ['CURFEW_TRUST_PROXIES', 'trustProxies', listed],
  ['CURFEW_OPEN_METRICS', 'openMetrics', truth],
  ['CURFEW_LOG_DECISIONS', 'logDecisions', same],
];

/** Puts together what the command line says, then the environment, then the file. */
export async function readServeConfig(flags: ServeFlags, env: NodeJS.ProcessEnv): Promise<ReadConfig> {
  const path = flags.config ?? env['CURFEW_CONFIG'];
  const file = path === undefined ? null : await fileLayer(path);
  const layers = [flagLayer(flags), environmentLayer(env), ...(file === null ? [] : [file.layer])];
  const merged = Object.assign({}, ...layers.map(({ values }) => values).reverse()) as Record<string, unknown>;
  const layerOf = (pointer: string) => layers.find(({ values }) => (pointer.split('/')[1] ?? '') in values);
  const placeOf = (pointer: string) => layerOf(pointer)?.placeOf(pointer) ?? path ?? 'the command line';
  const parsed = parseServeConfig(merged);
  const problems = file?.problems ?? [];
  if ('config' in parsed) return { config: parsed.config, usable: parsed.config, placeOf, problems };
  return { config: null, usable: parsed.usable, placeOf, problems: [...problems, ...parsed.problems.map(withWay)] };
}

/** What is missing can be given in three ways. */
function withWay(problem: ConfigProblem): ConfigProblem {
  if (problem.message !== 'is missing') return problem;
  if (problem.path === '/policy') return { ...problem, message: 'is missing: --policy, CURFEW_POLICY or `policy`' };
  if (problem.path === '/store') {
    const addresses = 'memory:, sqlite:sessions.db, redis://, postgres:// or mysql://';
    return { ...problem, message: `is missing: --store, CURFEW_STORE or \`store\`, with ${addresses}` };
  }
  return problem;
}

function flagLayer(flags: ServeFlags): Layer {
  const { policy, store, host, port, proxy, trustProxy, openMetrics, logDecisions } = flags;
  const said = {
    policy,
    store,
    host,
    port: port && number(port),
    proxy,
    trustProxies: trustProxy,
    openMetrics,
    logDecisions,
  };
  const values = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const nameOf = (setting: string) => (setting === 'trustProxies' ? 'trustProxy' : setting);
  return { values, placeOf: (pointer) => `--${dashed(nameOf(pointer.split('/')[1] ?? ''))}` };
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function environmentLayer(env: NodeJS.ProcessEnv): Layer {
  const found = FROM_ENVIRONMENT.filter(([name]) => (env[name] ?? '') !== '');
  const values = Object.fromEntries(found.map(([name, setting, read]) => [setting, read(env[name] as string)]));
  const nameOf = (setting: string) => found.find(([, one]) => one === setting)?.[0] ?? '';
  return { values, placeOf: (pointer) => nameOf(pointer.split('/')[1] ?? '') };
}

async function fileLayer(
  path: string,
): Promise<{ readonly layer: Layer; readonly problems: readonly ConfigProblem[] }> {
  try {
    const file = await readDocument(path);
    const place = (pointer: string) => placeIn(file, pointer);
    const isObject = typeof file.document === 'object' && file.document !== null && !Array.isArray(file.document);
    const values = isObject ? besideFile(path, file.document as Record<string, unknown>) : {};
    const twice = file.duplicates.map(({ pointer }) => ({ path: pointer, message: 'is written twice: take one out' }));
    const none = isObject ? [] : [{ path: '', message: 'must be an object with settings' }];
    return { layer: { values, placeOf: place }, problems: [...twice, ...none] };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { layer: { values: {}, placeOf: () => path }, problems: [{ path: '', message: error.message }] };
  }
}

function placeIn({ path, placeOf }: DocumentFile, pointer: string): string {
  const { line, column } = placeOf(pointer);
  return `${path}:${line}:${column}`;
}

/** Files that a file names are found from where it lies, wherever the command runs. */
function besideFile(path: string, values: Record<string, unknown>): Record<string, unknown> {
  const beside = (one: unknown) => (typeof one === 'string' && !isAbsolute(one) ? join(dirname(path), one) : one);
  const { keys } = values;
  const named = Array.isArray(keys)
    ? {
        keys: keys.map((key) => (key?.secretFile === undefined ? key : { ...key, secretFile: beside(key.secretFile) })),
      }
    : {};
  const policies = Object.fromEntries(
    ['policy', 'candidate'].filter((name) => name in values).map((name) => [name, beside(values[name])]),
  );
  return { ...values, ...named, ...policies };
}
