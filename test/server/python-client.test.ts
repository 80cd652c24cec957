import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers/available.js';
import { aFolder, aGateway, KEYS, ROOT, type TestGateway } from './support.js';

const PYTHON = { name: 'python3', install: 'apt-get install python3' };
const CLIENT = join(ROOT, 'docs/recipes/gateway/curfew_client.py');
const VECTORS = join(ROOT, 'test/vectors');

describeWith(PYTHON, 'the client in Python', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await aGateway();
  });
  afterAll(() => gateway.close());

  const python = (words: readonly string[], key: string) => {
    const env = { ...process.env, CURFEW_URL: gateway.url, CURFEW_KEY: key, PYTHONDONTWRITEBYTECODE: '1' };
    const child = spawn('python3', words, { cwd: join(ROOT, 'docs/recipes/gateway'), env });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return new Promise<{ code: number | null; output: string }>((resolve) => {
      child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
    });
  };
  const vectors = readdirSync(VECTORS).filter((name) => name.endsWith('.json'));
  const stepsOf = (name: string) =>
    (JSON.parse(readFileSync(join(VECTORS, name), 'utf8')) as { steps: unknown[] }[]).flatMap(({ steps }) => steps);

  it('is short, and needs nothing but Python', () => {
    const text = readFileSync(CLIENT, 'utf8');
    expect(text.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(60);
    const imported = [...text.matchAll(/^import (\S+)$/gm)].map(([, name]) => name);
    expect(imported).toEqual(
      ['json', 'os', 'sys', 'urllib.error', 'urllib.request'].filter((one) => text.includes(one)),
    );
  });

  it('agrees with every step of every portable test vector', async () => {
    const { code, output } = await python([CLIENT, ...vectors.map((name) => join(VECTORS, name))], KEYS.evaluate);
    const steps = vectors.flatMap(stepsOf).length;
    expect(steps).toBeGreaterThan(100);
    expect(output.trim()).toMatch(new RegExp(`^\\d+ vectors, ${steps} steps, 0 differ$`));
    expect(code).toBe(0);
  });

  it('would say so if one differed', async () => {
    const [vector] = JSON.parse(readFileSync(join(VECTORS, 'time.json'), 'utf8'));
    const changed = {
      ...vector,
      steps: [{ ...vector.steps[0], decision: { ...vector.steps[0].decision, effect: 'permit' } }],
    };
    const folder = aFolder();
    const { code, output } = await python([CLIENT, folder.write('v.json', JSON.stringify([changed]))], KEYS.evaluate);
    folder.remove();
    expect(output).toContain('1 vectors, 1 steps, 1 differ');
    expect(code).toBe(1);
  });

  it('asks by AuthZEN, and is told what a step-up needs', async () => {
    const { handle } = (await gateway.call('/v1/sessions', { subject: 'alice' })).body;
    const code = `
import json, os
from curfew_client import Curfew
curfew = Curfew(os.environ["CURFEW_URL"], os.environ["CURFEW_KEY"])
print(json.dumps([curfew.may("alice", "${handle}", "access", "/inbox"),
                  curfew.may("alice", "${handle}", "payment:create", "/payments/7"),
                  curfew.may("bob", "${handle}", "access", "/inbox")]))`;
    const { output } = await python(['-c', code], KEYS.evaluate);
    const [inbox, payment, other] = JSON.parse(output);
    expect(inbox).toEqual([true, expect.objectContaining({ expires_in: 900, bound_by: 'idle_timeout' })]);
    expect(payment).toEqual([false, expect.objectContaining({ acr_values: 'aal2', max_age: 300 })]);
    expect(other).toEqual([false, expect.objectContaining({ reason_admin: { 403: 'subject_mismatch' } })]);
  });
});
