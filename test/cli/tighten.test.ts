import { expect, it } from 'vitest';
import { aFolder, curfewHere } from './support.js';

const folder = aFolder();
const ORG = folder.write('org.json', '{ "id": "org", "idleTimeout": "30m", "absoluteTimeout": "12h" }');
const SHOP = folder.write('shop.yaml', 'id: shop\nidleTimeout: 2h\nabsoluteTimeout: 8h\n');
const ROUTE = folder.write('route.json', '{ "id": "route", "idleTimeout": "5m", "absoluteTimeout": "1d" }');

it('shows every limit in force, and who set it', async () => {
  const { exitCode, stdout } = await curfewHere(['tighten', ORG, SHOP]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('org over shop');
  expect(stdout).toMatch(/\/idleTimeout +│ 30m +│ org +│ shop: 2h/);
  expect(stdout).toMatch(/\/absoluteTimeout +│ 8h +│ shop +│ org: 12h/);
});

it('takes any number of layers, and gives machines the same', async () => {
  const { stdout } = await curfewHere(['tighten', ORG, SHOP, ROUTE, '--json']);
  const { policy, origins } = JSON.parse(stdout);
  expect(policy).toBe('route');
  expect(origins).toContainEqual(
    expect.objectContaining({ path: '/idleTimeout', value: 300_000, bindingIs: ['route'] }),
  );
  expect((await curfewHere(['tighten', ORG])).exitCode).toBe(2);
});
