import { pino } from 'pino';
import { expect, it } from 'vitest';
import { watchedEngine } from '../../docs/recipes/observe.js';
import { KEY } from './support.js';

it('the recipe of docs/observe.md logs, counts and finds', async () => {
  const lines: { event: string; pattern?: string }[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const { engine, metricsText, close } = watchedEngine(logger, KEY);
  const login = await engine.start({ subject: 'alice' });
  if (login.effect !== 'permit') throw new Error('no session');
  await engine.access(login.handle, { activity: 'user' });
  await engine.end(login.handle);
  for (let count = 0; count < 10; count++) await engine.access(login.handle, { activity: 'user' });
  const events = lines.map(({ event }) => event);
  const after = Array.from({ length: 10 }, () => 'session_use_after_expire');
  expect(events).toEqual([
    'session_created',
    'session_expired',
    ...after.slice(1),
    'session_use_after_expire',
    'session_attack_suspected',
  ]);
  expect(metricsText()).toContain('curfew_findings_total{pattern="use_after_end"} 1');
  expect(JSON.stringify(lines)).not.toContain('alice');
  await close();
});
