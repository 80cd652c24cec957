import type { CurfewError } from '../core/errors.js';
import type { Policy } from '../core/policy.js';
import type { EngineOptions } from '../engine/options.js';
import { definePolicy } from '../policy/define.js';
import { checkGateway, type GatewayOptions } from '../server/index.js';
import { memoryStore } from '../stores/memory.js';
import { isFailure } from './failure.js';
import type { ConfigProblem, ServeConfig } from './parse-serve-config.js';
import { type ReadConfig, readServeConfig, type ServeFlags } from './serve-config.js';
import { keyProblem, readKeys } from './serve-keys.js';
import { readPlainPolicy } from './serve-policy.js';
import { storeProblem } from './serve-store.js';

const STAND_IN = definePolicy({ id: 'stand-in', absoluteTimeout: '1h' });

/** What is going to be served, or everything that stands against it. */
export type ServePlan =
  | { readonly config: ServeConfig; readonly options: PlannedOptions; readonly placeOf: (pointer: string) => string }
  | { readonly problems: readonly string[] };

/** A gateway's options, but for the store, which is not opened yet. */
export type PlannedOptions = Omit<GatewayOptions, 'store' | 'log'>;

/** Reads and checks everything that can be checked without a connection. */
export async function planServe(flags: ServeFlags, env: NodeJS.ProcessEnv): Promise<ServePlan> {
  const read = await readServeConfig(flags, env);
  const { config, usable, placeOf } = read;
  const said = (problems: readonly ConfigProblem[]) => problems.map((problem) => inWords(problem, placeOf));
  const files = await readFiles(usable, env);
  const options = optionsOf(usable, files);
  const ofValues = gatewayProblems(usable, options).filter(({ path }) => !isDerived(path, read.problems));
  const problems = [...said([...read.problems, ...files.problems, ...ofValues]), ...files.policyProblems];
  return config === null || problems.length > 0 ? { problems } : { config, options, placeOf };
}

/** Whether something is wrong only because keys whose form is wrong were left out. */
function isDerived(path: string, problems: readonly ConfigProblem[]): boolean {
  return path === '/host' && problems.some((problem) => /^\/(?:keys|host)\b/.test(problem.path));
}

function inWords({ path, message }: ConfigProblem, placeOf: ReadConfig['placeOf']): string {
  return path === '' ? message : `${placeOf(path)}: ${path} ${message}`;
}

interface Files {
  readonly policy: Policy | null;
  readonly candidate: Policy | null;
  readonly keys: GatewayOptions['keys'];
  readonly problems: readonly ConfigProblem[];
  readonly policyProblems: readonly string[];
}

async function readFiles(
  { policy, candidate, keys = [] }: Partial<ServeConfig>,
  env: NodeJS.ProcessEnv,
): Promise<Files> {
  const policyProblems: string[] = [];
  const readOne = async (path: string | undefined) => {
    try {
      return path === undefined ? null : await readPlainPolicy(path);
    } catch (error) {
      if (!isFailure(error)) throw error;
      policyProblems.push(error.message.trimEnd());
      return null;
    }
  };
  const read = { policy: await readOne(policy), candidate: await readOne(candidate) };
  return { ...read, ...(await readKeys(keys, env)), policyProblems };
}

function optionsOf(config: Partial<ServeConfig>, { policy, candidate, keys }: Files): PlannedOptions {
  const { background, unmarked, cache, recordEvery } = config;
  const activity = { ...(background && { background }), ...(unmarked && { unmarked }) };
  const engine = { candidate: candidate ?? undefined, cache, recordEvery };
  return {
    ...given({ ...config, policy: policy ?? undefined, keys }),
    activity,
    engine: given(engine) as EngineOptions,
  } as PlannedOptions;
}

/** Without what was not said, and without what is the command's own business. */
function given<Values extends object>(values: Values): Partial<Values> {
  const own = ['store', 'table', 'prefix', 'migrate', 'background', 'unmarked', '$schema'];
  const isGateways = ([name, value]: readonly [string, unknown]) => value !== undefined && !own.includes(name);
  return Object.fromEntries(Object.entries(values).filter(isGateways)) as Partial<Values>;
}

/** What the gateway itself says to its options; with another store, because the real one is not open yet. */
function gatewayProblems(config: Partial<ServeConfig>, options: PlannedOptions): readonly ConfigProblem[] {
  const { cache, store: address, keys = [] } = config;
  const unknown = address === undefined ? null : storeProblem(address, cache === true);
  const found = unknown === null ? [] : [unknown];
  // a policy that could not be read is told of by itself, and so is the cache
  const { policy = STAND_IN } = options;
  try {
    checkGateway({ ...options, policy, engine: { ...options.engine, cache: false }, store: memoryStore() });
    return found;
  } catch (error) {
    const { problems } = error as Partial<CurfewError>;
    if (problems === undefined) throw error;
    const isKnown = ({ path }: ConfigProblem) => policy !== STAND_IN || !/^\/routes\/\d+\/operation$/.test(path);
    const said = problems.filter(isKnown).map(({ path, message }) => ({ path: renamed(path), message }));
    return [...found, ...said.map((problem) => keyProblem(problem, keys))];
  }
}

/** What an option of the gateway is called in a configuration. */
function renamed(path: string): string {
  return path.replace(/^\/activity\/background/, '/background').replace(/^\/endpoints\/path|^\/path$/, '/sessionPath');
}
