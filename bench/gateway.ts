/**
 * What it adds to nginx to ask the gateway about each request for a static file. See docs/gateway.md.
 *
 *     npx tsx bench/gateway.ts [--rounds 9] [--seconds 1] [--connections 32] [--json]
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Child, startChild } from '../test/servers/child.js';
import { freePort } from '../test/servers/free-port.js';
import { startRedis } from '../test/servers/redis-server.js';
import { until } from '../test/servers/until.js';
import { type Load, load } from './gateway/load.js';
import { floorConf, nginxConf } from './gateway/nginx-conf.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '1' },
    connections: { type: 'string', default: '32' },
    json: { type: 'boolean', default: false },
  },
});
const KEY = 'the-key-of-this-benchmark-0123456789abcdef';
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SESSIONS = 200;
const ROUTES = ['bare', 'floor', 'node', 'gateway', 'kept'] as const;
const NAMES: Readonly<Record<(typeof ROUTES)[number], string>> = {
  bare: 'a static file',
  floor: '... asking another nginx, which says 204',
  node: '... asking an empty server of Node',
  gateway: '... asking the gateway',
  kept: '... asking the gateway, permits kept for 1 s',
};
const TICK = 10_000;

const folder = await mkdtemp(join(tmpdir(), 'curfew-bench-'));
const redis = await startRedis();
const children: Child[] = [];
const start = async (program: string, words: readonly string[]) => {
  const child = await startChild(program, words, ROOT);
  children.push(child);
  return child;
};
try {
  const [port, gateway, floor, node] = [await freePort(), await freePort(), await freePort(), await freePort()];
  await mkdir(join(folder, 'static'));
  await writeFile(join(folder, 'static', 'page.html'), 'x'.repeat(2_048));
  await writeFile(join(folder, 'policy.json'), '{"id":"bench","idleTimeout":"15m","absoluteTimeout":"8h"}');
  const settings = { policy: 'policy.json', store: redis.url, cache: true, port: gateway, keepPermits: '1s' };
  await writeFile(
    join(folder, 'serve.json'),
    JSON.stringify({ ...settings, cookie: { name: 'session', secure: false } }),
  );
  await writeFile(join(folder, 'nginx.conf'), nginxConf({ folder, port, gateway, floor, node }));
  await writeFile(join(folder, 'floor.conf'), floorConf(folder, floor));
  const empty = `require('http').createServer((q, r) => { r.writeHead(200, ['content-length', '0']); r.end(); }).listen(${node})`;
  const serve = [`CURFEW_KEY=${KEY}`, process.execPath, '--import', 'tsx', 'src/cli/index.ts', 'serve'];
  const processes = {
    nginx: await start('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', 'stderr']),
    floor: await start('nginx', ['-c', join(folder, 'floor.conf'), '-p', folder, '-e', 'stderr']),
    node: await start(process.execPath, ['-e', empty]),
    gateway: await start('env', [...serve, '-c', join(folder, 'serve.json')]),
  };
  await until(`the gateway is ready: ${processes.gateway.output()}`, async () => {
    return (await fetch(`http://127.0.0.1:${gateway}/readyz`)).status === 200;
  });
  const cookies = await Promise.all(Array.from({ length: SESSIONS }, (_, index) => login(gateway, index)));
  const figures = await measure(port, cookies, processes);
  if (values.json) console.log(JSON.stringify(figures, null, 2));
  else console.table(figures);
} finally {
  for (const child of children) await child.signal('SIGKILL');
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
}

async function login(port: number, index: number): Promise<string> {
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ subject: `person-${index}` });
  const response = await fetch(`http://127.0.0.1:${port}/v1/sessions`, { method: 'POST', headers, body });
  return `session=${((await response.json()) as { handle: string }).handle}`;
}

interface Slice extends Load {
  readonly cpu: Readonly<Record<string, number>>;
}

/** All routes take turns in each round, so that a machine that slows down slows all of them down. */
async function measure(port: number, cookies: readonly string[], processes: Readonly<Record<string, Child>>) {
  const slices = new Map<string, Slice[]>(ROUTES.map((route) => [route, []]));
  const order = { port, connections: Number(values.connections), cookies };
  for (const route of ROUTES) await load({ ...order, path: `/${route}/page.html`, seconds: 2 });
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const route of ROUTES) {
      const before = await cpuOf(processes);
      const one = await load({ ...order, path: `/${route}/page.html`, seconds: Number(values.seconds) });
      const after = await cpuOf(processes);
      if ([...one.statuses.keys()].join() !== '200') throw new Error(`${route}: ${[...one.statuses].join(' ')}`);
      const cpu = Object.fromEntries(
        Object.keys(before).map((name) => [name, ((after[name] ?? 0) - (before[name] ?? 0)) / one.requests]),
      );
      slices.get(route)?.push({ ...one, cpu });
    }
  }
  const bare = median((slices.get('bare') ?? []).map(perRequest));
  return ROUTES.map((route) => {
    const all = slices.get(route) ?? [];
    const each = median(all.map(perRequest));
    const cpu = (name: string) => Math.round(median(all.map((one) => one.cpu[name] ?? 0)));
    return {
      route: NAMES[route],
      'requests/s': Math.round(1e6 / each),
      'us/request': Math.round(each),
      added: `${Math.round((each / bare - 1) * 100)} %`,
      'p50 ms': Number(median(all.map(({ p50 }) => p50)).toFixed(2)),
      'p99 ms': Number(median(all.map(({ p99 }) => p99)).toFixed(2)),
      'cpu nginx us': cpu('nginx'),
      'cpu asked us': cpu(route === 'kept' ? 'gateway' : route),
    };
  });
}

function perRequest({ requests, seconds }: Load): number {
  return (seconds * 1e6) / requests;
}

/** Microseconds of CPU time of each process so far. */
async function cpuOf(processes: Readonly<Record<string, Child>>): Promise<Readonly<Record<string, number>>> {
  const read = async ([name, { pid }]: readonly [string, Child]) => {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [name, (Number(fields[11]) + Number(fields[12])) * TICK] as const;
  };
  return Object.fromEntries(await Promise.all(Object.entries(processes).map(read)));
}

function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
