import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, renameSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { curfewHere, MAIN } from '../cli/support.js';
import { freePort } from '../servers/free-port.js';
import { until } from '../servers/until.js';
import { aFolder, type Json, ROOT } from './support.js';

const KEY = 'a-key-of-the-tests-that-is-long-enough-0123';
const POLICY = {
  id: 'shop',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  operations: { pay: { assuranceLevel: 'aal2' } },
};
const folder = aFolder();
afterAll(folder.remove);

interface Serving {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  lines(): Json[];
  line(event: string): Promise<Json>;
}

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** The command as a process of its own, once it listens. */
async function serve(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Serving> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, 'serve', '--port', String(port), ...words], {
    cwd: ROOT,
    env: { ...process.env, CURFEW_KEY: KEY, ...env },
  });
  running.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Json);
  const line = async (event: string) => {
    await until(`a line ${event} in ${text}`, () => lines().some((one) => one.event === event));
    return lines().findLast((one) => one.event === event);
  };
  const serving = { child, url: `http://127.0.0.1:${port}`, port, lines, line };
  await line('listening');
  return serving;
}

const policyFile = (name: string, part: object = {}) => folder.write(name, JSON.stringify({ ...POLICY, ...part }));
const bearer = { authorization: `Bearer ${KEY}` };
const fingerprintAt = async (url: string) => (await fetch(`${url}/healthz`)).headers.get('curfew-policy');

describe('what is read', () => {
  it('puts the command line before the environment, and that before the file, and shows no secret', async () => {
    policyFile('policy.json');
    const config = folder.write(
      'serve.yaml',
      `policy: policy.json
store: redis://me:hunter2@db.test:6379/3?token=hunter2
port: 1
keys: [{ name: shop, secretEnv: SHOP_KEY, may: [sessions] }, { name: desk, secretFile: desk.key, may: [admin] }]
routes: [{ path: /pay/*, operation: pay }]`,
    );
    folder.write('desk.key', `${KEY.replace('a-key', 'desk')}\n`);
    const env = { CURFEW_PORT: '2', CURFEW_TRUST_PROXIES: '10.0.0.0/8, ::1', SHOP_KEY: `shop-${KEY}`, CURFEW_KEY: '' };
    const { exitCode, stdout } = await curfewHereWith(['serve', '-c', config, '--port', '3', '--check'], env);
    const shown = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(shown).toMatchObject({
      port: 3,
      store: 'redis://db.test:6379/3',
      trustProxies: ['10.0.0.0/8', '::1'],
      keys: [
        { name: 'shop', may: ['sessions'] },
        { name: 'desk', may: ['admin'] },
      ],
    });
    expect(shown.from).toMatchObject({ port: '--port', trustProxies: 'CURFEW_TRUST_PROXIES' });
    expect(shown.from.store).toBe(`${config}:2:8`);
    expect(stdout).not.toMatch(/hunter2|long-enough/);
  });

  it('tells every problem at once, with its place, and repeats no secret', async () => {
    const config = folder.write(
      'bad.yaml',
      `policy: nowhere.json
store: ftp://me:hunter2@x
host: 0.0.0.0
trustProxies: [nonsense]
keepPermits: 1500ms
background: [poll]
keys: [{ name: shop, secret: hunter2, may: [sessions] }, { name: two, secretEnv: NOT_SET, may: [admin] }]`,
    );
    const { exitCode, stderr } = await curfewHereWith(['serve', '-c', config], {});
    expect(exitCode).toBe(2);
    const told = ['/store', '/trustProxies/0', '/keepPermits', '/background/0', '/keys/0/secret', '/keys/1/secretEnv'];
    for (const path of told) expect(stderr).toContain(path);
    expect(stderr).toContain('nowhere.json: there is no such file');
    expect(stderr).toContain(`${config}:6:14: /background/0`);
    expect(stderr).not.toContain('hunter2');
  });

  it('looks at values also where the form of others is wrong, and says what they must be', async () => {
    policyFile('policy.json');
    const config = folder.write(
      'four.yaml',
      'policy: policy.json\nstore: "memory:"\nport: 99999\nproxy: ngnix\nroutez: []\ndrainFor: soon',
    );
    const { stderr } = await curfewHereWith(['serve', '-c', config], { CURFEW_CACHE: 'yes', CURFEW_KEY: 'short' });
    expect(stderr).toContain('6 problems');
    expect(stderr).toContain('four.yaml:3:7: /port must be a port');
    expect(stderr).toContain('/proxy must be `nginx` or `envoy` or `traefik`');
    expect(stderr).toContain('/routez is no setting: did you mean `routes`?');
    expect(stderr).toContain('/drainFor must be a duration');
    expect(stderr).toContain('CURFEW_CACHE: /cache must be `true` or `false`');
    expect(stderr).toMatch(/^ {2}CURFEW_KEY: must have at least 32/m);
  });

  it('knows no setting that it does not have, and no operation that the policy does not have', async () => {
    policyFile('policy.json');
    const misspelt = folder.write('a.json', '{"policy":"policy.json","store":"memory:","routez":[]}');
    expect((await curfewHereWith(['serve', '-c', misspelt], {})).stderr).toMatch(
      /a\.json:1:\d+: \/routez is no setting/,
    );
    const routes = [{ path: '/pay', operation: 'pai' }];
    const unknown = folder.write('b.json', JSON.stringify({ policy: 'policy.json', store: 'memory:', routes }));
    expect((await curfewHereWith(['serve', '-c', unknown], {})).stderr).toContain(
      '`pai` is no operation of the policy',
    );
  });

  it('listens on no public address without a key', async () => {
    const words = ['serve', '-p', policyFile('policy.json'), '--store', 'memory:', '--host', '0.0.0.0'];
    const { exitCode, stderr } = await curfewHereWith(words, {});
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('--host: /host `0.0.0.0` can be reached from elsewhere'),
    ]);
    expect((await curfewHereWith([...words, '--check'], { CURFEW_KEY: KEY })).exitCode).toBe(0);
    expect((await curfewHereWith([...words, '--check'], { CURFEW_KEY: 'short' })).stderr).toContain('at least 32');
  });
});

