import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { codeLabels } from '../../src/observe/codes.js';
import { healthFigures, METRICS, type Metric, prometheusName, prometheusText } from '../../src/observe/index.js';
import { describeWith, type Program } from '../servers/available.js';
import { aDay, policy } from './support.js';

const PROMTOOL: Program = { name: 'promtool', install: 'apt-get install prometheus' };

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

interface Panel {
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const read = (path: string) => readFileSync(path, 'utf8');
const alerts = (parse(read('docs/observe/alerts.yml')) as { groups: { rules: Alert[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);
const dashboard = JSON.parse(read('docs/observe/dashboard.json')) as { panels: Panel[] };
const panels = dashboard.panels.filter(({ targets }) => targets !== undefined);
const queries: readonly string[] = [
  ...alerts.map(({ expr }) => expr),
  ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
];

const byName = new Map<string, Metric>(Object.values(METRICS).map((metric) => [prometheusName(metric), metric]));

/** What a query asks of a metric: its name, and each label with the values that it is compared with. */
function selectors(query: string) {
  return [...query.matchAll(/(curfew_\w+)(?:\{([^}]*)\})?/g)].map(([, name = '', matchers = '']) => ({
    name,
    matchers: [...matchers.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(
      ([, label = '', operator = '', values = '']) => ({
        label,
        operator,
        values: values.split('|'),
      }),
    ),
  }));
}

/** A query with Grafana's variables put in, as Prometheus gets it. */
const plain = (query: string) =>
  query.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '6h').replaceAll('$job', '.*');

describe('the alerts and the dashboard', () => {
  it('ask for metrics that there are, by labels that they have', () => {
    expect(queries.length).toBeGreaterThan(30);
    for (const { name, matchers } of queries.flatMap(selectors)) {
      const labels = byName.get(name)?.labels;
      expect(labels, name).toBeDefined();
      for (const { label } of matchers) expect([...(labels ?? []), 'job'], `${name}{${label}}`).toContain(label);
    }
    for (const query of queries) {
      const known = selectors(query).flatMap(({ name }) => byName.get(name)?.labels ?? []);
      const grouped = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(', '));
      for (const label of grouped) expect(known, query).toContain(label);
    }
  });

  it('compare codes with codes that a label can have', () => {
    const label = codeLabels(policy, []);
    const compared = queries.flatMap(selectors).flatMap(({ matchers }) => matchers);
    const codes = compared.filter((one) => one.label === 'code').flatMap(({ values }) => values);
    expect(codes.length).toBeGreaterThan(8);
    for (const code of codes) expect(label(code)).toBe(code);
  });

  it('see the first step: what an alert wants none of begins at 0', () => {
    const fresh = prometheusText(healthFigures(policy).figures()).split('\n');
    const wantsNone = alerts.filter(({ expr }) => /increase\(.*> 0$/s.test(expr));
    expect(wantsNone.map(({ alert }) => alert)).toContain('CurfewClockOff');
    for (const { alert, expr } of wantsNone) {
      for (const { name, matchers } of selectors(expr)) {
        const values = matchers.flatMap((one) => one.values.map((value) => `${one.label}="${value}"`));
        for (const value of values.length === 0 ? [''] : values) {
          const isHere = (line: string) => line.startsWith(name) && line.includes(value) && line.endsWith(' 0');
          expect(fresh.some(isHere), `${alert}: ${name} ${value}`).toBe(true);
        }
      }
    }
  });

  it('are tried, each of them', () => {
    const tests = read('docs/observe/alerts.test.yml');
    expect(alerts.map(({ alert }) => alert).filter((alert) => !tests.includes(alert))).toEqual([]);
  });

  it('show every metric that there is', () => {
    const shown = new Set(
      panels
        .flatMap(({ targets = [] }) => targets)
        .flatMap(({ expr }) => selectors(expr))
        .map(({ name }) => name),
    );
    expect([...byName.keys()].filter((name) => !shown.has(name))).toEqual([]);
    for (const { title, description } of panels) expect(description?.length, title).toBeGreaterThan(5);
  });

  it('have a section of the operations guide each, and no section is of an alert that is gone', () => {
    const headings = [...read('docs/operations.md').matchAll(/^### (Curfew\w+)$/gm)].map(([, name]) => name);
    expect([...headings].sort()).toEqual(alerts.map(({ alert }) => alert).sort());
    for (const { alert, annotations, labels } of alerts) {
      expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
      expect(['page', 'ticket']).toContain(labels.severity);
    }
  });

  it('are told of in the reference of metrics', () => {
    const page = read('docs/observe.md');
    for (const [name, { labels }] of byName) {
      const row = page.split('\n').find((line) => line.includes(`\`${name}\``)) ?? '';
      for (const label of ['|', ...labels]) expect(row, name).toContain(label);
    }
  });
});

describeWith(PROMTOOL, 'promtool', () => {
  const promtool = (values: readonly string[], input = '') =>
    execFileSync(PROMTOOL.name, values, { cwd: 'docs/observe', input, encoding: 'utf8', stdio: 'pipe' });

  it('takes the rules, and their own tests pass', () => {
    expect(promtool(['check', 'rules', 'alerts.yml'])).toContain(`SUCCESS: ${alerts.length} rules found`);
    expect(promtool(['test', 'rules', 'alerts.test.yml'])).toContain('SUCCESS');
  });

  it('sees that the tests of the rules can fail', () => {
    const folder = mkdtempSync(join(tmpdir(), 'curfew-alerts-'));
    try {
      writeFileSync(join(folder, 'alerts.test.yml'), read('docs/observe/alerts.test.yml'));
      writeFileSync(join(folder, 'alerts.yml'), read('docs/observe/alerts.yml').replace('[10m])) > 0', '[10m])) > 1'));
      expect(() => promtool(['test', 'rules', join(folder, 'alerts.test.yml')])).toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes every query of the dashboard', () => {
    const folder = mkdtempSync(join(tmpdir(), 'curfew-dashboard-'));
    try {
      const rules = queries.map((query, index) => ({ record: `query:${index}`, expr: plain(query) }));
      writeFileSync(join(folder, 'queries.yml'), JSON.stringify({ groups: [{ name: 'queries', rules }] }));
      expect(promtool(['check', 'rules', join(folder, 'queries.yml')])).toContain(`SUCCESS: ${rules.length} rules`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reads what /metrics is answered with', async () => {
    const health = healthFigures(policy);
    for (const record of (await aDay()).records) health.observer(record);
    expect(promtool(['check', 'metrics'], prometheusText(health.figures()))).toBe('');
  });
});
