import { afterEach, describe, expect, it } from 'vitest';
import type { PolicyFields } from '../../demo/policy-form.js';
import { PRESETS } from '../../demo/server/policy.js';
import { type Demo, startDemo } from '../../demo/server.js';
import type { Facts, LogEntry } from '../../demo/shared.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import { type Client, clientOf } from './client.js';

const SECOND = 1_000;
const SHORT = PRESETS[0]?.fields as PolicyFields;
const open: Demo[] = [];
afterEach(async () => {
  for (const demo of open.splice(0)) await demo.close();
});

async function started() {
  const clock = manualClock(1_700_000_000_000);
  const demo = await startDemo({ port: 0, clock });
  open.push(demo);
  return { clock, demo, client: () => clientOf(demo.url) };
}

async function signedIn(client: Client, username = 'alice'): Promise<Client> {
  expect((await client.send('POST', '/login', { username, password: `demo-${username}` })).status).toBe(200);
  return client;
}

const facts = async (client: Client) => (await client.send<Facts>('GET', '/demo/facts')).body;
const proof = { password: 'demo-alice', code: '314159' };

describe('the server of the demo', () => {
  it('lets in who knows the password, and nobody else', async () => {
    const { client } = await started();
    for (const wrong of [{}, { username: 'alice' }, { username: 'alice', password: 'demo-bob' }, { password: '' }]) {
      expect((await client().send('POST', '/login', wrong)).status).toBe(403);
    }
    expect((await client().send('POST', '/bank/visit')).status).toBe(401);
    const alice = await signedIn(client());
    expect((await alice.send('POST', '/bank/visit')).status).toBe(200);
  });

  it('polls without extending, and ends the session at its idle limit to the millisecond', async () => {
    const { clock, client } = await started();
    const alice = await signedIn(client());
    const { session } = await facts(alice);
    for (let passed = 0; passed < 56; passed += 4) {
      clock.advance(4 * SECOND);
      expect((await alice.send('GET', '/bank/rate', undefined, 'user')).status).toBe(200);
    }
    expect((await facts(alice)).session?.idle).toBe(session?.idle);
    clock.set((session?.idle ?? 0) - 1);
    expect((await alice.send('GET', '/bank/rate')).status).toBe(200);
    clock.advance(1);
    const over = await alice.send('POST', '/bank/visit', undefined, 'user');
    expect([over.status, over.body.code]).toEqual([401, 'idle_timeout']);
  });

  it('asks for a fresh proof of the right level before a payment', async () => {
    const { clock, client } = await started();
    const alice = await signedIn(client());
    expect((await alice.send('POST', '/bank/pay', {}, 'user')).body).toMatchObject({ assuranceLevel: 'aal2' });
    const { password } = proof;
    expect((await alice.send('POST', '/session/reauthenticate', { ...proof, code: '000000' })).status).toBe(403);
    expect((await alice.send('POST', '/session/reauthenticate', { password })).status).toBe(200);
    expect((await alice.send('POST', '/bank/pay', {}, 'user')).status).toBe(401);
    expect((await alice.send('POST', '/session/reauthenticate', proof)).status).toBe(200);
    expect((await alice.send('POST', '/bank/pay', {}, 'user')).body).toMatchObject({ paid: 500, balance: 12_000 });
    clock.advance(59 * SECOND);
    expect((await alice.send('POST', '/bank/pay', {}, 'user')).status).toBe(200);
    clock.advance(2 * SECOND);
    expect((await alice.send('POST', '/bank/pay', {}, 'user')).body.code).toBe('authentication_too_old');
  });

  it('swaps the policy under open sessions: tighter at once', async () => {
    const { clock, client } = await started();
    const alice = await signedIn(client());
    clock.advance(20 * SECOND);
    const policy = { ...SHORT, idleTimeout: '15s', warnBefore: '5s' };
    expect((await client().send('PUT', '/demo/policy', policy)).status).toBe(200);
    expect((await alice.send('POST', '/bank/visit', undefined, 'user')).body.code).toBe('idle_timeout');
  });

  it('refuses a policy as a whole and names each field that is wrong', async () => {
    const { client } = await started();
    const wrong = { ...SHORT, idleTimeout: 'soon', payWithin: '5 minutes', maxSessions: 'some', warnBefore: '-1' };
    const refused = await client().send<{ problems: { field: string }[] }>('PUT', '/demo/policy', wrong);
    expect(refused.status).toBe(422);
    const fields = new Set(refused.body.problems.map(({ field }) => field));
    expect([...fields].sort()).toEqual(['idleTimeout', 'maxSessions', 'payWithin', 'warnBefore']);
    expect((await facts(client())).policy.fields).toEqual(SHORT);
    expect((await client().send('PUT', '/demo/policy', { idleTimeout: '1m' })).status).toBe(400);
  });

  it('asks for a proof from another address, ends at another device, shortens at a medium risk', async () => {
    const { clock, client } = await started();
    const alice = await signedIn(client());
    alice.headers['demo-address'] = '198.51.100.7';
    const moved = await alice.send('POST', '/bank/visit', undefined, 'user');
    expect([moved.status, moved.body.code]).toEqual([401, 'ip_changed']);
    // a proof lifts what was noticed before it, not what is noticed in the same moment
    clock.advance(SECOND);
    expect((await alice.send('POST', '/session/reauthenticate', proof)).status).toBe(200);
    expect((await alice.send('POST', '/bank/visit', undefined, 'user')).status).toBe(200);
    await alice.send('POST', '/demo/risk', { level: 'medium' });
    const { session } = await facts(alice);
    expect(session?.limits[0]).toMatchObject({ value: 30 * SECOND, source: '/risk/3/then/tighten/idleTimeout' });
    alice.headers['demo-device'] = 'unknown-phone';
    expect((await alice.send('GET', '/bank/rate')).body.code).toBe('device_changed');
    delete alice.headers['demo-device'];
    expect((await facts(alice)).session?.ended?.code).toBe('device_changed');
  });

  it('says of each decision who asked, what it was, and why', async () => {
    const { client } = await started();
    const alice = await signedIn(client());
    await alice.send('POST', '/bank/visit', undefined, 'user');
    await alice.send('POST', '/bank/pay', {}, 'user');
    const [login, visit, pay] = (await alice.log(3)) as [LogEntry, LogEntry, LogEntry];
    expect(login).toMatchObject({ type: 'start', subject: 'alice', request: 'POST /login', effect: 'permit' });
    expect(visit).toMatchObject({ activity: 'user', effect: 'permit', request: 'POST /bank/visit' });
    expect(visit.sentence).toContain('idle_timeout comes first (1m, set by /idleTimeout)');
    expect(visit.rules.map(({ rule }) => rule)).toContain('idle');
    expect(pay).toMatchObject({ effect: 'challenge', operation: 'payment:create', codes: ['assurance_too_low'] });
    expect(pay.sentence).toContain('needs a stronger authentication');
  });

  it('logs no handle, and tells no page of another site anything or lets it do anything', async () => {
    const { client, demo } = await started();
    const alice = await signedIn(client());
    const [login] = await alice.log(1);
    const handle = decodeURIComponent(alice.headers['cookie']?.split('=')[1] ?? '');
    expect(handle.length).toBeGreaterThan(40);
    expect(JSON.stringify(login)).not.toContain(handle);
    alice.headers['sec-fetch-site'] = 'cross-site';
    for (const path of ['/bank/pay', '/demo/risk', '/login', '/session/logout']) {
      expect((await alice.send('POST', path, { level: 'high' })).body.code).toBe('request_cross_site');
    }
    expect((await alice.send('PUT', '/demo/policy', SHORT)).status).toBe(403);
    const { hostIs } = await import('./client.js');
    expect(await hostIs(demo.url, 'evil.example')).toBe(421);
    expect(await hostIs(demo.url, 'localhost')).toBe(200);
  });

  it('takes the next port where one is taken, and answers on this machine only', async () => {
    const { demo } = await started();
    const port = Number(new URL(demo.url).port);
    const second = await startDemo({ port, clock: manualClock(0) });
    open.push(second);
    expect(Number(new URL(second.url).port)).toBeGreaterThan(port);
  });

  it('answers what nobody asks for with 404, and a body that is none with a refusal', async () => {
    const { client } = await started();
    expect((await client().send('GET', '/nothing')).status).toBe(404);
    expect((await client().send('GET', '/../package.json')).status).toBe(404);
    expect((await client().send('POST', '/login', 'not json')).status).toBe(403);
    expect((await client().send('POST', '/demo/risk', { level: 'low' })).status).toBe(400);
  });
});
