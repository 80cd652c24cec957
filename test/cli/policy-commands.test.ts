import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../src/cli/presets.js';
import { checkCompliance } from '../../src/compliance/index.js';
import { parsePolicy } from '../../src/index.js';
import { aFolder, curfewHere } from './support.js';

const folder = aFolder();
const BEFORE = folder.write(
  'before.json',
  '{\n  "id": "web",\n  "idleTimeout": "15m",\n  "absoluteTimeout": "8h",\n  "warnBefore": "1m"\n}\n',
);
const AFTER = folder.write('after.yaml', '# looser\nid: web\nidleTimeout: 30m\nabsoluteTimeout: 8h\nwarnBefore: 1m\n');
const SAME = folder.write(
  'same.jsonc',
  '{ // the same\n  "id": "web", "idleTimeout": 900000, "absoluteTimeout": "480m", "warnBefore": "PT1M", }',
);
const CEILING = folder.write('org.json', '{ "id": "org", "idleTimeout": "20m", "absoluteTimeout": "12h" }');

describe('curfew diff', () => {
  it('says in words what is looser, with the session that shows it', async () => {
    const { exitCode, stdout } = await curfewHere(['diff', BEFORE, AFTER, '--fail-on', 'looser']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('The idle limit rises from 15 min to 30 min.');
    expect(stdout).toMatch(/15m\s+request activity user\s+deny → permit/);
  });

  it.each([
    [BEFORE, SAME, 'change', 0, 'the same'],
    [AFTER, BEFORE, 'looser', 0, 'tighter'],
    [AFTER, BEFORE, 'change', 1, 'tighter'],
    [BEFORE, AFTER, 'never', 0, 'looser'],
  ])('%s to %s with --fail-on %s ends with %i', async (before, after, failOn, exitCode, word) => {
    const run = await curfewHere(['diff', before, after, '--fail-on', failOn]);
    expect([run.exitCode, run.stdout]).toEqual([exitCode, expect.stringContaining(word)]);
  });

  it('gives machines the comparison', async () => {
    const { stdout } = await curfewHere(['diff', BEFORE, AFTER, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      relation: 'looser',
      changes: [{ path: '/idleTimeout', before: '15m' }],
    });
  });
});

describe('curfew check', () => {
  it('names what is looser than the ceiling, with its place', async () => {
    const { exitCode, stdout } = await curfewHere(['check', AFTER, '--ceiling', CEILING]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('after.yaml:3:14');
    expect(stdout).toContain('`idleTimeout` is 30m, and `org` allows 20m');
    expect((await curfewHere(['check', BEFORE, '--ceiling', CEILING])).exitCode).toBe(0);
  });

  it('cites the control that a limit misses, and passes what is kept', async () => {
    const missed = await curfewHere(['check', AFTER, '--profile', 'pci-dss-4.0.1,owasp-smcs-low']);
    expect(missed.exitCode).toBe(1);
    expect(missed.stdout).toContain('pci-dss-4.0.1 8.2.8');
    expect((await curfewHere(['check', BEFORE, '--profile', 'pci-dss-4.0.1'])).exitCode).toBe(0);
  });

  it('lets a deviation on record pass, and names it', async () => {
    const file = folder.write(
      'x.json',
      '[{ "profile": "pci-dss-4.0.1", "control": "8.2.8", "reason": "no card data here" }]',
    );
    const { exitCode, stdout } = await curfewHere(['check', AFTER, '--profile', 'pci-dss-4.0.1', '--exceptions', file]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('on record: no card data here')]);
  });

  it('ends with 1 for a recommendation only if it is strict', async () => {
    const words = ['check', AFTER, '--profile', 'nist-63b-3-aal1,owasp-smcs-high'];
    expect((await curfewHere(words)).exitCode).toBe(0);
    expect((await curfewHere([...words, '--strict'])).exitCode).toBe(1);
  });

  it('writes SARIF with line and column, Markdown for auditors, and JSON', async () => {
    const words = ['check', AFTER, '--profile', 'pci-dss-4.0.1'];
    const sarif = JSON.parse((await curfewHere([...words, '--format', 'sarif'])).stdout);
    expect(sarif.version).toBe('2.1.0');
    const region = sarif.runs[0].results[0].locations[0].physicalLocation.region;
    expect(region).toMatchObject({ startLine: 3, startColumn: 14 });
    expect((await curfewHere([...words, '--format', 'markdown'])).stdout).toContain('# ');
    const [json] = JSON.parse((await curfewHere([...words, '--json'])).stdout);
    expect(json).toMatchObject({ policy: 'web', ceiling: null, excesses: [] });
    expect(json.findings.length).toBeGreaterThan(0);
  });

  it('tells code hosts of every file in one run, of the ceiling too, with paths that they know', async () => {
    const here = relative(process.cwd(), AFTER);
    const words = ['check', BEFORE, AFTER, '--ceiling', CEILING, '--profile', 'pci-dss-4.0.1', '--format', 'sarif'];
    const { exitCode, stdout } = await curfewHere(words);
    const { runs } = JSON.parse(stdout);
    expect([exitCode, runs.length, runs[0].tool.driver.version]).toEqual([1, 1, '1.2.3']);
    const [{ tool, results }] = runs;
    for (const one of results) expect(tool.driver.rules[one.ruleIndex].id).toBe(one.ruleId);
    const { message, locations } = results.find(({ ruleId }: { ruleId: string }) => ruleId === 'ceiling/org');
    expect(message.text).toContain('`idleTimeout` is 30m, and `org` allows 20m');
    expect(locations[0].physicalLocation).toMatchObject({
      artifactLocation: { uri: here.startsWith('..') ? pathToFileURL(AFTER).href : here },
      region: { startLine: 3, startColumn: 14 },
    });
    const preset = './examples/../examples/presets/consumer.jsonc';
    const inside = await curfewHere(['check', preset, '--profile', 'psd2-rts', '--format', 'sarif']);
    expect(inside.stdout).toContain('"uri": "examples/presets/consumer.jsonc"');
  });

  it('writes down what is looser than the ceiling in the document for auditors, too', async () => {
    const { stdout } = await curfewHere(['check', AFTER, '--ceiling', CEILING, '--format', 'markdown']);
    expect(stdout).toMatch(/Against the ceiling `org`[\s\S]*\| \/idleTimeout \| 30m \| 20m \|/);
  });

  it.each([
    [['check'], 'name a policy'],
    [['check', AFTER, '--profile', 'pci'], 'pci'],
    [['check', AFTER, '--exceptions', CEILING], 'holds no exceptions'],
  ])('%j is told what is wrong', async (words, message) => {
    const { exitCode, stderr } = await curfewHere(words);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('lists the profiles', async () => {
    expect((await curfewHere(['check', '--list-profiles'])).stdout).toContain('nist-63b-4-aal2');
  });
});

describe('curfew exposure', () => {
  it('adds up, and ends with 1 above a budget', async () => {
    const words = ['exposure', BEFORE, '--access-tokens', '--cache', '3s'];
    expect(await curfewHere([...words, '--budget', 'revokedSession=11m'])).toMatchObject({ exitCode: 0 });
    const over = await curfewHere([...words, '--budget', 'revokedSession=5m']);
    expect(over.exitCode).toBe(1);
    expect(over.stdout).toMatch(/a revoked session stays usable for 10m3s, above the 5m/);
    expect(JSON.parse((await curfewHere([...words, '--json'])).stdout).revokedSession.total).toBe(603_000);
  });

  it.each(['revokedSession', 'revoked=5m', 'revokedSession=soon'])('refuses the budget %s', async (budget) => {
    expect((await curfewHere(['exposure', BEFORE, '--budget', budget])).exitCode).toBe(2);
  });
});

describe('curfew fingerprint', () => {
  it('is equal for what means the same, in whatever spelling', async () => {
    const { stdout } = await curfewHere(['fingerprint', BEFORE, SAME, AFTER, '--json']);
    const [one, same, other] = JSON.parse(stdout).map(({ fingerprint }: { fingerprint: string }) => fingerprint);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
    expect((await curfewHere(['fingerprint', BEFORE, SAME, '--expect', one])).exitCode).toBe(0);
    expect((await curfewHere(['fingerprint', BEFORE, AFTER, '--expect', one])).exitCode).toBe(1);
  });
});

describe('curfew explain', () => {
  const line = (minute: number, path = '/') => {
    const at = new Date(Date.UTC(2026, 10, 21, 9, minute)).toISOString();
    return JSON.stringify({ at, user: 'alice', path });
  };
  const log = folder.write(
    'log.ndjson',
    [line(0), line(5), line(8, '/poll'), line(30), JSON.stringify({ at: 0, user: 'bob', path: '/' })].join('\n'),
  );

  it('says why each session of a visitor ended', async () => {
    const { stdout, exitCode } = await curfewHere([
      'explain',
      '-p',
      BEFORE,
      '--visitor',
      'alice',
      log,
      '--background',
      'poll',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/session 1 .* ended by idle_timeout after 20m/);
    expect(stdout).toMatch(/deny .*line 4/);
    expect(stdout).toMatch(/session 2 .* goes on/);
    expect(stdout).toContain('idle limit: 15m, by /idleTimeout');
  });

  it('gives machines every step', async () => {
    const { stdout } = await curfewHere(['explain', '-p', BEFORE, '--visitor', 'alice', log, '--json']);
    expect(JSON.parse(stdout)).toHaveLength(2);
  });

  it('says so where nobody is of that name', async () => {
    const { stderr, exitCode } = await curfewHere(['explain', '-p', BEFORE, '--visitor', 'carol', log]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('no line is of visitor `carol`')]);
  });
});

describe('curfew init', () => {
  it.each(PRESETS.map((preset) => [preset.name, preset] as const))(
    '%s satisfies what it says',
    async (name, { profiles }) => {
      const path = `${folder.path}/${name}.jsonc`;
      expect((await curfewHere(['init', '--preset', name, '-o', path])).exitCode).toBe(0);
      const { stdout, exitCode } = await curfewHere(['check', path, '--profile', profiles.join(','), '--json']);
      expect(exitCode).toBe(0);
      const missed = JSON.parse(stdout)[0].findings.filter(
        ({ profile, status }: { profile: string; status: string }) => {
          return profile !== 'self-consistency' && (status === 'fail' || status === 'warn');
        },
      );
      expect(missed).toEqual([]);
    },
  );

  it('replaces no file unless it is told to, and asks nobody who is not there', async () => {
    const path = folder.write('mine.jsonc', 'mine');
    expect(await curfewHere(['init', '--preset', 'banking', '-o', path])).toMatchObject({ exitCode: 2 });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect((await curfewHere(['init', '--preset', 'banking', '-o', path, '--force'])).exitCode).toBe(0);
    expect(readFileSync(path, 'utf8')).toContain('2018/389');
    expect((await curfewHere(['init'])).stderr).toContain('--preset');
  });

  it('writes to standard output, under a name', async () => {
    const { stdout } = await curfewHere(['init', '--preset', 'consumer', '--id', 'shop', '-o', '-']);
    expect(stdout).toContain('"id": "shop"');
    expect((await curfewHere(['init', '--preset', 'consumer', '--id', 'a b', '-o', '-'])).exitCode).toBe(2);
    expect((await curfewHere(['init', '--list'])).stdout).toContain('health-care');
  });
});

describe('curfew completion', () => {
  it.each(['bash', 'zsh', 'fish'])('knows every command and option, for %s', async (shell) => {
    const { stdout } = await curfewHere(['completion', shell]);
    for (const word of ['check', 'diff', 'fail-on', 'list-profiles']) expect(stdout).toContain(word);
  });
});

describe('a policy in JSONC or YAML', () => {
  const told = async (name: string, text: string) =>
    (await curfewHere(['fingerprint', folder.write(name, text)])).stderr;

  it('is told what is wrong with it, with line and column', async () => {
    expect(await told('a.yaml', 'id: web\nabsoluteTimeout: 8h\nidelTimeout: 5m\n')).toContain('a.yaml:3:14');
    expect(await told('b.yaml', 'id: web\nid: two\nabsoluteTimeout: 8h\n')).toMatch(/b\.yaml:2:1.*\n?.*\/id/);
    expect(await told('c.yaml', 'id: "web\n')).toContain('c.yaml:');
    expect(await told('d.yaml', 'id: web\nabsoluteTimeout: 8 hours\n')).toContain('d.yaml:2:18');
    expect(await told('e.yaml', '--- {id: a}\n--- {id: b}\n')).toContain('e.yaml:');
    expect(await told('f.jsonc', '{\n  // a comment\n  "id": "web",\n  "absoluteTimeout": "8 hours"\n}')).toContain(
      'f.jsonc:4:22',
    );
    expect(await told('g.json', '{ // a comment\n}')).toContain('call the file .jsonc');
    expect(await told('h.yaml', `${'a: &a [x]\n'}b: [${'*a, '.repeat(200)}]\n`)).toContain('h.yaml');
  });

  it('keeps what looks like a comment inside a text', async () => {
    const path = folder.write(
      'i.jsonc',
      '{ "id": "web", "description": "// not, /* at all */ ,}", "absoluteTimeout": "8h", /* but this */ }',
    );
    expect((await curfewHere(['fingerprint', path])).exitCode).toBe(0);
    const policy = parsePolicy({ id: 'web', absoluteTimeout: '8h' });
    expect(checkCompliance(policy, ['self-consistency']).length).toBeGreaterThan(0);
  });
});
