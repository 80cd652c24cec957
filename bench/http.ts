/**
 * What protecting a route costs, with a real Redis, beside what people use today. See `http/README.md`.
 *
 *     npm run build && npx tsx bench/http.ts [--quick] [--rounds 9] [--only 'fastify|hono'] [--json]
 */
import { parseArgs } from 'node:util';
import { buildProcesses } from './http/build.js';
import { type Candidate, runSlice, startCandidate } from './http/candidate.js';
import { figuresOf, type Pair } from './http/figures.js';
import { type Asked, startProcess } from './http/processes.js';
import { printTables } from './http/table.js';
import { VARIANTS } from './http/variants.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 9));
const wanted = new RegExp(values.only, 'i');
const many = { connections: 32, seconds: values.quick ? 0.4 : 2 };
const single = { connections: 1, seconds: values.quick ? 0.2 : 1 };
const warmUp = values.quick ? 0.3 : 3;

const pairs = new Map<Candidate, { readonly many: Pair[]; readonly single: Pair[] }>();
const built = await buildProcesses();
const generator = await startProcess(new URL('generator.mjs', built), [], false);
try {
  for (const variant of VARIANTS.filter(({ framework, name }) => wanted.test(`${framework} ${name}`))) {
    const candidate = await startCandidate(variant, built);
    pairs.set(candidate, { many: [], single: [] });
    for (const route of ['/bare', '/protected']) {
      await runSlice(generator, candidate, { route, connections: many.connections, seconds: warmUp });
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const [candidate, { many: ofMany, single: ofSingle }] of pairs) {
      ofMany.push(await runPair(generator, candidate, { ...many, round }));
      ofSingle.push(await runPair(generator, candidate, { ...single, round }));
    }
    console.error(`round ${round + 1} of ${rounds}`);
  }
} finally {
  await generator.stop();
  for (const candidate of pairs.keys()) await candidate.stop();
}

const figures = [...pairs].map(([{ variant }, both]) => figuresOf(variant, both.many, both.single));
if (values.json) console.log(JSON.stringify(figures, null, 2));
else printTables(figures);

interface Run {
  readonly connections: number;
  readonly seconds: number;
  readonly round: number;
}

/** The bare route first in every other round. */
async function runPair(generator: Asked, candidate: Candidate, { connections, seconds, round }: Run): Promise<Pair> {
  const run = (route: string) => runSlice(generator, candidate, { route, connections, seconds });
  if (round % 2 === 0) return { bare: await run('/bare'), guarded: await run('/protected') };
  const guarded = await run('/protected');
  return { bare: await run('/bare'), guarded };
}
