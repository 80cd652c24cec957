import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { policy as backOffice, businessHours } from '../../docs/recipes/business-hours.js';
import { policy, visit } from '../../docs/recipes/guide.js';
import { checkLaws, checkPayments, quarterOfAnHour } from '../../docs/recipes/test-your-policy.js';
import { evaluate, NEVER, startSession } from '../../src/index.js';

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const recipe = (name: string) => page(`recipes/${name}`);

describe('the guide', () => {
  it('decides as it says', () => {
    const { effects, sentence, adminIdle, wouldBe } = visit(Date.UTC(2026, 0, 5, 9));
    expect(effects).toEqual(['permit', 'challenge', 'permit', 'permit']);
    expect(sentence).toMatch(/^Denied by policy customer-web: idle_timeout, .*The session has ended\.$/);
    expect(adminIdle).toMatchObject({ value: 300_000, source: '/conditions/0/idleTimeout' });
    expect(wouldBe).toMatchObject({ effect: 'deny', endsNow: true });
  });

  it('shows the policy that the recipe runs', () => {
    const shown = page('guide.md').match(/export const policy = definePolicy\(\{[\s\S]*?\n\}\);/)?.[0] ?? 'nothing';
    expect(recipe('guide.ts')).toContain(shown);
    expect(policy.id).toBe('customer-web');
  });
});

describe('business hours', () => {
  const nine = Date.UTC(2026, 0, 5, 9);
  const at = (hours: number, minutes = 0) => Date.UTC(2026, 0, 5, hours, minutes);
  const session = startSession(backOffice, { id: 's', subject: 'alice', at: nine });
  const access = (instant: number) => evaluate(backOffice, session, { type: 'access', at: instant, activity: 'user' });

  it('end the permit at closing time, and refuse the night', () => {
    const evening = startSession(backOffice, { id: 's', subject: 'alice', at: at(17, 50) });
    const late = evaluate(backOffice, evening, { type: 'access', at: at(17, 55), activity: 'user' });
    expect(late).toMatchObject({ effect: 'permit', until: at(18), boundBy: 'closing_time' });
    const night = evaluate(backOffice, evening, { type: 'access', at: at(18), activity: 'user' });
    expect(night).toMatchObject({
      effect: 'deny',
      session: { ended: null },
      reasons: [{ code: 'outside_business_hours' }],
    });
    expect(access(at(9, 10)).effect).toBe('permit');
  });

  it('set no limit when they are all day', () => {
    expect(businessHours({ from: 0, to: 24 }).evaluate({ now: nine } as never, { from: 0, to: 24 })).toBe(NEVER);
  });
});

describe('test your policy', () => {
  checkLaws(it);

  it('knows nobody who paid without a second factor, and some who paid', () => {
    expect(checkPayments()).toBeGreaterThan(0);
  });

  it('does not wait', () => {
    expect(quarterOfAnHour()).toBe(900_000);
  });
});
