import { afterEach, describe, expect, it } from 'vitest';
import { aGateway, type Json, KEYS, type TestGateway } from './support.js';

let gateway: TestGateway;
afterEach(() => gateway.close());

const done = () => gateway.lines.filter(({ event }) => event === 'administration');

describe('what administrators do', () => {
  it.each(['refused', 'none'] as const)('is logged, whatever is logged of decisions (%s)', async (logDecisions) => {
    gateway = await aGateway({ logDecisions });
    const { body }: { body: Json } = await gateway.call('/v1/sessions', { subject: 'alice' });
    const { id } = body.session;
    await gateway.call('/v1/sessions', { subject: 'alice' });
    await gateway.call('/v1/subjects/alice/sessions', undefined, KEYS.admin);
    await gateway.call(`/v1/sessions/${id}/signals`, { signal: 'odd' }, KEYS.admin);
    await gateway.call('/v1/subjects/alice/end', { code: 'account_disabled', by: 'mallory' }, KEYS.admin);
    await gateway.call(`/v1/sessions/${'A'.repeat(22)}/end`, {}, KEYS.admin);
    const of = { level: 'info', event: 'administration', key: 'admin' };
    expect(done()).toEqual([
      { ...of, endpoint: 'subjects/sessions', status: 200 },
      { ...of, endpoint: 'sessions/signals', status: 200, signal: 'odd', ended: 0 },
      { ...of, endpoint: 'subjects/end', status: 200, ended: 2, code: 'account_disabled' },
      { ...of, endpoint: 'sessions/end', status: 404, ended: 0, code: 'revoked' },
    ]);
    for (const secret of [id, 'alice', 'mallory', KEYS.admin]) expect(JSON.stringify(done())).not.toContain(secret);
  });

  it('is no line for others, nor for what was not let in', async () => {
    gateway = await aGateway();
    await gateway.call('/v1/subjects/alice/end', {}, KEYS.sessions);
    await gateway.call('/v1/sessions', { subject: 'alice' });
    expect(done()).toEqual([]);
  });
});

describe('the figures', () => {
  it('tell a code apart that `codes` names, have a 0 to start from, and help texts', async () => {
    gateway = await aGateway({ codes: ['account_disabled'], openMetrics: true });
    await gateway.call('/v1/sessions', { subject: 'alice' });
    await gateway.call('/v1/subjects/alice/end', { code: 'account_disabled' }, KEYS.admin);
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).toContain('curfew_sessions_ended_total{code="account_disabled"} 1');
    expect(text).toContain('curfew_gateway_policy_reloads_total{outcome="refused"} 0');
    expect(text).toContain('\ncurfew_gateway_ready 1\n');
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    for (const name of names) expect(text).toMatch(new RegExp(`^# HELP ${name} .+`, 'm'));
  });

  it('take no code that is none', async () => {
    gateway = await aGateway();
    await expect(aGateway({ codes: ['fine', 'Not Fine'] })).rejects.toMatchObject({ problems: [{ path: '/codes/1' }] });
  });
});

describe('what is wrong with a body', () => {
  it('says what is missing, what was meant and what is expected', async () => {
    gateway = await aGateway();
    const { body } = await gateway.call('/v1/sessions', { subjct: 'x', requested: { absoluteTimeout: '4h' } });
    expect(body.problems).toEqual([
      { path: '/subject', message: 'is required' },
      { path: '/requested/absoluteTimeout', message: 'must be a whole number of milliseconds above 0' },
      { path: '/subjct', message: 'is not known here: did you mean `subject`?' },
    ]);
  });
});
