import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aFolder, curfewHere } from './support.js';

const folder = aFolder();
const LOOSE = folder.write('loose.yaml', 'id: shop\nidleTimeout: 30m\nabsoluteTimeout: 8h\nwarnBefore: 1m\n');
const FINE = folder.write('fine.json', '{ "id": "fine", "idleTimeout": "10m", "absoluteTimeout": "8h" }');
const BAD = folder.write('bad.json', '{\n  "id": "bad",\n  "absoluteTimeout": "8 hours",\n  "idelTimeout": "5m"\n}\n');
const TORN = folder.write('torn.json', '{\n  "id": "torn"\n  "absoluteTimeout": "8h"\n}\n');
const CEILING = folder.write('org.json', '{ "id": "org", "idleTimeout": "20m", "absoluteTimeout": "12h" }');

interface SarifShown {
  readonly ruleId: string;
  readonly level: string;
  readonly locations: [{ physicalLocation: { region: { startLine: number; startColumn: number } } }];
}

async function sarifOf(...words: string[]) {
  const { exitCode, stdout, stderr } = await curfewHere(['check', ...words, '--format', 'sarif']);
  const { runs } = JSON.parse(stdout);
  expect(runs).toHaveLength(1);
  return { exitCode, stderr, results: runs[0].results, rules: runs[0].tool.driver.rules };
}

describe('what is looser than the ceiling', () => {
  it('is an error of one rule in SARIF', async () => {
    const both = folder.write('both.json', '{ "id": "both", "idleTimeout": "1h", "absoluteTimeout": "1d" }');
    const { results, rules } = await sarifOf(both, LOOSE, '--ceiling', CEILING);
    const found = results.filter(({ ruleId }: { ruleId: string }) => ruleId === 'ceiling/org');
    expect(found.map(({ level }: { level: string }) => level)).toEqual(['error', 'error', 'error']);
    expect(rules.filter(({ id }: { id: string }) => id === 'ceiling/org')).toMatchObject([
      { shortDescription: { text: 'the ceiling org: nothing looser than org' } },
    ]);
  });

  it('has a section of its own in Markdown, with room for a justification', async () => {
    const { stdout } = await curfewHere(['check', LOOSE, '--ceiling', CEILING, '--format', 'markdown']);
    expect(stdout).toContain('## Against the ceiling `org`');
    expect(stdout).toMatch(/\| \/idleTimeout \| 30m \| 20m \| .* \| \(to be written\) \|/);
    const inside = await curfewHere(['check', FINE, '--ceiling', CEILING, '--format', 'markdown']);
    expect(inside.stdout).toMatch(/## Against the ceiling `org`\n\nNothing is looser\./);
    expect((await curfewHere(['check', LOOSE, '--format', 'markdown'])).stdout).not.toContain('Against');
  });

  it('can be excused for a time, by its pointer', async () => {
    const one = { ceiling: 'org', path: '/idleTimeout', reason: 'a kiosk' };
    const run = (exception: object, ...more: string[]) =>
      curfewHere([
        ...['check', LOOSE, '--ceiling', CEILING, ...more],
        ...['--exceptions', folder.write('exceptions.json', JSON.stringify([exception]))],
      ]);
    const excused = await run({ ...one, until: '2999-12-31' });
    expect([excused.exitCode, excused.stdout]).toEqual([0, expect.stringContaining('on record: a kiosk')]);
    expect(excused.stdout).toMatch(/within org, 1 excused/);
    const sarif = JSON.parse((await run(one, '--format', 'sarif')).stdout);
    expect(sarif.runs[0].results[0].suppressions).toMatchObject([{ justification: 'a kiosk' }]);
    expect((await run(one, '--format', 'markdown')).stdout).toMatch(/\| \/idleTimeout .* \| a kiosk \|/);
    expect(JSON.parse((await run(one, '--json')).stdout)[0].excesses[0].exception).toBe('a kiosk');
    const over = await run({ ...one, until: '2020-01-31' });
    expect([over.exitCode, over.stderr]).toEqual([1, expect.stringMatching(/\/idleTimeout.*ended with 2020-01-31/)]);
    for (const other of [{ path: '/absoluteTimeout' }, { ceiling: 'other' }, { policy: 'other' }])
      expect((await run({ ...one, ...other })).exitCode).toBe(1);
    for (const wrong of [{ until: 'soon' }, { until: '2026-02-31' }, { reason: 3 }])
      expect(await run({ ...one, ...wrong })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('until') });
  });
});

