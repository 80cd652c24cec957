import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { capLogin } from '../../src/cap-login.js';
import { limitsFor } from '../../src/limits-for.js';
import { definePolicy } from '../../src/policy/define.js';
import type { PolicyDocument } from '../../src/policy/document.js';
import { tighten } from '../../src/policy/tighten/tighten.js';
import { withinCeiling } from '../../src/policy/tighten/within-ceiling.js';
import { startSession } from '../../src/start-session.js';

const PAGE = readFileSync(new URL('../../docs/ceilings.md', import.meta.url), 'utf8');
const MINUTE = 60_000;

it('the code of the page does what it says', () => {
  const code = [...PAGE.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
  const checked = code.replace(/^(?!const|let)(.+?); \/\/ => (.+)$/gm, 'check($1, $2);');
  const { outputText } = ts.transpileModule(checked, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  let checks = 0;
  const check = (actual: unknown, expected: unknown) => {
    checks++;
    expect(actual).toEqual(expected);
  };
  const scope = { definePolicy, tighten, withinCeiling, capLogin, startSession, check };
  new Function(...Object.keys(scope), outputText)(...Object.values(scope));
  expect(checks).toBe(7);
});

it('the table of relaxations is what comes of them', () => {
  const places: Readonly<Record<string, object>> = {
    'the office': { network: 'office' },
    nurses: { attributes: { role: ['nurse'] } },
    'nurses in the office': { network: 'office', attributes: { role: ['nurse'] } },
  };
  const layer = (text: string) => {
    const [, place = '', limit = ''] = text.match(/^(.+) to (\d+) m$/) ?? [];
    const conditions = text === 'nothing' ? [] : [{ when: places[place], idleTimeout: `${limit}m`, relax: true }];
    const networks = { office: ['203.0.113.0/24'] };
    return definePolicy({ id: 'x', idleTimeout: '15m', absoluteTimeout: '8h', networks, conditions } as PolicyDocument);
  };
  const office = { context: { ip: '203.0.113.7' } };
  const nurse = { attributes: { role: 'nurse' } };
  const rows = [...PAGE.matchAll(/^\| (.*) \| (.*) \| (\d+) m \| (\d+) m \| (\d+) m \|$/gm)];
  expect(rows.length).toBe(4);
  for (const [, org = '', app = '', ...limits] of rows) {
    const { policy } = tighten(layer(org), layer(app));
    const found = [office, nurse, { ...office, ...nurse }].map((one) => limitsFor(policy, one).idleTimeout.value);
    expect(
      found.map((value) => value / MINUTE),
      `${org} | ${app}`,
    ).toEqual(limits.map(Number));
  }
});
