import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));
const texts = z.array(text);
const duration = z.union([text, z.number()]);
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
  cookie: z.optional(z.union([cookie, z.literal(false)])),
  bearer: z.optional(flag),
  background: z.optional(texts),
  unmarked: z.optional(z.enum(['user', 'background'])),
  sessionPath: z.optional(z.union([text, z.literal(false)])),
  trustedOrigins: z.optional(texts),
  realm: z.optional(text),
  acrValues: z.optional(z.strictObject({ aal1: z.optional(text), aal2: z.optional(text), aal3: z.optional(text) })),
  statusHeader: z.optional(flag),
  openMetrics: z.optional(flag),
  keepPermits: z.optional(duration),
  drainFor: z.optional(duration),
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

const NAMES = Object.keys(config.def.shape);

/** Reads a configuration, or says everything that is wrong with its form. No value is repeated: it may be a secret. */
export function parseServeConfig(
  value: unknown,
): { readonly config: ServeConfig } | { readonly problems: readonly ConfigProblem[] } {
  const parsed = config.safeParse(value);
  if (parsed.success) return { config: parsed.data };
  return {
    problems: parsed.error.issues.flatMap((issue) => {
      const path = issue.path.map((one) => `/${String(one)}`).join('');
      if (issue.code !== 'unrecognized_keys') return [{ path, message: messageOf(issue) }];
      const known = path === '' ? `: there are ${NAMES.join(', ')}` : '';
      return issue.keys.map((name) => ({ path: `${path}/${name}`, message: `is no setting${known}` }));
    }),
  };
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is missing';
  if (issue.code === 'invalid_value')
    return `must be one of ${issue.values.map((one) => `\`${String(one)}\``).join(', ')}`;
  if (issue.code === 'invalid_type') return `must be ${article(issue.expected)}`;
  return 'is not what belongs here: see docs/gateway.md';
}

function article(expected: string): string {
  const words: Readonly<Record<string, string>> = { string: 'a text', int: 'a whole number', array: 'a list' };
  return words[expected] ?? (expected === 'boolean' ? 'true or false' : `of type ${expected}`);
}