describe('a broken policy', () => {
  it('is told to code hosts at its line, and the others are checked', async () => {
    const { exitCode, stderr, results } = await sarifOf(BAD, LOOSE, TORN, '--ceiling', CEILING);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('bad.json:3:22')]);
    const shown = results.map(({ ruleId, level, locations }: SarifShown) => {
      const { startLine, startColumn } = locations[0].physicalLocation.region;
      return `${ruleId} ${level} ${startLine}:${startColumn}`;
    });
    expect(shown).toEqual([
      'ceiling/org error 2:14',
      'policy_invalid/duration_invalid error 3:22',
      'policy_invalid/key_unknown error 4:18',
      'policy_invalid/syntax_invalid error 3:3',
    ]);
  });

  it('alone is a log with results, too', async () => {
    expect(await sarifOf(TORN)).toMatchObject({ exitCode: 2, results: [{ ruleId: 'policy_invalid/syntax_invalid' }] });
  });

  it('is an entry with its problems in JSON', async () => {
    const { exitCode, stdout } = await curfewHere(['check', BAD, FINE, `${folder.path}/none.json`, '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject([
      { policy: 'fine', problems: [] },
      {
        path: BAD,
        policy: null,
        problems: [
          { path: '/absoluteTimeout', code: 'duration_invalid', line: 3, column: 22 },
          { path: '/idelTimeout', code: 'key_unknown', line: 4 },
        ],
      },
      { policy: null, problems: [{ code: 'file_unreadable' }] },
    ]);
  });

  it('as the ceiling is told, too, and nothing passes for checked', async () => {
    const { exitCode, results } = await sarifOf(FINE, '--ceiling', BAD);
    expect(exitCode).toBe(2);
    expect(results.map(({ ruleId }: SarifShown) => ruleId)).toContain('policy_invalid/duration_invalid');
  });
});

describe('a folder', () => {
  it('stands for the policies in it, without the ceiling', async () => {
    const inner = aFolder();
    mkdirSync(`${inner.path}/more`);
    for (const name of ['b.json', 'more/a.json', 'org.json'])
      inner.write(name, `{ "id": "${name.replace(/\W/g, '-')}", "absoluteTimeout": "8h" }`);
    inner.write('notes.txt', 'not a policy');
    const { exitCode, stdout } = await curfewHere([
      'check',
      inner.path,
      '--ceiling',
      `${inner.path}/org.json`,
      '--json',
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).map(({ policy }: { policy: string }) => policy)).toEqual(['b-json', 'more-a-json']);
    mkdirSync(`${inner.path}/empty`);
    const empty = await curfewHere(['check', `${inner.path}/empty`]);
    expect([empty.exitCode, empty.stderr]).toEqual([2, expect.stringContaining('no policy in it')]);
  });
});

describe('the words', () => {
  it('count what is excused apart', async () => {
    const exceptions = [{ profile: 'pci-dss-4.0.1', control: '8.2.8', reason: 'no cards' }];
    const file = folder.write('pci.json', JSON.stringify(exceptions));
    const words = ['check', LOOSE, '--profile', 'pci-dss-4.0.1', '--exceptions', file];
    const { stdout } = await curfewHere(words);
    expect(stdout).toContain('1 excused');
    expect(stdout).not.toMatch(/\d fail/);
  });

  it.each([
    [['--profile', 'nist,pci,owasp-smcs-lou'], /`nist` is not a profile; nist-63b-4-aal1, .*\n.*pci-dss-4\.0\.1/],
    [['--profile', 'zzz,psd2-rts,yyy'], /`zzz` is not.*--list-profiles.*\n.*`yyy` is not/],
    [['--profile', 'owasp-smcs-lou'], /did you mean `owasp-smcs-low`/],
    [['--format', 'sarif', '--json'], /--json and --format sarif/],
  ])('of %j are clear', async (more, message) => {
    const { exitCode, stderr } = await curfewHere(['check', LOOSE, ...more]);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr).not.toContain('(whole)');
  });

  it('say that an empty file is empty', async () => {
    for (const name of ['empty.json', 'empty.yaml', 'empty.jsonc'])
      expect((await curfewHere(['check', folder.write(name, ' \n')])).stderr).toContain(`${name} is empty`);
  });

  it.each(['lint', 'validate'])('of curfew %s point to check', async (name) => {
    const { exitCode, stderr } = await curfewHere([name, LOOSE]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('curfew check')]);
  });
});