describe('while it runs', () => {
  it('takes a changed policy, says what became looser, and keeps the old one where the new one is none', async () => {
    const path = policyFile('live.json');
    const { url, line, lines, child } = await serve(['-p', path, '--store', 'memory:']);
    const first = await fingerprintAt(url);
    // as an editor does it: another file takes the place of the one that is watched
    renameSync(policyFile('next.json', { idleTimeout: '20m' }), path);
    expect(await line('policy_applied')).toMatchObject({ level: 'warn', relation: 'looser', before: first });
    const second = await fingerprintAt(url);
    expect(second).not.toBe(first);
    policyFile('live.json', { idleTimeout: 'soon' });
    expect(await line('policy_refused')).toMatchObject({ level: 'error', policy: second });
    expect(await fingerprintAt(url)).toBe(second);
    policyFile('live.json', { idleTimeout: '20m' });
    child.kill('SIGHUP');
    expect(await line('policy_unchanged')).toMatchObject({ policy: second });
    const metrics = await (await fetch(`${url}/metrics`, { headers: bearer })).text();
    expect(metrics).toMatch(/policy_reloads_total\{outcome="refused"\} 1/);
    expect(lines().filter(({ event }) => event === 'policy_applied').length).toBe(1);
  });

  it('says on SIGHUP that other settings count after a restart alone', async () => {
    const path = policyFile('settings.json');
    const settings = (more: string) => folder.write('live.yaml', `policy: ${path}\nstore: "memory:"\n${more}`);
    const { child, line, lines } = await serve(['-c', settings('realm: shop')]);
    child.kill('SIGHUP');
    await line('policy_unchanged');
    settings('realm: shop\nroutes: [{ path: /pay, operation: pay }]\nbearer: false');
    child.kill('SIGHUP');
    const told = await line('settings_differ');
    expect(told).toMatchObject({ level: 'warn', settings: ['routes', 'bearer'] });
    expect(told.hint).toContain('restart');
    settings('reelm: shop');
    child.kill('SIGHUP');
    expect(await line('settings_wrong')).toMatchObject({ level: 'warn', problems: 1 });
    expect(lines().filter(({ event }) => event.startsWith('settings_')).length).toBe(2);
  });

  it('ends with its sessions written, and without a connection half-way', async () => {
    const database = join(folder.path, 'sessions.db');
    const words = ['-p', policyFile('policy.json'), '--store', `sqlite:${database}`];
    const first = await serve(words);
    const headers = { ...bearer, 'content-type': 'application/json' };
    const started = await fetch(`${first.url}/v1/sessions`, { method: 'POST', headers, body: '{"subject":"alice"}' });
    const { handle } = (await started.json()) as Json;
    const answered = halfWay(first.port, handle);
    await answered.begun;
    first.child.kill('SIGTERM');
    await first.line('closing');
    answered.finish();
    expect(await answered.text).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*connection: close/i);
    const [exitCode] = (await once(first.child, 'exit')) as [number];
    expect([exitCode, await first.line('closed')]).toEqual([0, expect.objectContaining({ isWritten: true })]);
    const second = await serve(words);
    const cookie = `__Host-session=${handle}`;
    const auth = { cookie, 'x-original-uri': '/', 'x-original-method': 'GET' };
    expect((await fetch(`${second.url}/auth`, { headers: auth })).status).toBe(200);
  });

  it('says in words that somebody else has the port, or that the database cannot be opened', async () => {
    const { port } = await serve(['-p', policyFile('policy.json'), '--store', 'memory:']);
    const words = ['serve', '-p', policyFile('policy.json'), '--store'];
    const taken = await curfewHereWith([...words, 'memory:', '--port', String(port)], {});
    expect([taken.exitCode, taken.stderr]).toEqual([1, expect.stringContaining(`on 127.0.0.1, port ${port}: --port`)]);
    const closed = join(folder.path, 'closed');
    folder.write('closed', 'this is no database');
    chmodSync(closed, 0o600);
    const broken = await curfewHereWith([...words, `sqlite:${closed}`], {});
    expect([broken.exitCode, broken.stderr]).toEqual([1, expect.stringContaining('the store cannot be opened')]);
  });
});

/** A request whose last byte waits. */
function halfWay(port: number, handle: string) {
  const socket = connect(port, '127.0.0.1');
  const body = JSON.stringify({ handle });
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const lines = ['POST /v1/sessions/status HTTP/1.1', 'host: a', `authorization: Bearer ${KEY}`];
  const more = ['content-type: application/json', `content-length: ${body.length}`, '', body.slice(0, -1)];
  const begun = new Promise<void>((resolve) => {
    socket.on('connect', () => socket.write([...lines, ...more].join('\r\n'), () => resolve()));
  });
  const ended = once(socket, 'close').then(() => text);
  return { begun, finish: () => void socket.write(body.slice(-1)), text: ended };
}

/** In this process, with an environment of its own. */
async function curfewHereWith(words: readonly string[], env: Readonly<Record<string, string>>) {
  return curfewHere(words, '', env);
}
