import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { generateTraffic } from '../../scripts/generate-traffic.js';
import { aFolder, curfew, curfewHere, MAIN } from './support.js';

const folder = aFolder();
const policy = folder.write('policy.json', '{ "id": "web", "idleTimeout": "15m", "absoluteTimeout": "8h" }');
const lines = [...generateTraffic({ people: 30, days: 2 })].filter((line) => /^\S+ - - \[.*" ".*"$/.test(line));
const text = `${lines.join('\n')}\nnot a record\n`;
const log = folder.write('access.log', text);
const base = ['replay', '--policy', policy, '--background', '^/api/'];

describe('curfew replay', () => {
  it('prints a table that fits 80 columns, without colours where nobody sees them', async () => {
    const { exitCode, stdout, stderr } = await curfew([...base, log]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('idle_timeout');
    expect(stdout).toMatch(new RegExp(`line ${lines.length + 1}: no host, user and time`));
    expect(stdout).not.toContain('\u001b');
    expect(
      Math.max(...stdout.split('\n').map((line) => (line.includes(' over /') ? 0 : line.length))),
    ).toBeLessThanOrEqual(80);
  });

  it('prints the same as one JSON object', async () => {
    const { exitCode, stdout } = await curfew([...base, '--json', log]);
    const summary = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(summary).toMatchObject({
      lines: lines.length + 1,
      malformed: 1,
      visitors: expect.any(Number),
      late: expect.any(Number),
    });
    const ended = Object.values<number>(summary.ended).reduce((sum, count) => sum + count, 0);
    expect(summary.sessions).toBe(ended + summary.open);
  });

  it('reads the same from a file, from standard input, and gzipped under any name', async () => {
    const zipped = gzipSync(text);
    // a log that was rotated and then joined is several gzip files in one
    const twice = Buffer.concat([gzipSync(text.slice(0, 5000)), gzipSync(text.slice(5000))]);
    const runs = await Promise.all([
      curfew([...base, '--json', log]),
      curfew([...base, '--json'], text),
      curfew([...base, '--json', '-'], zipped),
      curfew([...base, '--json', folder.write('zipped.log', zipped)]),
      curfew([...base, '--json', folder.write('twice.gz', twice)]),
    ]);
    expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
    expect(runs.every(({ exitCode }) => exitCode === 0)).toBe(true);
  });

  it('does not empty what it reads, whatever it is called', async () => {
    const victim = folder.write('victim.log', text);
    for (const target of [victim, join(folder.path, '.', 'victim.log'), policy]) {
      const { exitCode, stderr } = await curfew([...base, victim, '--events', target]);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 2,
        stderr: expect.stringContaining('is a file that is read here'),
      });
    }
    expect(readFileSync(victim, 'utf8')).toBe(text);
  });

  it('counts a line with odd attributes, an empty visitor or a far year, and goes on', async () => {
    const odd = [
      '{"at":1000,"user":"a","attributes":{"role":{"x":1}}}',
      '{"at":2000,"user":"","attributes":{}}',
      '{"at":253402300800000,"user":"b","attributes":{"role":"admin"}}',
    ];
    const counted = await curfew(['replay', '-p', policy, '--json'], odd.join('\n'));
    expect(JSON.parse(counted.stdout)).toMatchObject({ lines: 3, malformed: 2, sessions: 1 });
    const shown = await curfew(['replay', '-p', policy], odd.join('\n'));
    expect(shown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('10000') });
    const agentless = '203.0.113.7 - - [29/Mar/2026:03:00:00 +0200] "GET / HTTP/1.1" 200 512 "-" ""';
    const byAgent = await curfew(['replay', '-p', policy, '--by', 'agent', '--json'], agentless);
    expect(JSON.parse(byAgent.stdout)).toMatchObject({ sessions: 1, malformed: 0 });
  });

  it('writes a line for each session', async () => {
    const path = join(folder.path, 'events.ndjson');
    const { stdout } = await curfew([...base, '--json', '--events', path, log]);
    const events = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.length).toBe(JSON.parse(stdout).sessions);
    expect(events[0]).toEqual({
      visitor: expect.any(String),
      start: expect.stringMatching(/^2026-03-26T.*Z$/),
      end: expect.stringMatching(/Z$/),
      reason: 'idle_timeout',
      requests: expect.any(Number),
      lastRequest: expect.stringMatching(/Z$/),
    });
    const piped = await curfew([...base, '--events', '-', log]);
    expect(piped.stdout).toBe(readFileSync(path, 'utf8'));
    expect(piped.stderr).toContain('how sessions ended');
  });

  it('takes a field of JSON lines as the visitor', async () => {
    const json = [1, 2, 3]
      .map((n) => JSON.stringify({ ts: 1_774_746_000 + n, host: 'h', user: { id: n % 2 } }))
      .join('\n');
    const { stdout } = await curfew(['replay', '-p', policy, '--json', '--by', 'user.id'], json);
    expect(JSON.parse(stdout)).toMatchObject({ requests: 3, visitors: 2 });
  });

  it.each([
    ['0', 1],
    ['60', 0],
    ['60s', 0],
    ['1m', 0],
    ['20s', 1],
  ])('sorts within %s', async (reorder, late) => {
    const record = (second: number) => `h - - [01/Jul/1995:00:00:${second} -0400] "GET / HTTP/1.0" 200 1\n`;
    const { stdout } = await curfewHere(
      ['replay', '-p', policy, '--json', '--reorder', reorder],
      record(50) + record(20),
    );
    expect(JSON.parse(stdout).late).toBe(late);
  });

  it.each([
    [2, 'no such file', ['replay', '-p', 'nowhere.json', log]],
    [2, "required option '-p, --policy <file>' not specified", ['replay', log]],
    [2, '--events', ['replay', '-p', policy, '--json', '--events', '-', log]],
    [2, 'regular expression', ['replay', '-p', policy, '--background', '(', log]],
    [2, 'write 60s', ['replay', '-p', policy, '--reorder', 'soon', log]],
    [2, '--by', ['replay', '-p', policy, '--by', 'host+', log]],
    [2, 'Allowed choices', ['replay', '-p', policy, '--format', 'xml', log]],
    [2, 'unknown option', ['replay', '-p', policy, '--frmat', 'clf', log]],
    [2, 'unknown command', ['repaly']],
    [1, 'no such file', ['replay', '-p', policy, 'nowhere.log']],
    [1, 'it is a directory', ['replay', '-p', policy, folder.path]],
    [1, 'there is no directory', ['replay', '-p', policy, '--events', join(folder.path, 'none', 'e'), log]],
  ])('exits with %i and says `%s`', async (code, message, words) => {
    const { exitCode, stdout, stderr } = await curfewHere(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n +at /);
  });

  it('tells what it found in a gzip file that is cut off, and that it is', async () => {
    const part = folder.write('cut.gz', gzipSync(text).subarray(0, 20_000));
    const { exitCode, stdout, stderr } = await curfew([...base, '--json', part]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).lines).toBeGreaterThan(100);
    expect(stderr).toContain('read only in part');
  });

  it('says so when something that is not gzip follows the gzip part, or the packed data is damaged', async () => {
    const mixed = folder.write('mixed.gz', Buffer.concat([gzipSync(text), Buffer.from(text)]));
    const { exitCode, stderr } = await curfewHere([...base, '--json', mixed]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('mixed.gz: read only in part: what follows is not gzip, or it is damaged');
    const cut = await curfewHere([...base, '--json', folder.write('short.gz', gzipSync(text).subarray(0, 20_000))]);
    expect(cut.stderr).toContain('short.gz: read only in part: the gzip data is cut off');
  });

  it('ends with 1 if no line could be read, and says what to look at', async () => {
    const wrongFile = await curfewHere(['replay', '-p', policy, '--json'], 'once\nupon a time\n');
    expect(wrongFile).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('is this an access log, or JSON with one object a line?'),
    });
    expect(JSON.parse(wrongFile.stdout)).toMatchObject({ lines: 2, malformed: 2 });
    const wrongField = await curfewHere(['replay', '-p', policy, '--by', 'host+nosuch', log]);
    expect(wrongField.exitCode).toBe(1);
    expect(wrongField.stderr).toContain('--by host+nosuch: no line has all of these fields');
    expect(wrongField.stderr).toContain('host, agent and user');
    const noField = await curfewHere(['replay', '-p', policy], '{"at":1000}\n{"at":2000}\n');
    expect(noField).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--by names the field') });
    expect(await curfewHere(['replay', '-p', policy], '')).toMatchObject({ exitCode: 0 });
  });

  it.each(['^/api\\/poll', '^\\/api\\-poll|^/api/poll', '^/\\p{L}+/poll'])(
    'takes %s as people write it for a background path',
    async (pattern) => {
      const line = '{"at":1000,"user":"a","path":"/api/poll"}';
      const { stdout } = await curfewHere(['replay', '-p', policy, '--json', '--background', pattern], line);
      expect(JSON.parse(stdout)).toMatchObject({ requests: 1, background: 1 });
    },
  );

  it('prints what was found so far when it is interrupted', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...base, '--json', '-']);
    let stdout = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stdin.write(text);
    // the pipe takes the last line only once the process reads
    await new Promise((resolve) => child.stdin.write('\n', resolve));
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill('SIGINT');
    const exitCode = await new Promise((resolve) => child.on('close', resolve));
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout).lines).toBe(lines.length + 2);
  });

  it('ends quietly when nobody reads any more', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...base, '--events', '-', log]);
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.stdout.once('data', () => child.stdout.destroy());
    const exitCode = await new Promise((resolve) => child.on('close', resolve));
    expect({ exitCode, stderr: stderr.includes('EPIPE') }).toEqual({ exitCode: 0, stderr: false });
  });
});
