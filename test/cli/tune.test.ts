import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateTraffic } from '../../scripts/generate-traffic.js';
import { aFolder, applyDiff, curfewHere } from './support.js';

const folder = aFolder();
const DOCUMENT = '{\n  "id": "web",\n  "idleTimeout": "15m",\n  "absoluteTimeout": "8h",\n  "warnBefore": "1m"\n}\n';
const policy = folder.write('policy.json', DOCUMENT);
const base = ['tune', '--policy', policy, '--background', '^/api/'];
let log = '';

beforeAll(() => {
  log = folder.write('access.log', [...generateTraffic({ people: 120, days: 6 })].join('\n'));
});

describe('curfew tune', () => {
  it('prints the curve, a limit with its interval, the document as a diff, and what nobody needs', async () => {
    const { exitCode, stdout, stderr } = await curfewHere([...base, '--target', 'unattended=10m', log]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/10m.*95 %/);
    expect(stdout).toContain('-  "idleTimeout": "15m",\n+  "idleTimeout": "10m",');
    expect(stdout).toContain('low-value idle');
    expect(stdout).not.toContain('\u001b');
    const widest = stdout.split('\n').filter((line) => !line.includes(folder.path));
    expect(Math.max(...widest.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(readFileSync(policy, 'utf8')).toBe(DOCUMENT);
  });

  it('prints the same as one JSON object, whose diff can be applied', async () => {
    const { stdout } = await curfewHere([...base, '--target', 'unattended=10m', '--json', log]);
    const { diff, advice, current, curve } = JSON.parse(stdout);
    expect(advice.recommendation).toMatchObject({ idleTimeout: 600_000, meetsTarget: true });
    expect(current.idleTimeout).toBe(900_000);
    expect(curve.length).toBeGreaterThan(20);
    const copy = join(folder.path, 'copy.json');
    copyFileSync(policy, copy);
    applyDiff(copy, diff);
    expect(JSON.parse(readFileSync(copy, 'utf8'))).toEqual({ ...JSON.parse(DOCUMENT), idleTimeout: '10m' });
  });

  it.each([
    ['policy.yaml', 'id: web\nabsoluteTimeout: 8h\n', 'idleTimeout: "10m"'],
    ['single.yaml', "id: web\nidleTimeout: '15m' # as agreed\nabsoluteTimeout: 8h\n", 'idleTimeout: "10m" # as agreed'],
    ['quoted.yaml', '"id": web # ours\nabsoluteTimeout: 8h\n', '+idleTimeout: "10m"'],
    ['flow.yaml', '{\n  id: web,\n  absoluteTimeout: 8h\n}\n', '+  "idleTimeout": "10m",'],
    ['crlf.yaml', 'id: web\r\nabsoluteTimeout: 8h\r\n', '+idleTimeout: "10m"'],
    ['line.json', '{ "id": "web", "absoluteTimeout": "8h" }', '"id": "web", "idleTimeout": "10m", "absol'],
    ['missing.json', '{\n\t"id": "web",\n\t"absoluteTimeout": "8h"\n}\n', '+\t"idleTimeout": "10m",'],
    [
      'notes.jsonc',
      '{\n  // ours\n  "id": "web",\n  "idleTimeout": 900000, "absoluteTimeout": "8h"\n}',
      '"10m", "absolute',
    ],
  ])('leaves the rest of the document as it is written: %s', async (name, text, expected) => {
    const path = folder.write(name, text);
    const words = ['tune', '-p', path, '-t', 'unattended=10m', '--json', log];
    const { stdout, exitCode } = await curfewHere(words);
    expect(exitCode).toBe(0);
    const { diff } = JSON.parse(stdout);
    expect(diff).toContain(expected);
    applyDiff(path, diff);
    const changed = await curfewHere([...words.slice(0, -1), log]);
    expect(JSON.parse(changed.stdout)).toMatchObject({ diff: '', current: { idleTimeout: 600_000 } });
  });

  it('counts what clients may ask for against the ceiling, also where the limit was longer than that', async () => {
    const asking = folder.write(
      'asking.json',
      '{ "id": "web", "idleTimeout": "2h", "absoluteTimeout": "8h", "requestable": { "idleTimeout": "50m" } }',
    );
    const ceiling = folder.write('half.json', '{ "id": "org", "idleTimeout": "30m", "absoluteTimeout": "12h" }');
    const words = ['tune', '-p', asking, '--target', 'unattended=5h', '--ceiling', ceiling, '--json', log];
    const { caveats } = JSON.parse((await curfewHere(words)).stdout);
    expect(caveats).toContainEqual(expect.stringContaining('at /requestable/idleTimeout'));
  });

  it('recommends nothing longer than the ceiling', async () => {
    const ceiling = folder.write('org.json', '{ "id": "org", "idleTimeout": "5m", "absoluteTimeout": "12h" }');
    const words = [...base, '--target', 'drop-offs=1%', '--ceiling', ceiling];
    const { stdout } = await curfewHere([...words, log]);
    expect(stdout).toContain('the target is not met: the ceiling allows nothing longer');
    expect(stdout).toContain('+  "idleTimeout": "5m"');
  });

  it('refuses where the log is too small, says what is missing, and ends with 1', async () => {
    const text = [...generateTraffic({ people: 5, days: 1 })].join('\n');
    const { exitCode, stdout } = await curfewHere([...base, '--target', 'drop-offs=1%'], text);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('too_little_data');
    expect(stdout).toMatch(/30 visitors are needed, and there are \d/);
    const json = await curfewHere([...base, '--target', 'drop-offs=1%', '--json'], text);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ diff: null, advice: { outcome: 'too_little_data' } });
  });

  it.each([
    ['drop-offs', 'is not a target'],
    ['drop-offs=0%', 'is not a target'],
    ['drop-offs=1', 'is not a target'],
    ['unattended=soon', 'is not a target'],
    ['patience=1%', 'write drop-offs=1%'],
  ])('exits with 2 for the target %s', async (target, message) => {
    const { exitCode, stderr } = await curfewHere([...base, '--target', target, log]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) });
  });

  it('exits with 2 where the policy and the ceiling leave nothing to choose', async () => {
    const ceiling = folder.write('short.json', '{ "id": "org", "idleTimeout": "30s", "absoluteTimeout": "12h" }');
    const words = [...base, '--target', 'drop-offs=1%', '--ceiling', ceiling, log];
    expect(await curfewHere(words)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('warnBefore') });
    expect(await curfewHere([...base, '-t', 'unattended=1m'], 'nonsense\n')).toMatchObject({ exitCode: 1 });
  });
});

describe('curfew replay --against', () => {
  const other = folder.write('other.json', DOCUMENT.replace('15m', '30m'));
  const words = ['replay', '-p', policy, '--against', other, '--background', '^/api/'];

  it('prints who is cut off and who is let through', async () => {
    const { exitCode, stdout } = await curfewHere([...words, log]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('cut off by policy.json, not by other.json');
    expect(stdout).toMatch(/line \d+: [\d.]+, idle_timeout/);
    const json = JSON.parse((await curfewHere([...words, '--json', log])).stdout);
    expect(Object.keys(json)).toEqual(['policy', 'against', 'cutOff', 'letThrough']);
    expect(json.cutOff.requests).toBeGreaterThan(0);
  });

  it('writes a report, and does not empty what it reads', async () => {
    const page = join(folder.path, 'report.html');
    const { exitCode, stderr } = await curfewHere([...words, '--html', page, log]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `wrote ${page}\n` });
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    writeFileSync(page, '');
    const emptied = await curfewHere([...words, '--html', other, log]);
    expect(emptied).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is a file that is read here') });
    const nowhere = await curfewHere([...words, '--html', join(folder.path, 'none', 'r.html'), log]);
    expect(nowhere).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('there is no directory') });
  });
});
