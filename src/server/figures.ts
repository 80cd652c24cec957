import type { Health } from '../observe/health.js';
import { prometheusText } from '../observe/prometheus.js';

/** Counts, for `/metrics`. Labels are bounded: nothing that a client sends becomes one. */
export interface Figures {
  /** Counts an answer of the gateway. */
  answered(endpoint: string, status: number, seconds: number): void;
  /** Counts what became of a policy file. */
  reloaded(outcome: (typeof OUTCOMES)[number]): void;
  /** These and the engine's, in the text format of Prometheus. */
  text(gauges: Readonly<Record<string, number>>): string;
}

/** Upper bounds in seconds: a decision from memory, one that asks a store nearby, one that had to wait. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

const HELP: Readonly<Record<string, readonly [type: string, help: string]>> = {
  curfew_gateway_answers_total: ['counter', 'Answers by endpoint and status.'],
  curfew_gateway_policy_reloads_total: ['counter', 'Policy files by what became of them.'],
  curfew_gateway_auth_seconds: ['histogram', 'How long forward authentication took.'],
  curfew_gateway_closing: ['gauge', 'Whether the gateway is closing, and takes no more requests.'],
  curfew_gateway_ready: ['gauge', 'Whether the gateway can decide: its store answers, its clock is right.'],
};

const OUTCOMES = ['applied', 'refused', 'unchanged'] as const;

/** Makes counters, all at 0, beside those of the engine. */
export function figures(ofEngine: Health['figures']): Figures {
  // an alert sees the first refusal only if there was a 0 before it
  const reloads = new Map(OUTCOMES.map((outcome) => [`outcome="${outcome}"`, 0]));
  const counters = new Map<string, Map<string, number>>([['curfew_gateway_policy_reloads_total', reloads]]);
  const buckets = BOUNDS.map(() => 0);
  let count = 0;
  let sum = 0;
  const add = (name: string, labels: string) => {
    const series = counters.get(name) ?? new Map<string, number>();
    counters.set(name, series.set(labels, (series.get(labels) ?? 0) + 1));
  };
  return {
    answered(endpoint, status, seconds) {
      add('curfew_gateway_answers_total', `endpoint="${endpoint}",status="${status}"`);
      if (endpoint !== 'auth') return;
      count++;
      sum += seconds;
      for (const [index, bound] of BOUNDS.entries()) if (seconds <= bound) buckets[index] = (buckets[index] ?? 0) + 1;
    },
    reloaded: (outcome) => add('curfew_gateway_policy_reloads_total', `outcome="${outcome}"`),
    text(gauges) {
      const lines = [...counters].sort().flatMap(([name, series]) => {
        return [...head(name), ...[...series].map(([labels, value]) => `${name}{${labels}} ${value}`)];
      });
      const own = [...lines, ...histogram(buckets, count, sum), ...gaugeLines(gauges)];
      return `${prometheusText(ofEngine())}${own.join('\n')}\n`;
    },
  };
}

function head(name: string): readonly string[] {
  const [type, help] = HELP[name] ?? ['untyped', ''];
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function histogram(buckets: readonly number[], count: number, sum: number): readonly string[] {
  const name = 'curfew_gateway_auth_seconds';
  const lines = BOUNDS.map((bound, index) => `${name}_bucket{le="${bound}"} ${buckets[index]}`);
  return [
    ...head(name),
    ...lines,
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sum}`,
    `${name}_count ${count}`,
  ];
}

function gaugeLines(gauges: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(gauges).flatMap(([name, value]) => [...head(name), `${name} ${value}`]);
}
