import { definePolicy } from 'curfew';
import { byId, createEngine } from 'curfew/engine';
import { memoryStore } from 'curfew/stores/memory';

/** A service with sessions, in the steps that docs/engine.md shows. */
export async function aDayAtTheOffice() {
  const policy = definePolicy({
    id: 'web',
    idleTimeout: '15m',
    absoluteTimeout: '8h',
    operations: { 'payment:create': { assuranceLevel: 'aal2', authenticatedWithin: '5m' } },
  });
  const engine = createEngine({ policy, store: memoryStore() });

  const login = await engine.start({ subject: 'alice', context: { ip: '203.0.113.7' } });
  if (login.effect !== 'permit') throw new Error(login.reasons[0]?.code);

  const read = await engine.access(login.handle, { activity: 'user', context: { ip: '203.0.113.7' } });
  const pay = await engine.access(login.handle, { activity: 'user', operation: 'payment:create' });
  const proven = await engine.reauthenticate(login.handle, { assuranceLevel: 'aal2' });
  const paid = await engine.access(proven.handle ?? '', { activity: 'user', operation: 'payment:create' });

  const before = await engine.list('alice');
  await engine.end(byId(login.session.id), { code: 'account_disabled', by: 'support' });
  const after = await engine.access(proven.handle ?? '', { activity: 'user' });
  await engine.close();
  return { read, pay, paid, before, after };
}
