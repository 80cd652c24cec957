import * as z from 'zod/mini';
import { advice, expectation, namesAt, pointer } from '../server/parse-problems.js';

const text = z.string().check(z.minLength(1));
const texts = z.array(text);
const duration = z.union([text, z.number()], 'must be a duration such as "10s", or milliseconds');
const flag = z.boolean();

const key = z.strictObject({
  name: text,
  may: z.array(z.enum(['sessions', 'admin', 'evaluate', 'metrics'])).check(z.minLength(1)),
  secret: z.optional(text),
  secretFile: z.optional(text),
  secretEnv: z.optional(text),
});

const route = z.strictObject({ path: text, methods: z.optional(texts.check(z.minLength(1))), operation: text });

const cookie = z.strictObject({
  name: z.optional(text),
  sameSite: z.optional(z.enum(['strict', 'lax', 'none'])),
  secure: z.optional(flag),
  path: z.optional(text),
  domain: z.optional(text),
  persistent: z.optional(flag),
});

const COOKIE = 'must be `false`, or an object of name, sameSite, secure, path, domain and persistent';

const config = z.strictObject({
  $schema: z.optional(text),
  policy: text,
  candidate: z.optional(text),
  store: text,
  table: z.optional(text),
  prefix: z.optional(text),
  migrate: z.optional(flag),
  cache: z.optional(flag),
  recordEvery: z.optional(duration),
  host: z.optional(text),
  port: z.optional(z.int()),
  proxy: z.optional(z.enum(['nginx', 'envoy', 'traefik'])),
  trustProxies: z.optional(texts),
  routes: z.optional(z.array(route)),
  keys: z.optional(z.array(key)),
  cookie: z.optional(z.union([cookie, z.literal(false)], COOKIE)),
  bearer: z.optional(flag),
  background: z.optional(texts),
  unmarked: z.optional(z.enum(['user', 'background'])),
  sessionPath: z.optional(z.union([text, z.literal(false)], 'must be a path, or `false`')),
  trustedOrigins: z.optional(texts),
  realm: z.optional(text),
  acrValues: z.optional(z.strictObject({ aal1: z.optional(text), aal2: z.optional(text), aal3: z.optional(text) })),
  statusHeader: z.optional(flag),
  openMetrics: z.optional(flag),
  keepPermits: z.optional(duration),
  drainFor: z.optional(duration),
  codes: z.optional(texts),
  logDecisions: z.optional(z.enum(['all', 'refused', 'none'])),
});

/** What `curfew serve` goes by, as a file, the environment and the command line say it. */
export type ServeConfig = z.infer<typeof config>;
export type ConfiguredKey = z.infer<typeof key>;

/** Something that is wrong, and where: a JSON pointer. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

/** A configuration whose form is right, or what of it can be used to look for more that is wrong. */
export type ParsedConfig =
  | { readonly config: ServeConfig }
  | { readonly problems: readonly ConfigProblem[]; readonly usable: Partial<ServeConfig> };

/** Reads a configuration, or says everything that is wrong with its form. No value is repeated: it may be a secret. */
export function parseServeConfig(value: object): ParsedConfig {
  const parsed = config.safeParse(value, { error: (issue) => missing(expectation(issue)) });
  if (parsed.success) return { config: parsed.data };
  const { issues } = parsed.error;
  return { problems: issues.flatMap(problemsOf), usable: usableOf(value, issues) };
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue): readonly ConfigProblem[] {
  const path = pointer(issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  const known = namesAt(config, issue.path);
  return issue.keys.map((name) => ({
    path: `${path}${pointer([name])}`,
    message: `is no setting: ${advice(name, known)}`,
  }));
}

/** Without the settings whose form is wrong: the values of the others can be looked at all the same. */
function usableOf(value: object, issues: readonly Issue[]): Partial<ServeConfig> {
  const wrong = issues.flatMap((issue) => {
    const [setting] = issue.path;
    return setting === undefined && issue.code === 'unrecognized_keys' ? issue.keys : [String(setting)];
  });
  return Object.fromEntries(Object.entries(value).filter(([name]) => !wrong.includes(name)));
}

function missing(message: string): string {
  return message === 'is required' ? 'is missing' : message;
}
