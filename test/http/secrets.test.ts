import { expect, it } from 'vitest';
import type { DecisionRecord, FaultRecord } from '../../src/engine/index.js';
import { MINUTE } from '../engine/support.js';
import { aSite, CLICK, loggedIn } from './support.js';

it('nothing that could be presented again is told to anybody but who holds it', async () => {
  const told: string[] = [];
  const site = aSite({ operations: { pay: { authenticatedWithin: '5m' } } }, { warn: (message) => told.push(message) });
  const browser = await loggedIn(site);
  const secret = () => browser.cookies.get('__Host-session')?.split('.')[1] as string;
  const secrets = [secret()];
  const forged = `${browser.cookies.get('__Host-session')}x`;
  await site.world.advance(10 * MINUTE);
  const { session } = browser.request({ headers: CLICK });
  told.push(JSON.stringify([await session.protect(), await session.protect('pay'), session.answer, session.session]));
  await session.reauthenticate({ assuranceLevel: 'aal2' });
  secrets.push(secret());
  for (const headers of [
    { cookie: `__Host-session=${forged}` },
    { cookie: `__Host-session=${forged}; __Host-session=a` },
  ]) {
    const { session: other, lines } = site.browser().request({ headers });
    told.push(JSON.stringify([await other.protect(), lines]));
  }
  await browser.request({ headers: CLICK }).session.end();
  const records = (site.engine as unknown as { records: (DecisionRecord | FaultRecord)[] }).records;
  told.push(JSON.stringify(records));
  expect(records.length).toBeGreaterThan(4);
  expect(new Set(secrets).size).toBe(2);
  for (const one of secrets) expect(told.join('\n')).not.toContain(one);
});
