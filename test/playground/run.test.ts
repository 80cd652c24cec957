import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../site/playground/policy-text.js';
import { runLane, type State, standingAt } from '../../site/playground/run.js';
import { eventOf, KINDS, type Mark, type Scenario, WORDS } from '../../site/playground/scenario.js';
import { STORIES } from '../../site/playground/stories/index.js';
import type { Policy } from '../../src/core/policy.js';
import { evaluate } from '../../src/evaluate.js';
import { startSession } from '../../src/start-session.js';

const POLICIES = STORIES.flatMap(({ policy, other }) => [policy, other as string]).map(policyOf);

function policyOf(text: string): Policy {
  const { policy, troubles } = readPolicy(text);
  expect(troubles).toEqual([]);
  return policy as Policy;
}

/** The session after the marks up to an instant, and what a person gets who comes then. */
function visit(policy: Policy, scenario: Scenario, at: number) {
  const { start, ip, assuranceLevel, attributes } = scenario;
  const login = { id: 'x', subject: 'alice', at: start, assuranceLevel, attributes, context: { ip } };
  let session = startSession(policy, login);
  for (const mark of scenario.marks) {
    if (mark.at <= at) session = evaluate(policy, session, eventOf(scenario, mark, session.refresh.generation)).session;
  }
  const known = session.context.ip ?? ip;
  return evaluate(policy, session, { type: 'access', at: start + at, activity: 'user', context: { ip: known } });
}

function stateOf(decision: ReturnType<typeof visit>): readonly State[] {
  if (decision.effect === 'permit') return ['open', 'warning'];
  return decision.session.ended === null ? ['challenge'] : ['over'];
}

const [{ scenario: base }] = STORIES;
const mark = fc
  .record({ at: fc.integer({ min: 0, max: base.span }), kind: fc.constantFrom(...KINDS) })
  .map(({ at, kind }) => ({ at, kind, value: WORDS[kind].example }));
const scenarios = fc.array(mark, { maxLength: 12 }).map((drawn): Scenario => {
  const marks = drawn.sort((one, other) => one.at - other.at).map((one, index): Mark => ({ ...one, id: index + 1 }));
  return { ...base, marks };
});

describe('an event', () => {
  const told = (kind: Mark['kind'], value: string) => eventOf(base, { id: 1, at: 0, kind, value }, 3);

  it('is what the engine is told', () => {
    expect(told('refresh', 'current')).toMatchObject({ type: 'token_refreshed', generation: 3 });
    expect(told('refresh', 'replaced')).toMatchObject({ generation: 2 });
    expect(told('attributes', 'role=admin, site = hq,x, __proto__=y')).toMatchObject({
      type: 'attributes_changed',
      attributes: { role: 'admin', site: 'hq' },
    });
    expect(told('finished', 'form:fill')).toMatchObject({ type: 'operation_finished', operation: 'form:fill' });
  });
});

describe('a lane', () => {
  it('shows at every instant what a person would get who came then', () => {
    const when = fc.integer({ min: 0, max: base.span - 1 });
    fc.assert(
      fc.property(fc.constantFrom(...POLICIES), scenarios, when, (policy, scenario, at) => {
        const { state } = standingAt(runLane(policy, scenario), at);
        expect(stateOf(visit(policy, scenario, at))).toContain(state);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is covered by bands from end to end, and never rises but at an event', () => {
    fc.assert(
      fc.property(fc.constantFrom(...POLICIES), scenarios, (policy, scenario) => {
        const { bands, idle, absolute } = runLane(policy, scenario);
        expect(bands.map(({ from }) => from)).toEqual([0, ...bands.slice(0, -1).map(({ to }) => to)]);
        expect(bands.at(-1)?.to).toBe(scenario.span);
        for (const { from, to, left, leftAtEnd } of [...idle, ...absolute]) {
          expect(leftAtEnd).toBeGreaterThanOrEqual(0);
          expect(left - leftAtEnd).toBe(to - from);
        }
      }),
    );
  });

  it.each(STORIES.map((story) => [story.id, story] as const))('tells its story: %s', (id, story) => {
    const lane = runLane(policyOf(story.policy), story.scenario);
    const other = runLane(policyOf(story.other as string), story.scenario);
    const minutes = (at: number | undefined) => (at === undefined ? null : at / 60_000);
    const told = { [id]: [lane.ended?.code ?? null, minutes(lane.ended?.at), other.ended?.code ?? null] };
    expect({
      'forgotten-tab': ['idle_timeout', 17, 'idle_timeout'],
      'stolen-cookie': ['device_changed', 27, null],
      'night-shift': ['absolute_timeout', 480, null],
      'shared-terminal': ['logout', 68, 'logout'],
      'long-form': ['absolute_timeout', 120, 'idle_timeout'],
    }).toMatchObject(told);
    const effects = new Set(lane.steps.map(({ decision }) => decision.effect));
    expect(effects.has('permit') && effects.size > 1).toBe(true);
    for (const { sentence } of lane.steps) expect(sentence).toMatch(/\.$/);
  });
});
