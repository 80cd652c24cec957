import { afterEach, expect, it } from 'vitest';
import { readPlainPolicy, watchPolicy } from '../../src/cli/serve-policy.js';
import type { LogRecord } from '../../src/server/index.js';
import { until } from '../servers/until.js';
import { aFolder, aGateway } from './support.js';

const folder = aFolder();
afterEach(() => folder.remove());

it('puts in force what was written while the gateway was starting', async () => {
  const written = (idleTimeout: string) => {
    const operations = { 'payment:create': { assuranceLevel: 'aal2' } };
    const policy = { id: 'early', idleTimeout, absoluteTimeout: '8h', operations };
    return folder.write('policy.json', JSON.stringify(policy));
  };
  const gateway = await aGateway({ policy: await readPlainPolicy(written('15m')) });
  const path = written('5m');
  const lines: LogRecord[] = [];
  const watched = watchPolicy(path, gateway, (line) => void lines.push(line));
  await until('it is in force', () => lines.length > 0);
  expect(lines).toMatchObject([{ event: 'policy_applied', relation: 'tighter' }]);
  expect(gateway.engine.policy().fingerprint).toBe((await readPlainPolicy(path)).fingerprint);
  watched.close();
  await gateway.close();
});
