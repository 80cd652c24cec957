import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeWith } from '../servers/available.js';
import { aGateway } from './support.js';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly runbook: string };
}

const read = (path: string) => readFileSync(path, 'utf8');
const file = parse(read('docs/observe/gateway-alerts.yml')) as { groups: { rules: Alert[] }[] };
const alerts = file.groups.flatMap(({ rules }) => rules);

describe('the alerts of the gateway', () => {
  it('ask for figures that a fresh gateway has', async () => {
    const gateway = await aGateway({ openMetrics: true });
    const figures = await (await fetch(`${gateway.url}/metrics`)).text();
    await gateway.close();
    const asked = alerts.flatMap(({ expr }) => expr.match(/curfew_\w+(?:\{[^}]*\})?/g) ?? []);
    expect(asked.length).toBe(3);
    for (const series of asked) expect(figures).toContain(`\n${series} `);
  });

  it('have a section of the operations guide each, and a test', () => {
    const [guide, tests] = [read('docs/operations.md'), read('docs/observe/gateway-alerts.test.yml')];
    const headings = [...guide.matchAll(/^#### (Curfew\w+)$/gm)].map(([, name]) => name);
    expect(headings).toEqual(alerts.map(({ alert }) => alert));
    for (const { alert, annotations, labels } of alerts) {
      expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
      expect(['page', 'ticket']).toContain(labels.severity);
      expect(tests).toContain(`alertname: ${alert}`);
    }
  });
});

describeWith({ name: 'promtool', install: 'apt-get install prometheus' }, 'promtool', () => {
  it('takes the rules, and their own tests pass', () => {
    const promtool = (...words: string[]) => execFileSync('promtool', words, { cwd: 'docs/observe', encoding: 'utf8' });
    expect(promtool('check', 'rules', 'gateway-alerts.yml')).toContain(`SUCCESS: ${alerts.length} rules found`);
    expect(promtool('test', 'rules', 'gateway-alerts.test.yml')).toContain('SUCCESS');
  });
});
