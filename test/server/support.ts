import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { definePolicy, type Policy, type PolicyDocument } from '../../src/index.js';
import { createGateway, type Gateway, type GatewayOptions, type LogRecord } from '../../src/server/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { manualClock } from '../../src/testing/index.js';
import { type Child, startChild } from '../servers/child.js';
import { freePort } from '../servers/free-port.js';
import { until } from '../servers/until.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const NGINX = { name: 'nginx', install: 'apt-get install nginx-light' };

/** Keys of the tests, one for each thing that a key may be for. */
export const KEYS = {
  sessions: 'sessions-key-of-the-tests-0123456789abcdef',
  admin: 'admin-key-of-the-tests-0123456789abcdef',
  evaluate: 'evaluate-key-of-the-tests-0123456789abcdef',
  metrics: 'metrics-key-of-the-tests-0123456789abcdef',
} as const;

export const GATEWAY_KEYS: GatewayOptions['keys'] = Object.entries(KEYS).map(([name, secret]) => ({
  name,
  secret,
  may: [name as keyof typeof KEYS],
}));

export const policyWith = (part: Partial<PolicyDocument> = {}): Policy =>
  definePolicy({
    id: 'gateway',
    idleTimeout: '15m',
    absoluteTimeout: '8h',
    operations: { 'payment:create': { assuranceLevel: 'aal2', authenticatedWithin: '5m' } },
    ...part,
  } as PolicyDocument);

export const ROUTES: GatewayOptions['routes'] = [
  { path: '/payments/*', methods: ['POST'], operation: 'payment:create' },
];

export interface TestGateway extends Gateway {
  readonly url: string;
  readonly port: number;
  readonly clock: ReturnType<typeof manualClock>;
  readonly lines: LogRecord[];
  /** Calls an endpoint as JSON with one of the keys. */
  call(path: string, body: unknown, key?: string): Promise<{ readonly status: number; readonly body: Json }>;
}

// biome-ignore lint/suspicious/noExplicitAny: what an endpoint answers is looked at member by member
export type Json = any;

/** A gateway on a free port, over a store in memory and a clock of the test's, unless it says otherwise. */
export async function aGateway(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const clock = manualClock(1_700_000_000_000);
  const lines: LogRecord[] = [];
  const gateway = createGateway({
    policy: policyWith(),
    store: memoryStore(),
    keys: GATEWAY_KEYS,
    routes: ROUTES,
    cookie: { name: 'session', secure: false },
    log: (record) => void lines.push(record),
    port: 0,
    warn: () => undefined,
    ...options,
    engine: { clock, ...options.engine },
  } as GatewayOptions);
  const { port } = await gateway.listen();
  const url = `http://127.0.0.1:${port}`;
  return {
    ...gateway,
    url,
    port,
    clock,
    lines,
    async call(path, body, key = KEYS.sessions) {
      const response = await fetch(url + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : JSON.parse(text) };
    },
  };
}

/** A folder of the test's own. */
export function aFolder(): { readonly path: string; write(name: string, text: string): string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'curfew-gateway-'));
  return {
    path,
    write(name, text) {
      writeFileSync(join(path, name), text);
      return join(path, name);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

export interface Served {
  readonly url: string;
  readonly port: number;
  readonly child: Child;
  stop(): Promise<void>;
}

/** nginx with a part of the documentation as its configuration, its ports put in. */
export async function startNginx(recipe: string, ports: Readonly<Record<string, number>>): Promise<Served> {
  const port = await freePort();
  const folder = aFolder();
  const all = { ...ports, 8080: port };
  const places = Object.entries(all).reduce(
    (text, [from, to]) => text.replaceAll(new RegExp(`(listen |:)${from}\\b`, 'g'), `$1${to}`),
    readFileSync(join(ROOT, recipe), 'utf8'),
  );
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder.path}/${name};`)
    .join('\n');
  const path = folder.write(
    'nginx.conf',
    `daemon off; master_process off; pid ${folder.path}/pid; error_log stderr warn;
     events { worker_connections 1024; }
     http { access_log off; ${temporary}
     ${places} }`,
  );
  const child = await startChild('nginx', ['-c', path, '-p', folder.path, '-e', 'stderr'], folder.path);
  const url = `http://127.0.0.1:${port}`;
  await until(`nginx answers: ${child.output()}`, async () => (await fetch(`${url}/login`)).status > 0);
  return { url, port, child, stop: () => child.signal('SIGKILL').then(folder.remove) };
}

/** The service of the examples: Python, that knows nothing of sessions. */
export async function startService(gatewayUrl: string): Promise<Served> {
  const port = await freePort();
  const words = [
    `CURFEW_URL=${gatewayUrl}`,
    `CURFEW_KEY=${KEYS.sessions}`,
    `CURFEW_CLIENT=${join(ROOT, 'docs/recipes/gateway')}`,
    'CURFEW_COOKIE=session',
    'PYTHONDONTWRITEBYTECODE=1',
    `PORT=${port}`,
    'python3',
    join(ROOT, 'examples/gateway/service.py'),
  ];
  const child = await startChild('env', words, ROOT);
  await until(`the service listens: ${child.output()}`, () => child.output().includes('listening'));
  return { url: `http://127.0.0.1:${port}`, port, child, stop: () => child.signal('SIGKILL') };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request as it is written: `fetch` would tidy the path, and refuse some headers. */
export function raw(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
  body = '',
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      (typeof value === 'string' ? [value] : value).map((one) => `${name}: ${one}\r\n`),
    );
    const socket = connect(port, '127.0.0.1', () => {
      const length = body === '' ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
      socket.write(
        `${method} ${path} HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n${length}${lines.join('')}\r\n${body}`,
      );
    });
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', ...rest] = text.split('\r\n\r\n');
      const [first = '', ...fields] = head.split('\r\n');
      const pairs = fields.map((line) => [line.split(':', 1)[0]?.toLowerCase(), line.slice(line.indexOf(':') + 2)]);
      resolve({ status: Number(first.split(' ')[1]), headers: Object.fromEntries(pairs), body: rest.join('\r\n\r\n') });
    });
  });
}
