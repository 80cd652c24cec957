import { afterEach, describe, expect, it } from 'vitest';
import { aGateway, type Json, KEYS, raw, type TestGateway } from './support.js';

const MINUTE = 60_000;
const open: TestGateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

async function world() {
  const gateway = await aGateway();
  open.push(gateway);
  const { handle, session } = (await gateway.call('/v1/sessions', { subject: 'alice' })).body;
  const ask = (body: Json, path = '/access/v1/evaluation') => gateway.call(path, body, KEYS.evaluate);
  const subject = { type: 'user', id: 'alice', properties: { handle } };
  const question = (name: string, more: Json = {}) => ({
    subject,
    action: { name },
    resource: { type: 'route', id: '/inbox' },
    ...more,
  });
  return { gateway, handle, id: session.id as string, ask, question, subject };
}

describe('one evaluation', () => {
  it('is true for a session that may go on, by its handle or its id', async () => {
    const { ask, question, id } = await world();
    expect(await ask(question('access'))).toMatchObject({ status: 200, body: { decision: true } });
    const byId = question('access', { subject: { type: 'session', id } });
    expect((await ask(byId)).body).toMatchObject({ decision: true, context: { session_id: id, expires_in: 900 } });
    const ofAlice = question('access', { subject: { type: 'user', id: 'alice', properties: { session_id: id } } });
    expect((await ask(ofAlice)).body.decision).toBe(true);
  });

  it('is false, and 200, for one that has ended, that is not there, that is somebody else’s', async () => {
    const { gateway, ask, question, handle } = await world();
    const bob = question('access', { subject: { type: 'user', id: 'bob', properties: { handle } } });
    expect(await ask(bob)).toMatchObject({ status: 200, body: { decision: false } });
    gateway.clock.advance(15 * MINUTE);
    const late = await ask(question('access'));
    expect(late).toMatchObject({ status: 200, body: { decision: false } });
    expect(late.body.context).toEqual({
      reason_admin: { 401: 'idle_timeout' },
      reason_user: { 401: 'The session is over. Log in again.' },
    });
    const missing = question('access', { subject: { type: 'session', id: 'A'.repeat(22) } });
    expect((await ask(missing)).body).toMatchObject({
      decision: false,
      context: { reason_admin: { 401: 'session_missing' } },
    });
  });

  it('never takes an action for harmless that the policy does not know', async () => {
    const { ask, question } = await world();
    expect((await ask(question('payment:craete'))).body).toMatchObject({
      decision: false,
      context: { reason_admin: { 403: 'operation_unknown' } },
    });
  });

  it('keeps no session alive, unless it is told that a person did it', async () => {
    const { gateway, ask, question } = await world();
    gateway.clock.advance(14 * MINUTE);
    await ask(question('access'));
    expect((await ask(question('access'))).body.context.expires_in).toBe(60);
    const byPerson = await ask(question('access', { context: { activity: 'user' } }));
    expect(byPerson.body.context.expires_in).toBe(900);
  });

  it('refuses what is no question with 400, a missing key with 401, another key with 403', async () => {
    const { gateway, ask, question } = await world();
    for (const body of [
      {},
      [],
      null,
      'x',
      question(''),
      question('access', { subject: { type: 'user', id: 'alice' } }),
    ]) {
      expect((await ask(body)).status).toBe(400);
    }
    expect((await gateway.call('/access/v1/evaluation', question('access'), 'x'.repeat(40))).status).toBe(401);
    expect((await gateway.call('/access/v1/evaluation', question('access'), KEYS.admin)).status).toBe(403);
  });

  it('sends back the request id, whatever it answers, and nothing that could start a line', async () => {
    const { gateway } = await world();
    const headers = { 'x-request-id': 'a-1 b', 'content-type': 'application/json' };
    const refused = await raw(gateway.port, 'POST', '/access/v1/evaluation', headers, '{}');
    expect([refused.status, refused.headers['x-request-id']]).toEqual([401, 'a-1 b']);
    const strange = await raw(gateway.port, 'POST', '/access/v1/evaluation', { 'x-request-id': 'ä\u0080' }, '{}');
    expect(strange.headers['x-request-id']).toBeUndefined();
  });
});

describe('several evaluations', () => {
  const PATH = '/access/v1/evaluations';

  it('take what they do not say from the request', async () => {
    const { ask, question } = await world();
    const { body } = await ask(
      question('access', { evaluations: [{}, { action: { name: 'payment:create' } }, { action: {} }] }),
      PATH,
    );
    expect(body.evaluations.map(({ decision }: Json) => decision)).toEqual([true, false, false]);
    expect(body.evaluations[1].context).toMatchObject({ acr_values: 'aal2', max_age: 300 });
    expect(body.evaluations[2].context.error.status).toBe(400);
  });

  it('stop where the semantic says so', async () => {
    const { ask, question } = await world();
    const evaluations = [{}, { action: { name: 'payment:create' } }, {}];
    const decided = async (semantic: string) => {
      const options = { evaluations_semantic: semantic };
      const { body } = await ask(question('access', { evaluations, options }), PATH);
      return body.evaluations.map(({ decision }: Json) => decision);
    };
    expect(await decided('execute_all')).toEqual([true, false, true]);
    expect(await decided('deny_on_first_deny')).toEqual([true, false]);
    expect(await decided('permit_on_first_permit')).toEqual([true]);
    expect((await ask(question('access'), PATH)).body.decision).toBe(true);
    expect((await ask(question('access', { evaluations: Array(101).fill({}) }), PATH)).status).toBe(400);
  });
});
