import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { moduleText, typesText } from '../../src/cli/module-text.js';
import { definePolicy, evaluate, type PolicyDocument, startSession } from '../../src/index.js';
import { aFolder, curfew, curfewHere } from './support.js';

const folder = aFolder();
const RICH: PolicyDocument = {
  id: 'rich',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  networks: { office: ['203.0.113.0/24', '2001:db8::/32'] },
  conditions: [{ when: { attributes: { role: ['admin', 'line\u2028break'] } }, idleTimeout: '10m' }],
  operations: { 'payment:create': { authenticatedWithin: '5m', assuranceLevel: 'aal2' }, export: { lease: '20m' } },
  risk: [{ signal: 'device_changed', then: 'end', missing: 'changed' }],
};

function isFrozen(value: unknown): boolean {
  return (
    typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen))
  );
}

describe('curfew compile', () => {
  it('writes a module that is the policy, frozen, and needs nothing', async () => {
    const source = folder.write('rich.json', JSON.stringify(RICH));
    const output = join(folder.path, 'rich.mjs');
    expect(await curfew(['compile', source, '-o', output])).toMatchObject({ exitCode: 0, stdout: '' });
    expect(readFileSync(output, 'utf8')).not.toMatch(/\b(import|require)\b/);
    const { default: policy } = await import(/* @vite-ignore */ pathToFileURL(output).href);
    expect(policy).toEqual(definePolicy(RICH));
    expect(isFrozen(policy)).toBe(true);
    const session = startSession(policy, { id: 's', subject: 'alice', at: 0 });
    expect(evaluate(policy, session, { type: 'access', at: 1000, activity: 'user' }).effect).toBe('permit');
  });

  it('types the operations', async () => {
    const source = folder.write('typed.json', JSON.stringify(RICH));
    await curfewHere(['compile', source, '-o', join(folder.path, 'typed.js')]);
    expect(readFileSync(join(folder.path, 'typed.d.ts'), 'utf8')).toContain('Policy<"export" | "payment:create">');
    expect(typesText(definePolicy({ id: 'plain', absoluteTimeout: '8h' }), 'plain.json')).toContain('Policy<never>');
  });

  it('prints the module where no file is named', async () => {
    const source = folder.write('plain.json', '{ "id": "plain", "absoluteTimeout": "8h" }');
    const { exitCode, stdout } = await curfewHere(['compile', source]);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: moduleText(definePolicy({ id: 'plain', absoluteTimeout: '8h' }), 'plain.json'),
    });
  });

  it('is not fooled by names', async () => {
    const policy = {
      ...definePolicy({ id: 'odd', absoluteTimeout: '8h' }),
      operations: JSON.parse('{"__proto__":{"lease":1},"a b":{"lease":2}}'),
    };
    const module = await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(moduleText(policy, 'odd\nevil();.json'))}`
    );
    expect(Object.keys(module.default.operations)).toEqual(['__proto__', 'a b']);
    expect(Object.getPrototypeOf(module.default.operations)).toBe(Object.prototype);
  });

  it.each([
    [2, 'ends in .js or .mjs', ['-o', 'policy.ts']],
    [1, 'there is no directory', ['-o', join(folder.path, 'none', 'policy.js')]],
  ])('exits with %i and says `%s`', async (code, message, words) => {
    const source = folder.write('fine.json', '{ "id": "plain", "absoluteTimeout": "8h" }');
    const { exitCode, stderr } = await curfewHere(['compile', source, ...words]);
    expect(exitCode).toBe(code);
    expect(stderr).toContain(message);
  });
});
